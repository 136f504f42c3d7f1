// Scrolls through a scan's slices: each change of the controls asks for other pictures.
// Without this module the form's button does the same.

// A picture that follows the controls. One is asked for at a time; the last wish is granted when
// the one before is there.
class Slice {
  constructor(picture, address, isSlow, tell) {
    Object.assign(this, { picture, address, isSlow, tell });
    this.asked = picture.getAttribute("src");
    this.isBusy = false;
    this.next = null;
    picture.addEventListener("load", () => this.settle(""));
    picture.addEventListener("error", () => this.settle("This picture cannot be shown."));
  }

  show() {
    const wanted = this.address();
    if (this.isBusy) {
      this.next = wanted;
    } else if (wanted !== this.asked) {
      this.isBusy = true;
      this.asked = wanted;
      if (this.isSlow) this.tell("Computing; this takes a while the first time.");
      this.picture.src = wanted;
    }
  }

  settle(text) {
    this.isBusy = false;
    if (this.isSlow || text) this.tell(text);
    if (this.next !== null) {
      this.next = null;
      this.show();
    }
  }
}

function start(form) {
  const control = (name) => form.elements.namedItem(name);
  const status = document.querySelector("[data-status]");
  const tell = (text) => { status.textContent = text; };
  const query = (...names) => {
    const fields = new FormData(form);
    return new URLSearchParams(names.map((name) => [name, fields.get(name) ?? "0"]));
  };
  const place = ["plane", "level"];
  const look = [...place, "centre", "width", "outline"];

  const front = document.querySelector("img[data-slices]");
  const path = front.getAttribute("src").split("?")[0];
  const slice = new Slice(front, () => `${path}?${query(...look)}`, false, tell);

  // A picture made when it is first asked for, in a box that is there.
  const later = (box, before, address, words) => {
    let made = null;
    return () => {
      if (!made) {
        const picture = box.querySelector("img:not([data-slices])") ?? new Image();
        picture.alt = words;
        if (!picture.isConnected) box.insertBefore(picture, before);
        made = new Slice(picture, address, true, tell);
      }
      made.show();
      return made.picture;
    };
  };
  const layers = document.querySelector("[data-map]");
  const map = later(
    layers, null, () => `${layers.dataset.map}?${query(...place, "overlay")}`, "");
  const beside = document.querySelector("[data-previous]");
  const previous = beside && later(
    beside, beside.firstElementChild,
    () => `${beside.dataset.previous}?${query(...look)}`,
    `The same level in the exam of ${beside.dataset.day}`);

  const level = control("level");
  const spoken = document.querySelector("output[for='level']");
  const update = () => {
    spoken.value = `${level.value} of ${level.max}`;
    front.alt = front.alt.replace(/^Level \d+ of \d+/, `Level ${spoken.value}`);
    slice.show();
    // A scan without an outline has no overlay to choose.
    if ((control("overlay")?.value ?? "none") !== "none") {
      map().hidden = false;
    } else {
      const shown = layers.querySelector("img:not([data-slices])");
      if (shown) shown.hidden = true;
    }
    if (beside) {
      beside.hidden = !control("previous").checked;
      if (!beside.hidden) previous();
    }
  };
  for (const box of [layers, beside].filter((box) => box)) {
    box.addEventListener("wheel", (event) => {
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

const form = document.querySelector("form[data-viewer]");
if (form) start(form);
