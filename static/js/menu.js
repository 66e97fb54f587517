// Folds the menu away on a phone, and opens the filters where there is room beside the results.
const narrow = window.matchMedia("(max-width: 40.0525em)");
const toggle = document.querySelector("[data-menu]");
if (toggle) {
  const list = document.getElementById(toggle.getAttribute("aria-controls"));
  const fit = () => { toggle.hidden = !narrow.matches; };
  toggle.addEventListener("click", () => {
    const open = list.classList.toggle("app-nav__list--open");
    toggle.setAttribute("aria-expanded", String(open));
  });
  narrow.addEventListener("change", fit);
  fit();
}
if (!narrow.matches) document.querySelectorAll("[data-open-on-desk]").forEach((part) => { part.open = true; });
