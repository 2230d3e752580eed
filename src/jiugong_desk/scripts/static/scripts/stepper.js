// Leads through a script: next and back along the branches, and what is said to an objection.
// Without this script every step can be opened by hand, and everything is sent all the same.
"use strict";
(function () {
  let kept = null;  // step and answers of a preview that is drawn anew

  function lead(root) {
    if (root.dataset.led) { return; }
    root.dataset.led = "1";
    const steps = Array.from(root.querySelectorAll(".step"));
    if (!steps.length) { return; }
    const drawer = root.querySelector("[data-objections]");
    const trail = [];  // where the caller came from, for "back"
    root.querySelectorAll("[data-nav]").forEach(function (one) { one.hidden = false; });

    function at(key) { return steps.findIndex(function (one) { return one.dataset.key === key; }); }
    function current() { return steps.findIndex(function (one) { return one.open; }); }
    function answered() {
      const given = {};
      root.querySelectorAll("[name^='answer-']").forEach(function (field) {
        if (field.type !== "radio" || field.checked) { given[field.name.slice(7)] = field.value; }
      });
      return given;
    }
    function after(number, given) {
      for (const [question, answers, go] of JSON.parse(steps[number].dataset.leads)) {
        if (at(go) > number && (!question || answers.includes(given[question] || ""))) { return at(go); }
      }
      return number + 1;
    }
    function show(number) {
      steps.forEach(function (one, index) { one.open = index === number; });
    }
    function mark() {  // what does not concern this customer steps back
      const given = answered(), way = new Set();
      for (let number = 0; number < steps.length; number = after(number, given)) { way.add(number); }
      steps.forEach(function (one, index) { one.classList.toggle("off-way", !way.has(index)); });
    }
    function keep() {
      const here = steps[current()];
      if (here) { kept = { key: here.dataset.key, given: answered() }; }
    }
    function again() {
      root.querySelectorAll("[name^='answer-']").forEach(function (field) {
        const value = kept.given[field.name.slice(7)];
        if (value === undefined) { return; }
        if (field.type === "radio") { field.checked = field.value === value; } else { field.value = value; }
      });
      show(Math.max(at(kept.key), 0));
    }
    function go(by) {
      const here = current();
      if (by < 0) { if (here >= 0) { show(trail.length ? trail.pop() : Math.max(here - 1, 0)); } return; }
      const next = here < 0 ? 0 : after(here, answered());
      if (next >= steps.length) { return; }
      if (here >= 0) { trail.push(here); }
      show(next);
      steps[next].scrollIntoView({ block: "nearest" });
    }
    function sort() {  // in the drawer, the answers for this step and for every step
      const here = steps[current()];
      root.querySelectorAll("[data-of]").forEach(function (one) { one.hidden = Boolean(here) && one.dataset.of !== here.dataset.key; });
    }

    root.addEventListener("click", function (event) {
      const button = event.target.closest("[data-go]");
      if (button) { go(Number(button.dataset.go)); }
    });
    root.addEventListener("change", function (event) {
      if (event.target.name === "skip" && event.target.checked) { go(1); }
      mark();
      keep();
    });
    root.addEventListener("toggle", function () { sort(); keep(); }, true);
    root.addEventListener("stepper:go", function (event) { go(event.detail); });
    root.addEventListener("stepper:objections", function () {
      if (drawer) { drawer.open = !drawer.open; if (drawer.open) { sort(); } }
    });
    if (kept) { again(); } else if (current() < 0) { show(0); }
    mark();
    sort();
  }
  function all() { document.querySelectorAll("[data-stepper]").forEach(lead); }
  all();
  document.body.addEventListener("htmx:afterSettle", all);
})();
