// The clock of the simulated world, and the ways to let time pass.

import { button, byId, h, icon, put } from "./dom.js";
import { live, pass } from "./deeds.js";
import { draws, now, state } from "./store.js";
import { dialog, toast } from "./surfaces.js";
import { clockTime, longDay, nextHour, shortDay } from "./times.js";
import { language, many, say } from "./words.js";

const MORNING = 9;
// Between two sentences of Chinese there is none.
const SPACE = language === "en" ? " " : "";
let from = null;

export function beginClock() {
  draws(["time", "world", "who"], () => {
    put(byId("time"), card());
    document.querySelectorAll(".time-in-dialog").forEach((one) => put(one, card()));
    drawProgress();
  });
  setInterval(tick, 1000);
}

function tick() {
  document.querySelectorAll(".time-now").forEach((one) => (one.textContent = clockTime(now())));
  document.querySelectorAll(".time-day").forEach((one) => (one.textContent = longDay(now())));
}

export function showTime() {
  dialog(say("Time"), [h("div", { class: "time-in-dialog" }, card())]);
}

function card() {
  const moving = state.movingTo !== null;
  const step = (text, content) => button({ disabled: moving, on: { click: () => go(() => pass(content())) } }, text);
  const living = (text, hours) => button({ disabled: moving, on: { click: () => go(() => live(hours)) } }, text);
  return h(
    "section",
    { class: "time-card", "aria-label": say("Time") },
    h("div", { class: "time-head" }, icon("clock"), h("b", { class: "time-now" }, clockTime(now())), h("span", { class: "time-day" }, longDay(now()))),
    moving ? h("p", { class: "hint", role: "status" }, say("On the way to {day}, {time} …", { day: shortDay(state.movingTo), time: clockTime(state.movingTo) })) : null,
    h("div", { class: "time-row", id: "clock-steps" }, h("small", {}, say("Nobody speaks")), h("div", { class: "segments" }, step(say("+1 hour"), () => ({ by_seconds: 3600 })), step(say("Next morning"), () => ({ to: new Date(nextHour(now(), MORNING)).toISOString() })), step(say("+1 week"), () => ({ by_seconds: 604800 })))),
    state.crowd
      ? h("div", { class: "time-row", id: "crowd-steps" }, h("small", {}, many("The {number} live for", "The {number} live for", state.crowd.people)), h("div", { class: "segments strong" }, living(say("an hour"), 1), living(say("a day"), 24), living(say("a week"), 168)))
      : null,
  );
}

async function go(work) {
  document.querySelectorAll("dialog.dialog").forEach((one) => one.querySelector(".time-in-dialog") && one.close());
  const told = await work();
  if (!told) return;
  const stops = told.walk?.stops;
  const lived = told.deeds;
  const words = lived
    ? many("They did {number} thing.", "They did {number} things.", lived)
    : stops > 1 ? many("{number} thing fell due on the way.", "{number} things fell due on the way.", stops) : "";
  const moment = Date.parse(told.now);
  toast([say("It is {day}, {time}.", { day: shortDay(moment), time: clockTime(moment) }), words].filter(Boolean).join(SPACE));
}

function drawProgress() {
  const bar = byId("progress");
  if (state.movingTo === null) {
    from = null;
    bar.hidden = true;
    return;
  }
  from ??= now();
  const share = Math.max(0.02, Math.min(1, (now() - from) / Math.max(1, state.movingTo - from)));
  bar.hidden = false;
  bar.querySelector("span").style.setProperty("--share", `${share * 100}%`);
}
