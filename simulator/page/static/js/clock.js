// The clock of the simulated world, and the ways to let time pass.

import { button, byId, h, icon, put } from "./dom.js";
import { live, pass } from "./deeds.js";
import { draws, now, state } from "./store.js";
import { dialog, toast } from "./surfaces.js";
import { clockTime, longDay, nextHour, shortDay } from "./times.js";

const MORNING = 9;
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
  dialog("Time", [h("div", { class: "time-in-dialog" }, card())]);
}

function card() {
  const moving = state.movingTo !== null;
  const step = (text, content) => button({ disabled: moving, on: { click: () => go(() => pass(content())) } }, text);
  const living = (text, hours) => button({ disabled: moving, on: { click: () => go(() => live(hours)) } }, text);
  return h(
    "section",
    { class: "time-card", "aria-label": "Time" },
    h("div", { class: "time-head" }, icon("clock"), h("b", { class: "time-now" }, clockTime(now())), h("span", { class: "time-day" }, longDay(now()))),
    moving ? h("p", { class: "hint", role: "status" }, `On the way to ${shortDay(state.movingTo)}, ${clockTime(state.movingTo)} …`) : null,
    h("div", { class: "time-row", id: "clock-steps" }, h("small", {}, "Nobody speaks"), h("div", { class: "segments" }, step("+1 hour", () => ({ by_seconds: 3600 })), step("Next morning", () => ({ to: new Date(nextHour(now(), MORNING)).toISOString() })), step("+1 week", () => ({ by_seconds: 604800 })))),
    state.crowd
      ? h("div", { class: "time-row", id: "crowd-steps" }, h("small", {}, `The ${state.crowd.people} live for`), h("div", { class: "segments strong" }, living("an hour", 1), living("a day", 24), living("a week", 168)))
      : null,
  );
}

async function go(work) {
  document.querySelectorAll("dialog.dialog").forEach((one) => one.querySelector(".time-in-dialog") && one.close());
  const told = await work();
  if (!told) return;
  const stops = told.walk?.stops;
  const lived = told.deeds;
  const words = lived ? `They did ${lived.toLocaleString("en")} ${lived === 1 ? "thing" : "things"}.` : stops > 1 ? `${stops} things fell due on the way.` : "";
  toast(`It is ${shortDay(Date.parse(told.now))}, ${clockTime(Date.parse(told.now))}. ${words}`);
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
