// "n" takes the next customer, as the big button does.
"use strict";
document.addEventListener("keydown", function (event) {
  if (typing(event) || event.repeat || event.key.toLowerCase() !== "n") { return; }
  const button = document.querySelector(".start-call");
  if (button && !button.disabled) { event.preventDefault(); button.click(); }
});
