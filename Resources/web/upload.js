// Shows how far a file is on its way, and leaves the form filled in where it is refused. Without this
// module the browser sends the form itself.

function start(form) {
  const area = form.querySelector("[data-progress]");
  const bar = area.querySelector("progress");
  const status = area.querySelector("[role='status']");
  const stop = area.querySelector("button");
  const send = form.querySelector("button:not([type='button'])");
  const field = form.querySelector("input[type='file']");

  const tell = (text, isError) => {
    status.textContent = text;
    status.className = isError ? "error" : "";
  };
  const rest = (text) => {
    bar.hidden = true;
    stop.hidden = true;
    send.disabled = false;
    tell(text, true);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    area.hidden = false;
    const file = field.files[0];
    if (file && file.size > Number(form.dataset.limit)) {
      rest(`The file has ${(file.size / 1048576).toFixed(1)} MiB, more than the service takes.`);
      return;
    }
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable) return;
      bar.value = sent.loaded / sent.total;
      const [done, all] = [sent.loaded, sent.total].map((bytes) => (bytes / 1048576).toFixed(1));
      tell(`${done} of ${all} MiB sent`, false);
    });
    request.upload.addEventListener("load", () => tell("Sent. The file is being read.", false));
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const alert = page.querySelector("[role='alert']");
      if (request.status === 200 && !alert) location.assign(request.responseURL);
      else rest(alert?.textContent ?? "The service did not take the file.");
    });
    request.addEventListener("error", () => rest(
      "The service cannot be reached, or does not take so much. Nothing was stored."));
    request.addEventListener("abort", () => rest("Stopped. Nothing was stored."));
    stop.onclick = () => request.abort();
    send.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    stop.hidden = false;
    tell("", false);
    request.send(new FormData(form));
  });
}

for (const area of document.querySelectorAll("[data-progress]")) start(area.closest("form"));
