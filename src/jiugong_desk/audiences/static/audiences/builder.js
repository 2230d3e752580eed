// The conditions are drawn anew when a field or a comparison is chosen. What somebody enters while that answer is on its
// way is put back into it, and counted; the cursor stays where it was, or at the next row. Without scripts a button does all this.
(function () {
  "use strict";

  var sent = null; // id -> value when the request set out; null where rows move, and ids mean other rows afterwards
  var later = null; // id -> value that differs from it when the answer came
  var changed = null;
  var next = null; // where the cursor goes once a pressed button is gone or has brought a block

  function entered() {
    var found = {};
    document.querySelectorAll("#conditions [id^='rule-'], #conditions [id^='block-']").forEach(function (element) {
      found[element.id] = element.type === "checkbox" ? element.checked : element.value;
    });
    return found;
  }

  function concerns(event) {
    return event.detail.target && event.detail.target.id === "conditions";
  }

  function after(button) {
    if (button.name === "add_block") { return "[data-block]:last-of-type [name$='-field']"; }
    var row = button.closest("[data-rule]");
    return row ? "[name='" + row.dataset.rule + "-field']" : "[data-block] [name$='-kind']";
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (!concerns(event)) { return; }
    var pressed = event.detail.elt.tagName === "BUTTON";
    sent = pressed ? null : entered();
    next = pressed ? after(event.detail.elt) : null;
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!concerns(event)) { return; }
    later = {};
    var now = sent ? entered() : {};
    Object.keys(now).forEach(function (id) { if (now[id] !== sent[id]) { later[id] = now[id]; } });
  });

  document.addEventListener("htmx:afterSwap", function () {
    Object.keys(later || {}).forEach(function (id) {
      var element = document.getElementById(id);
      if (!element) { return; }
      if (element.type === "checkbox") {
        element.checked = later[id];
      } else {
        var drawn = element.value;
        element.value = later[id];
        if (element.value !== later[id]) { element.value = drawn; return; } // no longer a choice
      }
      if (!changed || /-(field|op|kind)$/.test(id)) { changed = element; } // a field or comparison draws the rows once more
    });
    later = null;
  });

  document.addEventListener("htmx:afterSettle", function (event) { // only now does htmx listen to what has arrived
    var element = changed;
    changed = null;
    // In a moment: until this answer is done with, htmx would put the next request behind one whose field is gone.
    if (element) { setTimeout(function () { element.dispatchEvent(new Event("change", { bubbles: true })); }); }
    if (event.target.id === "conditions") { goOn(); }
  });

  function goOn() {
    var there = next && document.activeElement === document.body && document.querySelector("#conditions " + next);
    next = null;
    if (there) { there.focus(); }
  }
})();
