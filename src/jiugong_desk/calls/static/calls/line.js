// The line is dead, or the site restarts: what was entered stays, and is sent again until it has arrived.
// The same submission is the same call, however often it is sent. Nothing is kept outside this page.
"use strict";
(function () {
  const form = document.getElementById("outcome"), told = document.getElementById("line");
  const waiting = told.querySelector("[data-waiting]"), givenUp = told.querySelector("[data-given-up]");
  const PAUSE = 2000, PATIENCE = 30000;  // milliseconds
  let since = null, button = null, timer = null;

  function again() { timer = null; form.inert = false; (button || document.getElementById("save")).click(); }
  function lost() {
    since = since || Date.now();
    const patient = Date.now() - since < PATIENCE;
    told.hidden = false;
    waiting.hidden = !patient;
    givenUp.hidden = patient;
    form.inert = patient;
    if (patient && !timer) { timer = setTimeout(again, PAUSE); }
  }
  function found() { since = null; clearTimeout(timer); timer = null; told.hidden = true; form.inert = false; }

  // What is typed is kept on the way, so that a page that dies loses nothing; silently, since the next change tries again.
  const kept = document.getElementById("draft");
  let waits = null;
  function keep() {
    fetch(kept.dataset.keep, { method: "POST", body: new FormData(form), redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) { kept.textContent = text; })
      .catch(function () { kept.textContent = ""; });
  }
  function later(pause) { return function () { clearTimeout(waits); waits = setTimeout(keep, pause); }; }
  form.addEventListener("change", later(400));
  form.addEventListener("input", later(800));
  form.addEventListener("submit", function () { clearTimeout(waits); });

  form.addEventListener("submit", function (event) { button = event.submitter || button; });
  document.body.addEventListener("htmx:sendError", function (event) { if (event.detail.elt === form) { lost(); } });
  document.body.addEventListener("htmx:responseError", function (event) {
    if (event.detail.elt === form && event.detail.xhr.status >= 500) { lost(); }
  });
  document.body.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt === form && event.detail.xhr.status && event.detail.xhr.status < 500) { found(); }
  });
  window.addEventListener("online", function () { if (since && !timer) { again(); } });
  told.querySelector("[data-send-again]").addEventListener("click", again);
  window.addEventListener("beforeunload", function (event) { if (since) { event.preventDefault(); } });
})();
