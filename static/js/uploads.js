// Sends several chosen files one by one, and says in words how far it is; each refusal names its file and stops no other.
// The form takes one file by itself when there is no script. Answer: 200 {name}, or {detail} with the reason.
document.querySelectorAll("[data-uploads]").forEach((line) => {
  const form = line.closest("form");
  const input = form && form.querySelector("input[type=file]");
  if (!input) return;
  if (Number(line.dataset.uploads) > 1) input.multiple = true;
  let busy = false;

  const tell = (what, values) => {
    line.textContent = line.dataset[what].replace(/\{(\w+)\}/g, (all, name) => values[name]);
  };

  function send(file, number, count) {
    return new Promise((resolve) => {
      const data = new FormData(form);
      data.set("file", file, file.name);
      const request = new XMLHttpRequest();
      let told = -1;
      request.upload.addEventListener("progress", (event) => {
        const percent = event.lengthComputable ? Math.floor((event.loaded / event.total) * 10) * 10 : 0;
        if (percent === told) return;
        told = percent;
        tell("sending", { name: file.name, percent, number, count });
      });
      const failed = () => resolve({ reason: line.dataset.failed.replace("{name}", file.name) });
      request.addEventListener("load", () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch (error) { failed(); return; }
        if (request.status === 401) { resolve({ signedOut: true }); return; }
        if (request.status === 200 && answer.name) {
          document.dispatchEvent(new Event("session:renewed"));
          resolve({ reason: "" });
        } else if (answer.detail) resolve({ reason: answer.detail });
        else failed();
      });
      request.addEventListener("error", failed);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-Requested-With", "upload");
      request.send(data);
    });
  }

  form.addEventListener("submit", async (event) => {
    if (busy) { event.preventDefault(); return; }
    if (input.files.length < 2) return;
    event.preventDefault();
    busy = true;
    const files = Array.from(input.files);
    const refused = [];
    for (const [place, file] of files.entries()) {
      const { reason, signedOut } = await send(file, place + 1, files.length);
      if (signedOut) {
        // nothing of the rest would arrive either: their names stay, so that they can be chosen again
        files.slice(place).forEach((each) => refused.push(line.dataset.signedOut.replace("{name}", each.name)));
        break;
      }
      if (reason) refused.push(reason);
    }
    busy = false;
    if (!refused.length) { window.location.assign(line.dataset.page); return; }
    const list = document.createElement("ul");
    list.className = "govuk-list govuk-list--bullet govuk-error-message";
    refused.forEach((reason) => {
      const item = document.createElement("li");
      item.textContent = reason;
      list.append(item);
    });
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = line.dataset.page;
    link.textContent = line.dataset.after;
    line.replaceChildren(list, link);
  });
});
