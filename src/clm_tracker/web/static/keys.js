// Keys on a page, where there is a script: everything they do can be done without them, and /help/keyboard turns them off.
(function () {
  "use strict";

  var WAYS = { d: "/", f: "/findings", v: "/findings/views", l: "/findings/new", c: "/decisions", b: "/duty-bearers", s: "/set-up" };
  var HELP = "/help/keyboard";
  var ROWS = "table.rows tbody tr, .card";
  var since = 0;

  function writes(at) {
    return at.isContentEditable || /^(SELECT|TEXTAREA)$/.test(at.tagName) ||
      (at.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset)$/.test(at.type));
  }

  function rows() {
    return Array.prototype.filter.call(document.querySelectorAll(ROWS), way);
  }

  function way(row) {
    return row.querySelector("th a, h3 a");
  }

  function here(all) {
    return all.findIndex(function (row) { return row.contains(document.activeElement); });
  }

  function step(by) {
    var all = rows(), at = here(all);
    var next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    if (!all.length) return false;
    way(all[next]).focus();
    all[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  function tick() {
    var all = rows(), at = here(all), box = at < 0 ? null : all[at].querySelector("input[type=checkbox]");
    if (box) box.click();
    return !!box;
  }

  function acts() {
    var first = document.querySelector("form.bulk button, #acts a, #acts button, #acts summary");
    if (first) { first.focus(); first.scrollIntoView({ block: "nearest" }); }
    return !!first;
  }

  function search() {
    var field = document.querySelector("main input[type=search]");
    if (field) field.focus();
    return !!field;
  }

  function help() {
    var open = document.getElementById("keys");
    if (open) { open.showModal(); return true; }
    fetch(HELP, { headers: { "HX-Request": "true" } }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error("no sheet");
      return answer.text();
    }).then(function (html) {
      var dialog = document.createElement("dialog");
      dialog.id = "keys";
      dialog.setAttribute("aria-labelledby", "sheet-h");
      dialog.innerHTML = html;
      var sheet = dialog.querySelector("#sheet"), close = document.createElement("button");
      close.className = "btn second close";
      close.textContent = sheet.dataset.close;
      close.addEventListener("click", function () { dialog.close(); });
      dialog.insertBefore(close, sheet);
      document.body.appendChild(dialog);
      dialog.showModal();
    }).catch(function () { location.assign(HELP); });
    return true;
  }

  // Only to a page that this one leads to: what is not somebody's to see is not a key's either.
  function go(key) {
    var to = WAYS[key];
    if (!to || !document.querySelector('a[href="' + to + '"]')) return false;
    location.assign(to);
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (writes(event.target) || document.querySelector("dialog[open]")) return;
    var done = false, inRow = here(rows()) >= 0;
    if (since && Date.now() - since < 1500) done = go(event.key);
    else if (event.key === "g") { since = Date.now(); return; }
    else if (event.key === "/") done = search();
    else if (event.key === "?") done = help();
    else if (event.key === "j" || (event.key === "ArrowDown" && inRow)) done = step(1);
    else if (event.key === "k" || (event.key === "ArrowUp" && inRow)) done = step(-1);
    else if (event.key === "x") done = tick();
    else if (event.key === "a") done = acts();
    since = 0;
    if (done) event.preventDefault();
  });
})();
