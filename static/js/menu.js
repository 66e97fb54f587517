// Folds the menu and the filters away on a phone. Without script both are open.
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
if (narrow.matches) document.querySelectorAll("[data-fold-on-phone]").forEach((part) => { part.open = false; });
