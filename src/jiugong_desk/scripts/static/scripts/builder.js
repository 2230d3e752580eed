// Puts a place such as {title} where the cursor stands, or at the end. Without this script it is typed.
"use strict";
(function () {
  let last = null;  // the field in which the cursor was
  document.addEventListener("focusin", function (event) { if (event.target.tagName === "TEXTAREA") { last = event.target; } });
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-insert]");
    if (!button) { return; }
    const field = document.getElementById(button.dataset.into);
    const end = field.value.length, known = field === last;
    field.setRangeText(button.dataset.insert, known ? field.selectionStart : end, known ? field.selectionEnd : end, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
