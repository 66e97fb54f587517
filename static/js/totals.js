// Adds up a table while somebody types, as the service does at the button (procurement/rules/questions/tables): whole pence,
// shares half up to a penny. A sum of something that cannot be read here is a dash until the service has read it.
const POUNDS = /^-?\s*£?\s*(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.(\d{1,2}))?$/;
const NUMBER = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,6}))?$/;
const MILLION = 1000000n;

function scaled(text, pattern, places) {
  const found = text.trim().match(pattern);
  if (!found || text.includes("-")) return null;
  return BigInt(found[1].replace(/[, ]/g, "") + (found[2] || "").padEnd(places, "0"));
}

function halfUp(dividend, divisor) {
  return (2n * dividend + divisor) / (2n * divisor);
}

function written(pence) {
  const all = String(pence < 0n ? -pence : pence).padStart(3, "0");
  const pounds = all.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${pence < 0n ? "-" : ""}£${pounds}${all.endsWith("00") ? "" : `.${all.slice(-2)}`}`;
}

document.querySelectorAll("[data-sheet]").forEach((sheet) => {
  function add(sums, keys, pence, sign) {
    (keys || "").split(" ").filter(Boolean).forEach((key) => {
      const before = sums.has(key) ? sums.get(key) : 0n;
      sums.set(key, before === null || pence === null ? null : before + sign * pence);
    });
  }

  function amount(input) {
    if (!input.value.trim()) return 0n;
    if (!input.dataset.times) return scaled(input.value, POUNDS, 2);
    const price = scaled(input.value.replace("£", ""), NUMBER, 6);
    const times = scaled(input.dataset.times, NUMBER, 6);
    return price === null || times === null ? null : halfUp(price * times * 100n, MILLION * MILLION);
  }

  function percent(result) {
    const typed = document.getElementById(result.dataset.percent);
    if (typed && typed.value.trim()) return scaled(typed.value.replace("%", ""), NUMBER, 6);
    const size = document.getElementById(result.dataset.size);
    const rate = JSON.parse(result.dataset.rates)[size ? size.value : ""];
    return rate === undefined ? null : scaled(rate, NUMBER, 6);
  }

  function show() {
    const sums = new Map();
    const gone = Array.from(sheet.querySelectorAll("[data-gone]:checked"), (each) => each.dataset.gone);
    sheet.querySelectorAll("input[data-adds]").forEach((input) => {
      const left = gone.some((place) => input.id.startsWith(`${place}-`));
      add(sums, input.dataset.adds, left ? 0n : amount(input), 1n);
    });
    sheet.querySelectorAll("[data-share]").forEach((result) => {
      const whole = sums.has(result.dataset.share) ? sums.get(result.dataset.share) : 0n;
      const rate = percent(result);
      const pence = whole === null || rate === null ? null : halfUp(whole * rate, 100n * MILLION);
      add(sums, result.dataset.adds, pence, 1n);
      add(sums, result.dataset.takes, pence, -1n);
      result.textContent = pence === null ? "–" : written(pence);
    });
    sheet.querySelectorAll("[data-total]").forEach((result) => {
      const pence = sums.has(result.dataset.total) ? sums.get(result.dataset.total) : 0n;
      result.textContent = pence === null ? "–" : written(pence);
    });
  }

  sheet.addEventListener("input", show);
  sheet.addEventListener("change", show);
});
