// Saves a field shortly after somebody stopped typing, when they leave it, and when the page goes out of sight.
// Request: POST form fields csrf_token, version, field, value, and autosaved: what was sent before and not answered, so
// that it may be replaced. Answer: 200 {version, saved_at, problems, warnings}; 409 stale; anything else stops it. One request at a time, so
// that versions stay in order. The Save button does all of this without script.
const IDLE = 2000;
const RETRY = 15000;

document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const line = form.querySelector("[data-save-status]");
  const warnings = form.querySelector("[data-warnings]"); // what is wrong with the answer as it was saved, or warned about
  const version = form.elements.namedItem("version");
  const token = form.elements.namedItem("csrf_token");
  if (!version || !token) return;
  const changed = new Map();
  const kept = new Map();
  let timer = 0;
  let busy = false;
  let stopped = false;
  let pressed = null; // a Save button pressed while a save is on its way: it goes when the new version is known

  // what was sent and has no answer: the form carries it too, since the page may be left before the answer comes
  const unanswered = document.createElement("input");
  Object.assign(unanswered, { type: "hidden", name: "autosaved", disabled: true });
  form.append(unanswered);

  const watched = (input) => input.name && input.matches("textarea, input[type=text], input[type=radio]");
  const valueOf = (name) => {
    const found = form.elements.namedItem(name);
    return found ? found.value : "";
  };
  const tell = (what, time) => {
    if (line && line.dataset[what]) line.textContent = line.dataset[what].replace("{time}", time || "");
  };
  function warn(texts) {
    if (!warnings) return;
    warnings.replaceChildren(...texts.map((text) => {
      const words = document.createElement("strong");
      words.textContent = text;
      const line = Object.assign(document.createElement("p"), { className: "govuk-body" });
      line.append(words);
      return line;
    }));
  }
  // An error above a field stands while it is true of what was saved, and keeps its room; what is new is said below the buttons.
  function settle(name, problems) {
    const found = form.elements.namedItem(name);
    const input = found instanceof RadioNodeList ? found[0] : found;
    const group = input && input.closest(".govuk-form-group--error");
    if (!group) return problems;
    const shown = Array.from(group.querySelectorAll(".govuk-error-message"));
    const said = (error) => error.lastChild.textContent.trim();
    shown.forEach((error) => error.classList.toggle("app-settled__error", !problems.includes(said(error))));
    const over = shown.every((error) => error.classList.contains("app-settled__error"));
    group.classList.toggle("app-settled", over);
    ["input", "textarea"].forEach((kind) => input.classList.toggle(`govuk-${kind}--error`, !over && input.classList.contains(`govuk-${kind}`)));
    const errors = document.getElementById(`${input.id}-error`);
    if (errors) errors.setAttribute("aria-hidden", String(over));
    return problems.filter((text) => !shown.some((error) => said(error) === text));
  }
  Array.from(form.elements).filter(watched).forEach((input) => kept.set(input.name, valueOf(input.name)));

  function note(event) {
    if (!watched(event.target) || stopped) return;
    changed.set(event.target.name, true);
    clearTimeout(timer);
    timer = setTimeout(save, IDLE);
  }

  async function save(leaving) {
    clearTimeout(timer);
    if (busy || stopped) return;
    const name = Array.from(changed.keys()).find((each) => valueOf(each) !== kept.get(each));
    if (name === undefined) { changed.clear(); return; }
    changed.delete(name);
    const value = valueOf(name);
    busy = true;
    if (leaving !== true) tell("saving");
    try {
      const body = new URLSearchParams({ csrf_token: token.value, version: version.value, field: name, value });
      if (!unanswered.disabled) body.set("autosaved", unanswered.value);
      Object.assign(unanswered, { value, disabled: false });
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body, credentials: "same-origin", redirect: "error", keepalive: leaving === true && value.length < 20000,
        headers: { Accept: "application/json", "X-Requested-With": "autosave" },
      });
      if (answer.ok) {
        const saved = await answer.json();
        version.value = saved.version;
        unanswered.disabled = true;
        kept.set(name, value);
        tell("saved", saved.saved_at);
        warn([...settle(name, saved.problems || []), ...(saved.warnings || []), ...(saved.changed || [])]);
        const next = form.querySelector("[data-following]"); // the question that comes next, by the answers so far
        if (next && "following" in saved) {
          next.hidden = !saved.following;
          if (saved.following) next.href = saved.following;
        }
        document.dispatchEvent(new Event("session:renewed"));
      } else if (answer.status >= 500 || answer.status === 429) {
        throw new Error(String(answer.status));
      } else {
        stopped = true;
        tell(answer.status === 409 ? "stale" : "stopped");
      }
    } catch (error) {
      changed.set(name, true);
      tell("failed");
      timer = setTimeout(save, RETRY);
      busy = false;
      if (pressed) form.requestSubmit(pressed);
      return;
    }
    busy = false;
    if (pressed) form.requestSubmit(pressed);
    else if (changed.size) save();
  }

  form.addEventListener("input", note);
  form.addEventListener("focusout", () => save());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  form.addEventListener("submit", (event) => {
    if (busy && event.submitter) {
      event.preventDefault();
      event.stopPropagation();
      pressed = event.submitter;
      return;
    }
    pressed = null;
    stopped = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", () => { stopped = false; });
});
