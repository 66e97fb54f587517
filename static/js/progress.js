// Asks how far long work is, at first every 2 seconds, then more slowly: at most every 10 seconds, and every minute while
// nothing answers. It stops once it may not ask any more: the session has ended. Without script the page has its own refresh.
document.querySelectorAll("[data-poll]").forEach((box) => {
  const text = box.querySelector("p");
  const bar = box.querySelector("progress");
  let wait = 2000;
  async function ask() {
    try {
      const answer = await fetch(box.dataset.poll, { headers: { Accept: "application/json", "X-Requested-With": "poll" }, credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return;
      const state = await answer.json();
      if (state.text && text.textContent !== state.text) text.textContent = state.text;
      if (bar && state.total) { bar.max = state.total; bar.value = state.done; }
      if (state.finished) { window.location.reload(); return; }
      wait = Math.min(wait * 1.2, 10000);
    } catch (error) { wait = Math.min(wait * 2, 60000); }
    setTimeout(ask, wait);
  }
  setTimeout(ask, wait);
});
