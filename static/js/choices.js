// Shows what a choice reveals only while it is chosen. Without script it is always shown.
document.querySelectorAll("[data-choices]").forEach((group) => {
  const inputs = Array.from(group.querySelectorAll("[data-reveals]"));
  if (!inputs.length) return;
  function show() {
    inputs.forEach((input) => {
      const part = document.getElementById(input.dataset.reveals);
      if (!part) return;
      part.hidden = !input.checked;
    });
  }
  inputs.forEach((input) => input.setAttribute("aria-controls", input.dataset.reveals));
  group.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
});
