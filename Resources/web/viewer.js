// Scrolls through a scan's slices: each change of the controls asks for another picture.
// Without this module the form's button does the same.
const form = document.querySelector("form[data-viewer]");
const pictures = [...document.querySelectorAll("img[data-slices]")];

function address(picture) {
  const query = new URLSearchParams(new FormData(form));
  if (!query.has("outline")) query.set("outline", "0");
  return `${picture.dataset.slices}?${query}`;
}

// One picture is asked for at a time; the last wish is granted when the one before is there.
function show(picture) {
  const wanted = address(picture);
  if (picture.dataset.busy) {
    picture.dataset.next = wanted;
    return;
  }
  if (picture.getAttribute("src") === wanted) return;
  picture.dataset.busy = "1";
  picture.src = wanted;
}

function settled(picture) {
  delete picture.dataset.busy;
  if (picture.dataset.next) {
    delete picture.dataset.next;
    show(picture);
  }
}

if (form && pictures.length > 0) {
  const level = form.elements.namedItem("level");
  const spoken = document.querySelector("output[for='level']");
  const update = () => {
    spoken.value = `${level.value} of ${level.max}`;
    for (const picture of pictures) show(picture);
  };
  for (const picture of pictures) {
    picture.addEventListener("load", () => settled(picture));
    picture.addEventListener("error", () => settled(picture));
    picture.addEventListener("wheel", (event) => {
      event.preventDefault();
      level.value = Number(level.value) + (event.deltaY > 0 ? 1 : -1);
      update();
    }, { passive: false });
  }
  form.addEventListener("input", (event) => {
    if (event.target.name === "plane") {
      const count = Number(event.target.selectedOptions[0].dataset.count);
      level.max = count;
      level.value = Math.ceil(count / 2);
    }
    update();
  });
  // The button is for those without this module.
  form.addEventListener("submit", (event) => { event.preventDefault(); update(); });
  form.querySelector("button").hidden = true;
  update();
}
