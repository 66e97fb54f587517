// A second press of the same button within a moment sends nothing twice; a link that looks like a button takes the space bar.
const MOMENT = 1500;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < MOMENT) { event.preventDefault(); return; }
  form.dataset.sent = String(Date.now());
});
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("[data-button]")) return;
  event.preventDefault();
  event.target.click();
});
