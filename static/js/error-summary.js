// Moves focus to the error summary, or to a success message, and from a summary's link to the input itself.
const told = document.querySelector("[data-error-summary]") || document.querySelector("[data-focus]");
if (told) {
  told.setAttribute("tabindex", "-1");
  told.addEventListener("blur", () => told.removeAttribute("tabindex"), { once: true });
  told.focus();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest ? event.target.closest("[data-error-summary] a[href^='#']") : null;
  const input = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!input || !input.matches("input, select, textarea")) return;
  event.preventDefault();
  const box = input.closest("fieldset") || input;
  const label = box.querySelector("legend") || document.querySelector(`label[for="${CSS.escape(input.id)}"]`) || input;
  label.scrollIntoView();
  input.focus({ preventScroll: true });
});
