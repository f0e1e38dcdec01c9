// Six steps for the first visit. What they say is the scene's own; here stands how they are shown.

import { button, byId, h, isPhone } from "./dom.js";
import { state } from "./store.js";
import { say, told } from "./words.js";

const SEEN = "kith.try.tour";
const PLACES = { who: "#who", chats: "#chats", write: "#foot", time: "#clock-steps", crowd: "#crowd-steps", panel: "#panel-switch" };
const IN_CHATS = new Set(["who", "chats", "time", "crowd"]);
let close = null;

export function beginTour() {
  document.addEventListener("tour", () => show(0));
  let seen = false;
  try {
    seen = localStorage.getItem(SEEN) !== null;
  } catch {
    // A browser that remembers nothing shows it each time.
  }
  if (!seen && state.scene.tour.length) setTimeout(() => show(0), 500);
}

function show(step) {
  close?.();
  const steps = state.scene.tour;
  if (step >= steps.length) return done();
  const { at, title, text } = steps[step];
  if (isPhone()) byId("app").dataset.pane = IN_CHATS.has(at) ? "chats" : "chat";
  const count = say("{step} of {steps}", { step: step + 1, steps: steps.length });
  const target = document.querySelector(PLACES[at] ?? "#chat");
  const next = button({ class: "main" }, step + 1 === steps.length ? say("Begin") : say("Next"));
  const skip = button({ class: "soft" }, say("Skip"));
  const dots = h("span", { class: "dots", "aria-hidden": "true" }, steps.map((_, place) => h("i", { class: place === step ? "here" : "" })));
  const box = h(
    "div",
    { class: "tour-box" },
    h("small", {}, count),
    h("h2", {}, told(title)),
    h("p", {}, told(text)),
    h("div", { class: "tour-foot" }, dots, step + 1 === steps.length ? null : skip, next),
  );
  const hole = h("div", { class: "tour-hole" });
  const shade = h("dialog", { class: "tour", "aria-label": say("Tour, {count}: {title}", { count, title: told(title) }) }, hole, box);
  document.body.append(shade);
  const place = () => lay(hole, box, target);
  close = () => {
    window.removeEventListener("resize", place);
    shade.remove();
    close = null;
  };
  next.addEventListener("click", () => show(step + 1));
  skip.addEventListener("click", () => done());
  shade.addEventListener("cancel", (event) => {
    event.preventDefault();
    done();
  });
  shade.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") show(step + 1);
    if (event.key === "ArrowLeft" && step) show(step - 1);
  });
  window.addEventListener("resize", place);
  shade.showModal();
  place();
  next.focus();
  return undefined;
}

function done() {
  close?.();
  if (isPhone()) byId("app").dataset.pane = "chats";
  try {
    localStorage.setItem(SEEN, "1");
  } catch {
    // Nothing is lost.
  }
}

function lay(hole, box, target) {
  const around = target?.getBoundingClientRect();
  const visible = around && around.width > 0;
  hole.hidden = !visible;
  const size = box.getBoundingClientRect();
  let left = (window.innerWidth - size.width) / 2;
  let top = (window.innerHeight - size.height) / 2;
  if (visible) {
    const gap = 6;
    for (const [name, value] of [["left", around.left - gap], ["top", around.top - gap], ["width", around.width + gap * 2], ["height", around.height + gap * 2]]) {
      hole.style.setProperty(name, `${value}px`);
    }
    left = Math.min(Math.max(12, around.left), window.innerWidth - size.width - 12);
    const below = around.bottom + 18;
    const above = around.top - size.height - 18;
    if (below + size.height < window.innerHeight) top = below;
    else if (above > 8) top = above;
    else {
      top = Math.min(Math.max(12, around.top), window.innerHeight - size.height - 12);
      left = Math.min(around.right + 18, window.innerWidth - size.width - 12);
    }
  }
  box.style.setProperty("left", `${left}px`);
  box.style.setProperty("top", `${top}px`);
}
