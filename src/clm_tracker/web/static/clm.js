// What a page does besides htmx, where there is a script: nothing here is needed, and nothing is kept.
(function () {
  "use strict";

  // A form that is being kept while somebody writes is sent when that is done, so that it meets no change of its own.
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (!form.classList.contains("htmx-request") || !form.requestSubmit) return;
    event.preventDefault();
    form.addEventListener("htmx:afterRequest", function () { form.requestSubmit(button); }, { once: true });
  }, true);

  // What is still to be kept when a form is sent goes with it: on a slow line it would be kept once more on the way.
  document.addEventListener("submit", function (event) {
    if (!event.defaultPrevented && event.target.method === "post") event.target.dataset.sent = "yes";
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = event.target.closest("form");
    if (form && form.dataset.sent) event.preventDefault();
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // How large the chosen files are, before they are sent over a slow line.
  function size(bytes) {
    var large = bytes >= 1e6, style = { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: large ? 1 : 0 };
    return new Intl.NumberFormat(document.documentElement.lang, style).format(Math.max(bytes / (large ? 1e6 : 1e3), 1));
  }
  document.addEventListener("change", function (event) {
    var field = event.target, says = field.nextElementSibling;
    if (field.type !== "file") return;
    if (!says || !says.classList.contains("chosen")) {
      says = document.createElement("div");
      says.className = "chosen small quiet";
      says.setAttribute("role", "status");
      field.insertAdjacentElement("afterend", says);
    }
    says.replaceChildren.apply(says, Array.prototype.map.call(field.files, function (file) {
      var line = document.createElement("p");
      line.textContent = file.name + ", " + size(file.size);
      return line;
    }));
  });

  // Places near the phone. Where it is goes to the server in the body of one request, to a hundred metres, and nowhere else.
  function ready(near) {
    if (!navigator.geolocation || !window.htmx || near.dataset.ready) return;
    near.dataset.ready = "yes";
    near.hidden = false;
    near.addEventListener("click", function () {
      var said = document.getElementById("near-said");
      said.textContent = "";
      near.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(function (at) {
        near.removeAttribute("aria-busy");
        var chosen = document.querySelector("#sites input:checked");
        window.htmx.ajax("POST", near.dataset.to, {
          target: "#sites",
          swap: "outerHTML",
          values: {
            go: "near",
            latitude: at.coords.latitude.toFixed(3),
            longitude: at.coords.longitude.toFixed(3),
            site: chosen ? chosen.value : ""
          }
        });
      }, function () {
        near.removeAttribute("aria-busy");
        said.textContent = near.dataset.no;
      }, { timeout: 15000, maximumAge: 60000 });
    });
  }

  function look() {
    var near = document.getElementById("near");
    if (near) ready(near);
  }

  look();
  document.addEventListener("htmx:load", look);
})();
