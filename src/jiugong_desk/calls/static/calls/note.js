// The note grows with what is written, and says near its limit how much is left. Nothing is cut: too long is refused.
"use strict";
document.querySelectorAll("textarea.note").forEach(function (note) {
  const NEAR = 50;  // characters before the limit
  const left = note.parentElement.querySelector("[data-note-left]"), over = note.parentElement.querySelector("[data-note-over]");
  function look() {
    note.style.height = "auto";
    note.style.height = note.scrollHeight + 2 + "px";
    const rest = Number(note.dataset.most) - Array.from(note.value).length;
    left.hidden = rest < 0 || rest > NEAR;
    over.hidden = rest >= 0;
    (rest < 0 ? over : left).querySelector("span").textContent = Math.abs(rest);
  }
  note.addEventListener("input", look);
  look();
});
