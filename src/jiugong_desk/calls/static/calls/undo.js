// Counts down while the last result can be taken back, then lets the offer go. "u" takes it back.
"use strict";
(function () {
  const bar = document.querySelector("[data-undo]");
  if (!bar) { return; }
  const shown = bar.querySelector("[data-left]");
  const ends = Date.now() + Number(bar.dataset.undo) * 1000;
  const ticking = setInterval(function () {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left > 0) { shown.textContent = left; return; }
    clearInterval(ticking);
    bar.remove();
  }, 250);
  document.addEventListener("keydown", function (event) {
    if (typing(event) || event.repeat || event.key.toLowerCase() !== "u" || !bar.isConnected) { return; }
    event.preventDefault();
    bar.requestSubmit();
  });
})();
