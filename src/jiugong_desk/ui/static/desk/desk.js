// Small behaviours that pages share. Every page works without them.
"use strict";
// Whether a key belongs to somebody's text, or to the browser: an input method composes, a field is being written, Ctrl is held.
function typing(event) {
  const at = event.target;
  return event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey ||
    at.tagName === "TEXTAREA" || at.tagName === "SELECT" || (at.tagName === "INPUT" && !/^(radio|checkbox)$/.test(at.type));
}
// A form that was sent is not sent twice by an impatient second click.
document.addEventListener("submit", function (event) {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(function () { delete form.dataset.sent; }, 3000);
});
// "/" goes to the search field, unless somebody is typing (an input method's composition counts as typing).
document.addEventListener("keydown", function (event) {
  if (event.isComposing || event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
  const field = document.querySelector("[data-search]");
  if (field) { event.preventDefault(); field.focus(); }
});
// In a long form Enter goes to the next field, and only a button sends; in an input method it chooses a word.
document.addEventListener("keydown", function (event) {
  const form = event.target.closest("form[data-long]");
  if (event.key !== "Enter" || event.isComposing || !form || event.target.tagName !== "INPUT") { return; }
  event.preventDefault();
  const fields = Array.from(form.querySelectorAll("input, select, textarea")).filter(function (one) {
    return one.type !== "hidden" && !one.disabled && one.offsetParent;
  });
  (fields[fields.indexOf(event.target) + 1] || event.target).focus();
});
// What was typed into such a form and not sent is not left without a question.
document.querySelectorAll("form[data-unsaved]").forEach(function (form) {
  let typed = false;
  form.addEventListener("input", function () { typed = true; });
  form.addEventListener("submit", function () { typed = false; });
  window.addEventListener("beforeunload", function (event) { if (typed) { event.preventDefault(); } });
});
// On a phone the menu scrolls: the room one is in comes into view.
const here = document.querySelector(".desk-nav [aria-current]");
if (here) { here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 16; }
// Signed out meanwhile: the whole page goes to the form, and comes back here; a part of a page is no place for it.
document.addEventListener("htmx:beforeSwap", function (event) {
  const login = document.body.dataset.login;
  if (new URL(event.detail.xhr.responseURL || location.href).pathname !== login || location.pathname === login) { return; }
  event.detail.shouldSwap = false;
  location.assign(login + "?next=" + encodeURIComponent(location.pathname));
});
