// Warns before the session ends, in every tab alike, and keeps it when somebody says so. Nothing is saved or lost here.
const body = document.body.dataset;
const MINUTE = 60000;
const WARN = [5, 2, 1];
if (body.idleMinutes) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  const title = document.title;
  let ends = 0;
  let box = null;
  let told = Infinity;

  function stay(renewed) {
    ends = renewed + Number(body.idleMinutes) * MINUTE;
    told = Infinity;
    document.title = title;
    if (box) { box.remove(); box = null; }
  }

  function warn(sentence, over) {
    if (!box) {
      box = document.createElement("section");
      box.className = "app-idle";
      box.setAttribute("aria-label", body.idleStay);
      const words = document.createElement("p");
      words.className = "govuk-body";
      words.setAttribute("role", "status");
      box.append(words);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "govuk-button";
      button.textContent = body.idleStay;
      button.addEventListener("click", extend);
      box.append(button);
      document.body.append(box);
    }
    box.querySelector("p").textContent = sentence;
    box.querySelector("button").hidden = over;
    document.title = `${sentence} – ${title}`;
  }

  function renewed() {
    if (channel) channel.postMessage(Date.now());
    stay(Date.now());
  }

  async function extend() {
    try {
      const data = new URLSearchParams({ csrf_token: body.csrf });
      const answer = await fetch(body.extend, { method: "POST", body: data, credentials: "same-origin", redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      renewed();
    } catch (error) {
      warn(body.idleOver, true);
    }
  }

  function look() {
    const left = Math.ceil((ends - Date.now()) / MINUTE);
    if (left <= 0) { if (told > 0) { told = 0; warn(body.idleOver, true); } return; }
    const due = WARN.filter((each) => left <= each).pop();
    if (due === undefined || due >= told) return;
    told = due;
    warn(due === 1 ? body.idleOne : body.idleWarning.replace("{minutes}", String(left)), false);
  }

  stay(Date.now());
  if (channel) {
    channel.postMessage(Date.now());
    channel.onmessage = (event) => stay(event.data);
  }
  document.addEventListener("session:renewed", renewed); // what was saved while typing, or uploaded, counts as doing
  setInterval(look, 10000);
  document.addEventListener("visibilitychange", look);
}
