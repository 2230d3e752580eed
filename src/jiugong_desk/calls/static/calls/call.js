// Keys of the call page. Without this script the page is a plain form.
"use strict";
(function () {
  const form = document.getElementById("outcome");
  const effect = document.getElementById("effect");
  const seconds = form.elements.talk_seconds;
  let ticking = null;
  document.getElementById("keys").hidden = false;

  function save() { document.getElementById("save").click(); }  // a click, so that what is sent says which button
  function choose(radio) {
    const asked = { invited: "visit_at", call_back: "callback_at" }[radio.value];  // what this outcome still needs
    if (radio.checked && !asked) { save(); return; }
    if (!radio.checked) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const field = asked && form.querySelector("[name=" + asked + "]");  // a time is agreed upon, never saved by a second press
    if (field) { field.focus(); }
  }
  function tell(name, detail) { form.querySelector("[data-stepper]").dispatchEvent(new CustomEvent(name, { detail: detail })); }
  function step(by) { tell("stepper:go", by); }
  function start() {  // the talk is timed from the number's showing to the outcome
    if (ticking || seconds.value) { return; }
    const began = Date.now();
    ticking = setInterval(function () { seconds.value = Math.round((Date.now() - began) / 1000); }, 1000);
  }
  function stop() { clearInterval(ticking); ticking = null; }

  form.addEventListener("change", function (event) {
    if (event.target.name !== "outcome") { return; }
    effect.textContent = event.target.dataset.effect;
    stop();
    form.elements.callback_other.value = "";
    form.querySelectorAll("[name=callback_at]").forEach(function (chip) { chip.checked = false; });  // no promise is left over by accident
  });
  form.addEventListener("change", function (event) {  // of a chip and a typed time the last one holds
    if (event.target.name === "callback_at") { form.elements.callback_other.value = ""; }
    if (event.target.name === "callback_other" && event.target.value) {
      form.querySelectorAll("[name=callback_at]").forEach(function (chip) { chip.checked = false; });
    }
  });
  seconds.addEventListener("input", stop);
  function giveBack() {  // to the reason, which is chosen by arrow keys; Enter on the button gives the customer back
    const field = document.querySelector("select[form=release-form]");
    field.closest("details").open = true;
    field.focus();
  }
  function dialled() { if (document.querySelector("[data-number]")) { stop(); seconds.value = ""; start(); } }
  document.addEventListener("click", function (event) { if (event.target.closest("[data-dialled]")) { dialled(); } });
  function heard() {  // an exchange that reports calls knows better than the clock of the page
    const phone = document.getElementById("live-call");
    if (phone && phone.dataset.state === "ended" && phone.dataset.talkSeconds) { stop(); seconds.value = phone.dataset.talkSeconds; }
  }
  function refused(event) {  // at every width the warning is seen, and what it asks for is at hand
    const problems = document.getElementById("problems"), alert = problems.querySelector("[role=alert]");
    if (event.detail.target !== problems || !alert) { return; }
    const asked = problems.querySelector("input");
    alert.tabIndex = -1;
    (asked || alert).focus({ preventScroll: true });
    problems.scrollIntoView({ block: "center" });
  }
  document.body.addEventListener("htmx:afterSwap", refused);
  document.body.addEventListener("htmx:afterSwap", heard);
  document.body.addEventListener("htmx:afterSwap", function () {
    if (!document.querySelector("[data-number]")) { return; }
    start();
    if (document.querySelector("#problems [data-refused~=number_unseen]")) { document.getElementById("problems").replaceChildren(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey && event.key === "Enter" && !event.isComposing) { event.preventDefault(); save(); return; }
    if (typing(event) || event.repeat) { return; }
    const key = event.key.toLowerCase();
    if (key === "n") { const button = document.querySelector("#number button"); if (button) { button.click(); } return; }
    if (key === "j" || key === "arrowdown" && !event.target.name) { event.preventDefault(); step(1); return; }
    if (key === "k" || key === "arrowup" && !event.target.name) { event.preventDefault(); step(-1); return; }
    if (key === "b") { event.preventDefault(); giveBack(); return; }
    if (key === "m") { form.elements.purpose_disclosed.click(); return; }
    if (key === "p") { dialled(); return; }
    if (key === "o") { tell("stepper:objections"); return; }
    const radio = Array.from(form.elements.outcome).find(function (one) { return one.dataset.key === key; });
    if (radio) { event.preventDefault(); choose(radio); }
  });
})();
