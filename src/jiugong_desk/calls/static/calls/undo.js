// Counts down while the last result can be taken back, then lets the offer go, and what was said of that result. "u" takes
// it back.
"use strict";
(function () {
  const bar = document.querySelector("[data-undo]"), shown = bar && bar.querySelector("[data-left]");
  const READ = 10;  // seconds, where nothing can be taken back
  const ends = Date.now() + (bar ? Number(bar.dataset.undo) : READ) * 1000;
  const ticking = setInterval(function () {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left > 0) { if (shown) { shown.textContent = left; } return; }
    clearInterval(ticking);
    if (bar) { bar.remove(); }
    // Its place stays: what is below must not move under the pointer.
    document.querySelectorAll("[data-passing]").forEach(function (said) { said.classList.add("invisible"); });
  }, 250);
  document.addEventListener("keydown", function (event) {
    if (!bar || typing(event) || event.repeat || event.key.toLowerCase() !== "u" || !bar.isConnected) { return; }
    event.preventDefault();
    bar.requestSubmit();
  });
})();
