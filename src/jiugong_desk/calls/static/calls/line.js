// The line is dead, or the site restarts: what was entered stays, and is sent again until it has arrived.
// The same submission is the same call, however often it is sent. Nothing is kept outside this page.
"use strict";
(function () {
  const form = document.getElementById("outcome"), told = document.getElementById("line"), refused = document.getElementById("refused");
  const waiting = told.querySelector("[data-waiting]"), givenUp = told.querySelector("[data-given-up]");
  const PAUSE = 2000, PATIENCE = 30000;  // milliseconds
  let since = null, button = null, timer = null, sending = false;

  function again() { clearTimeout(timer); timer = null; form.inert = false; (button || document.getElementById("save")).click(); }
  function lost() {
    since = since || Date.now();
    const patient = Date.now() - since < PATIENCE;
    if (told.hidden) { told.hidden = false; told.scrollIntoView({ block: "center" }); }
    waiting.hidden = !patient;
    givenUp.hidden = patient;
    form.inert = patient;
    if (patient && !timer) { timer = setTimeout(again, PAUSE); }
  }
  function found() { since = null; clearTimeout(timer); timer = null; told.hidden = true; form.inert = false; }

  // Signed in anew in another tab: the token of this page is an old one. The page, asked for once more, brings the new one,
  // if the customer is with the same person still.
  let renewed = false;
  function renew() {
    return fetch(refused.querySelector("a").href, { redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer); })
      .then(function (text) {
        const token = new DOMParser().parseFromString(text, "text/html").querySelector("#outcome [name=csrfmiddlewaretoken]").value;
        document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(function (field) { field.value = token; });
        document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
      });
  }
  function invalid() { refused.hidden = false; refused.scrollIntoView({ block: "center" }); }

  // What is typed is kept on the way, so that a page that dies loses nothing; silently, since the next change tries again.
  const kept = document.getElementById("draft");
  let waits = null;
  function post() { return fetch(kept.dataset.keep, { method: "POST", body: new FormData(form), redirect: "error" }); }
  function keep() {
    post()
      .then(function (answer) { return answer.status === 403 ? renew().then(post) : answer; })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) { kept.textContent = text; })
      .catch(function () { kept.textContent = ""; });
  }
  function later(pause) { return function () { clearTimeout(waits); waits = setTimeout(keep, pause); }; }
  form.addEventListener("change", later(400));
  form.addEventListener("input", later(800));
  form.addEventListener("submit", function () { clearTimeout(waits); });

  document.addEventListener("submit", function (event) {  // one at a time: a second press, or the line that is back, sends nothing beside it
    if (event.target !== form) { return; }
    if (sending) { event.preventDefault(); event.stopPropagation(); return; }
    button = event.submitter || button;
  }, true);
  function ours(does) { return function (event) { if (event.detail.elt === form) { does(event.detail.xhr, event); } }; }
  function unsent() { sending = false; lost(); }
  document.body.addEventListener("htmx:beforeRequest", ours(function () { sending = true; refused.hidden = true; }));
  ["htmx:sendError", "htmx:sendAbort", "htmx:timeout"].forEach(function (name) { document.body.addEventListener(name, ours(unsent)); });
  document.body.addEventListener("htmx:beforeOnLoad", ours(function (xhr, event) {  // before the answer leads on to the next page
    const signedOut = new URL(xhr.responseURL).pathname === document.body.dataset.login;  // desk.js leads there
    const leads = signedOut || Boolean(xhr.getResponseHeader("HX-Redirect"));
    sending = leads;  // what is saved is not sent from here again
    if (leads || xhr.status === 409 || xhr.status === 422) { found(); return; }
    event.preventDefault();  // no answer of the call's: nobody's page is drawn into this one
    if (xhr.status >= 500 || xhr.status < 400) { lost(); return; }
    found();
    if (xhr.status !== 403 || renewed) { invalid(); return; }
    renewed = true;  // once: a page that is refused with the new token too is no longer valid
    renew().then(again, invalid);
  }));
  window.addEventListener("pageshow", function () { sending = false; });
  window.addEventListener("online", function () { if (since && !sending) { again(); } });
  told.querySelector("[data-send-again]").addEventListener("click", again);
  window.addEventListener("beforeunload", function (event) { if (since) { event.preventDefault(); } });
})();
