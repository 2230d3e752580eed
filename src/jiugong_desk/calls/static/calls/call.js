// Keys of the call page. Without this script the page is a plain form.
"use strict";
(function () {
  const form = document.getElementById("outcome");
  const effect = document.getElementById("effect");
  const seconds = form.elements.talk_seconds;
  let ticking = null;
  document.getElementById("keys").hidden = false;

  function save() { document.getElementById("save").click(); }  // a click, so that what is sent says which button
  const NEEDED = { invited: "visit_at", call_back: "callback_at" };  // what an outcome still needs
  function deliberate(radio) {  // a time is agreed upon, and what holds for ever is meant: neither is saved by a second press
    return radio.value in NEEDED || "sticks" in radio.dataset;
  }
  function choose(radio) {
    const asked = NEEDED[radio.value];
    if (radio.checked && !deliberate(radio)) { save(); return; }
    if (!radio.checked) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const field = asked && (form.querySelector("[name=" + asked + "]:checked") || form.querySelector("[name=" + asked + "]"));
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
    effect.classList.toggle("for-ever", "sticks" in event.target.dataset);
    document.getElementById("deliberate").hidden = !deliberate(event.target);
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
  const FIELDS = {
    visit_missing: "visit_at", callback_missing: "callback_at",
    interest_without_purpose: "purpose_disclosed", purpose_not_disclosed: "purpose_disclosed",
  };
  function mark(codes) {  // what the warning is about, where it is filled in
    form.querySelectorAll(".is-asked").forEach(function (one) { one.classList.remove("is-asked"); });
    codes.filter(function (code) { return code in FIELDS; }).forEach(function (code) {
      const field = form.querySelector("[name=" + FIELDS[code] + "]");
      (field.closest(".extra") || field.closest("label")).classList.add("is-asked");
    });
  }
  function refused(event) {  // at every width the warning is seen, and what it asks for is at hand
    const problems = document.getElementById("problems"), alert = problems.querySelector("[role=alert]");
    if (event.detail.target !== problems || !alert) { return; }
    mark((alert.dataset.refused || "").split(" "));
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
