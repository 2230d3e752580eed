// "n" takes the next customer, as the big button does.
"use strict";
document.addEventListener("keydown", function (event) {
  const busy = event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey || event.repeat;
  if (busy || event.key.toLowerCase() !== "n" || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
  const button = document.querySelector(".start-call");
  if (button && !button.disabled) { event.preventDefault(); button.click(); }
});
