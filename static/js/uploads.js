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
      request.addEventListener("load", () => {
        if (request.status === 200) { resolve(""); return; }
        try { resolve(JSON.parse(request.responseText).detail); } catch (error) { resolve(line.dataset.failed.replace("{name}", file.name)); }
      });
      request.addEventListener("error", () => resolve(line.dataset.failed.replace("{name}", file.name)));
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
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
      const reason = await send(file, place + 1, files.length);
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
