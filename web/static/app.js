/* Small comforts; every page works without them. */
(function () {
  "use strict";

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  /* What only serves those without scripts is hidden by style: parts of a page come and go. */
  document.documentElement.classList.add("scripted");

  /* A choice in a filter acts at once; without this the button beside it does. */
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-at-once]");
    if (form && event.target.tagName === "SELECT") { form.submit(); }
  });

  /* The theme changes without a new page; the form remembers it on the server. */
  each("form[data-theme-switch]", function (form) {
    form.addEventListener("submit", function (event) {
      var button = event.submitter;
      if (!button || !window.fetch) { return; }
      event.preventDefault();
      var body = new URLSearchParams(new FormData(form));
      body.set("theme", button.value);
      document.documentElement.dataset.theme = button.value;
      window.fetch(form.action, { method: "POST", body: body, credentials: "same-origin" });
    });
  });

  /* An open menu closes on Escape and on a click elsewhere. */
  function closeMenus(except) {
    each("details.menu[open]", function (menu) { if (menu !== except) { menu.open = false; } });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var open = document.querySelector("details.menu[open]");
    closeMenus(null);
    if (open) { open.querySelector("summary").focus(); }
  });

  /* Of a strip that is wider than the screen the chosen part is in view. */
  each(".seg [aria-current]", function (tab) {
    tab.parentNode.scrollLeft = tab.offsetLeft - tab.parentNode.offsetLeft - (tab.parentNode.clientWidth - tab.offsetWidth) / 2;
  });

  /* A page that is made for paper offers to print itself. */
  each("button[data-print]", function (button) { button.hidden = false; });
  document.addEventListener("click", function (event) {
    if (event.target.closest("button[data-print]")) { window.print(); }
  });

  /* A form that writes is sent once. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-theme-switch")) { return; }
    setTimeout(function () { each("button", function (b) { if (form.contains(b)) { b.disabled = true; } }); }, 0);
  });

  /* Arrow keys walk through a matrix, N jumps to the next gap. */
  each("table[data-walk]", function (table) {
    table.addEventListener("keydown", function (event) {
      var cell = event.target.closest("td"), row = cell && cell.parentNode, next = null;
      if (!cell) { return; }
      if (event.key === "ArrowRight") { next = cell.nextElementSibling; }
      if (event.key === "ArrowLeft") { next = cell.previousElementSibling; }
      if (event.key === "ArrowDown") { next = row.nextElementSibling && row.nextElementSibling.cells[cell.cellIndex]; }
      if (event.key === "ArrowUp") { next = row.previousElementSibling && row.previousElementSibling.cells[cell.cellIndex]; }
      if (event.key === "n" || event.key === "N") {
        var gaps = table.querySelectorAll("td[data-gap]"), at = Array.prototype.indexOf.call(gaps, cell);
        next = gaps[at + 1] || gaps[0];
      }
      var target = next && (next.querySelector("a") || next);
      if (target && next.tagName === "TD") { event.preventDefault(); target.focus(); }
    });
  });
})();
