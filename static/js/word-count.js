// Counts words, or characters where the limit is in them, while somebody types, as the service counts them (procurement/rules/questions/texts.py: word_count): what is
// between white space is one word, if it has a letter, a digit or a symbol that is no bullet and no dash; the same characters
// are taken out before and the text is composed (NFC).
const REMOVED = new RegExp("[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\\xad\\u200b\\u2060-\\u2064\\u202a-\\u202e\\u2066-\\u206f" +
  "\\ufeff\\ufff9-\\ufffc]|\\p{Noncharacter_Code_Point}", "gu");
const BULLETS = /[~^`|+=<>\u2190-\u21ff\u2212\u25a0-\u25ff\u2605\u2606\u2713-\u2718\u2756\u2794-\u27be\u2b1b\u2b1c\u2b24]/g;
const QUIET = 1000;

function normalised(text) {
  return text.replace(REMOVED, "").normalize("NFC");
}

function countWords(text) {
  const found = normalised(text).match(/\S+/gu) || [];
  return found.filter((each) => /[\p{L}\p{N}]/u.test(each) || /[\p{S}\p{M}]/u.test(each.replace(BULLETS, ""))).length;
}

function countCharacters(text) {
  return Array.from(normalised(text).split("\n").map((line) => line.trimEnd()).join("\n").replace(/^\n+|\n+$/g, "")).length;
}

function say(info, sentence, values) {
  return info.dataset[sentence].replace(/\{(\w+)\}/g, (all, name) => values[name].toLocaleString());
}

document.querySelectorAll("[data-words]:is(textarea, input)").forEach((area) => {
  const info = document.getElementById(`${area.id}-info`);
  if (!info) return;
  const limit = area.dataset.limit ? Number(area.dataset.limit) : null;
  const least = area.dataset.least ? Number(area.dataset.least) : 0;
  const most = area.dataset.characters ? Number(area.dataset.characters) : Infinity;
  const told = info.textContent; // what may be written: it stands until something is
  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  info.after(spoken);
  let waiting = 0;
  function show() {
    const count = countWords(area.value);
    const characters = countCharacters(area.value);
    const values = { count, limit, least, over: limit === null ? 0 : count - limit, characters, most, beyond: characters - most };
    const over = limit !== null && count > limit;
    const long = !over && characters > most;
    const sentence = over ? "over" : long ? "long" : "inCharacters" in area.dataset ? "characters" : count < least ? "under" : limit === null ? "some" : "of";
    info.textContent = characters === 0 && most !== Infinity ? told : say(info, sentence, values);
    info.classList.toggle("app-words--over", over || long);
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (document.activeElement === area) spoken.textContent = info.textContent; }, QUIET);
  }
  area.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
});
