// Counts words while somebody types, as the service counts them (procurement/rules/questions/texts.py: word_count): what is
// between white space is one word, after the same characters are taken out and the text is composed (NFC).
const REMOVED = /[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/g;
const QUIET = 1000;

function countWords(text) {
  return (text.replace(REMOVED, "").normalize("NFC").match(/\S+/gu) || []).length;
}

function say(info, sentence, values) {
  return info.dataset[sentence].replace(/\{(\w+)\}/g, (all, name) => values[name].toLocaleString());
}

document.querySelectorAll("textarea[data-words]").forEach((area) => {
  const info = document.getElementById(`${area.id}-info`);
  if (!info) return;
  const limit = area.dataset.limit ? Number(area.dataset.limit) : null;
  const least = area.dataset.least ? Number(area.dataset.least) : 0;
  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  info.after(spoken);
  let waiting = 0;
  function show() {
    const count = countWords(area.value);
    const values = { count, limit, least, over: limit === null ? 0 : count - limit };
    const over = limit !== null && count > limit;
    const sentence = over ? "over" : count < least ? "under" : limit === null ? "some" : "of";
    info.textContent = say(info, sentence, values);
    info.classList.toggle("app-words--over", over);
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (document.activeElement === area) spoken.textContent = info.textContent; }, QUIET);
  }
  area.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
});
