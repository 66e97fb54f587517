// How long is left goes on while a page stays open, in the words of the service (procurement/web/filters.py: time_left). It is
// reckoned from the instant at which the page was made, so that a wrong clock of the machine changes nothing.
const shown = document.querySelectorAll("[data-until]");
if (shown.length) {
  const words = JSON.parse(document.body.dataset.left);
  const loaded = Date.now();
  const WEEKS_AWAY = 14;
  const count = (name, number) => words[name][number === 1 ? 0 : 1].replace("{num}", String(number));
  function say(seconds) {
    if (seconds <= 0) return words.closed;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 1) return words.less;
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor(minutes % 1440 / 60);
    if (days >= WEEKS_AWAY) return words.left.replace("{time}", count("days", days));
    const parts = days ? [["days", days], ["hours", hours]] : [["hours", hours], ["minutes", minutes % 60]];
    return words.left.replace("{time}", parts.filter((part) => part[1]).map((part) => count(...part)).join(" "));
  }
  function look() {
    shown.forEach((each) => {
      const passed = (Date.now() - loaded) / 1000;
      const text = say((Date.parse(each.dataset.until) - Date.parse(each.dataset.now)) / 1000 - passed);
      const said = "first" in each.dataset ? text.charAt(0).toUpperCase() + text.slice(1) : text;
      if (each.textContent !== said) each.textContent = said;
    });
  }
  look();
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
}
