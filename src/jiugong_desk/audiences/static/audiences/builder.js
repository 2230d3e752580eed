// The conditions are drawn anew when a field or a comparison is chosen. What somebody enters while that answer is on its
// way is put back into it, and counted. Without scripts a button does all this.
(function () {
  "use strict";

  var sent = null; // id -> value when the request set out; null where rows move, and ids mean other rows afterwards
  var later = null; // id -> value that differs from it when the answer came
  var changed = null;

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

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (concerns(event)) { sent = event.detail.elt.tagName === "BUTTON" ? null : entered(); }
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

  document.addEventListener("htmx:afterSettle", function () { // only now does htmx listen to what has arrived
    var element = changed;
    changed = null;
    if (element) { element.dispatchEvent(new Event("change", { bubbles: true })); }
  });
})();
