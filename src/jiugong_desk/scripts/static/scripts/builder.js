// Puts a place such as {title} where the cursor stands. Without this script it is typed.
"use strict";
document.addEventListener("click", function (event) {
  const button = event.target.closest("[data-insert]");
  if (!button) { return; }
  const field = document.getElementById(button.dataset.into);
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
