/* Sliders: the number follows the thumb; what has not been moved is not sent. */
(function () {
  "use strict";

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  each(document.querySelectorAll("form[data-sliders]"), function (form) {
    var ranges = form.querySelectorAll("input[type=range]");
    each(ranges, function (range) {
      var output = form.querySelector("output[for='" + range.id + "']");
      range.addEventListener("input", function () { output.textContent = range.value; });
    });
    form.addEventListener("htmx:configRequest", function (event) {
      each(ranges, function (range) {
        if (range.value === range.getAttribute("data-start")) { delete event.detail.parameters[range.name]; }
      });
    });
  });
})();
