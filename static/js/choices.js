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

// An option that is chosen alone: ticking it takes the others away, and ticking another takes it away.
document.querySelectorAll("[data-alone]").forEach((group) => {
  const boxes = Array.from(group.querySelectorAll("input[type=checkbox]"));
  group.addEventListener("change", (event) => {
    if (!event.target.checked) return;
    const alone = event.target.value === group.dataset.alone;
    boxes.forEach((box) => {
      if (box !== event.target && (alone || box.value === group.dataset.alone)) box.checked = false;
    });
  });
});
