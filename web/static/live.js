/* A page about a month follows it: when told of a newer standing it fetches its own main part and keeps filter, focus and place. */
(function () {
  "use strict";
  var mark = document.querySelector("[data-live]"), main = document.getElementById("main");
  if (!mark || !main || !window.EventSource || !window.fetch) { return; }
  var shown = mark.dataset.version, heard = shown, source = null, busy = false, SPREAD = 500, CALM = 10000;

  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function listen() {
    if (source && source.readyState !== EventSource.CLOSED) { return; }
    source = new EventSource("/boards/stream?month=" + encodeURIComponent(mark.dataset.live));
    source.addEventListener("board", function (event) { heard = event.data; follow(); });
    source.addEventListener("error", function () { if (source.readyState === EventSource.CLOSED) { setTimeout(listen, CALM * (1 + Math.random())); } });
  }

  /* Somebody who is filling something in is not disturbed. */
  function writing() {
    return all(main, "input:not([type=hidden]), textarea, select").some(function (field) {
      if (field === document.activeElement && field.tagName !== "SELECT") { return true; }
      if (field.type === "checkbox" || field.type === "radio") { return field.checked !== field.defaultChecked; }
      return field.tagName !== "SELECT" && field.value !== field.defaultValue;
    });
  }

  /* How sure the places are comes after the places themselves, and nobody waits for it: that is fetched by and by. */
  function follow(waited) {
    var news = heard, calm = parseInt(news, 10) === parseInt(shown, 10);
    if (news === shown || busy || document.hidden) { return; }
    if (mark.hasAttribute("data-live-offer") || writing()) { mark.hidden = calm; return; }
    if (calm && waited !== news) { setTimeout(follow, Math.random() * CALM, news); return; }
    busy = true;
    setTimeout(function () {
      fetch(location.href, { headers: { "X-Fragment": "main", "X-Have": Object.keys(marked()).join(",") }, credentials: "same-origin" })
        .then(function (answer) { if (!answer.ok || answer.redirected) { throw answer; } return answer.text(); })
        .then(function (text) { if (!writing()) { swap(text); shown = news; } return SPREAD; }, function () { return CALM * Math.random(); })
        .then(function (wait) { busy = false; setTimeout(follow, wait); });
    }, Math.random() * SPREAD);
  }

  /* Rows by the marks of their text: those that stay the same are not sent again. */
  function marked() {
    return all(main, "[data-mark]").reduce(function (found, row) { (found[row.dataset.mark] = found[row.dataset.mark] || []).push(row); return found; }, {});
  }

  function way(node) {
    if (!node || node === main || !main.contains(node)) { return null; }
    return node.id ? "#" + CSS.escape(node.id) : node.getAttribute("href") ? node.tagName + '[href="' + CSS.escape(node.getAttribute("href")) + '"]' : null;
  }

  function inSight() {
    var rows = all(main, "[data-unit]");
    if (rows.indexOf(document.activeElement && document.activeElement.closest("[data-unit]")) >= 0) { return document.activeElement.closest("[data-unit]"); }
    return rows.filter(function (row) { return row.getBoundingClientRect().bottom > 0; })[0];
  }

  function swap(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("main"), next = fresh && fresh.querySelector("[data-live]");
    if (!next) { return; }
    var rows = marked(), focus = way(document.activeElement), row = inSight(), unit = row && row.dataset.unit, top = row && row.getBoundingClientRect().top;
    var open = all(main, "details").map(function (one) { return one.open; }), scrolled = all(main, ".scroll").map(function (one) { return one.scrollLeft; });
    all(fresh, "[data-live-keep]").forEach(function (place) { place.replaceWith(main.querySelector('[data-live-keep="' + place.dataset.liveKeep + '"]') || place); });
    all(fresh, "[data-kept]").forEach(function (place) {
      var same = rows[place.dataset.kept] || [], row = same.shift();
      if (row) { same.push(row); place.replaceWith(main.contains(row) ? row : row.cloneNode(true)); }
    });
    main.replaceChildren.apply(main, Array.prototype.slice.call(fresh.childNodes));
    mark = main.querySelector("[data-live]");
    all(main, "details").forEach(function (one, at) { one.open = open[at] || one.open; });
    all(main, ".scroll").forEach(function (one, at) { one.scrollLeft = scrolled[at] || 0; });
    var back = focus && main.querySelector(focus), moved = unit && main.querySelector('[data-unit="' + unit + '"]');
    if (back) { back.focus({ preventScroll: true }); }
    if (moved) { window.scrollBy(0, moved.getBoundingClientRect().top - top); }
    if (window.htmx) { window.htmx.process(main); }
  }

  ["visibilitychange", "online", "pageshow"].forEach(function (name) {
    (name === "visibilitychange" ? document : window).addEventListener(name, function () { if (!document.hidden) { listen(); follow(); } });
  });
  listen();
})();
