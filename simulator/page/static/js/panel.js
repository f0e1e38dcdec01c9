// The side panel: what the bot says it has stored, and what it asked Telegram for lately.

import { button, byId, h, iconButton, put } from "./dom.js";
import { changed, draws, state } from "./store.js";
import { seconds } from "./times.js";
import { locale, say, told } from "./words.js";

const MOST_SHOWN = 60;
let tab = "stored";
let before = new Map();

export function beginPanel() {
  draws(["stored", "panel"], drawStored);
  draws(["calls", "panel"], drawCalls);
  byId("panel").append(
    h(
      "header",
      {},
      h("div", { class: "tabs", role: "tablist", "aria-label": say("What to see") }, tabButton("stored", say("Stored")), tabButton("calls", say("Bot API calls"))),
      iconButton("close", say("Close the panel"), togglePanel),
    ),
    h("div", { id: "panel-stored", role: "tabpanel", "aria-labelledby": "tab-stored", tabindex: 0 }),
    h("div", { id: "panel-calls", role: "tabpanel", "aria-labelledby": "tab-calls", tabindex: 0, hidden: true }),
  );
  if (window.matchMedia("(min-width: 1180px)").matches) togglePanel();
}

function tabButton(name, words) {
  const one = button({ role: "tab", id: `tab-${name}`, "aria-selected": String(name === tab), "aria-controls": `panel-${name}` }, words);
  one.addEventListener("click", () => {
    tab = name;
    for (const each of ["stored", "calls"]) {
      byId(`tab-${each}`).setAttribute("aria-selected", String(each === tab));
      byId(`panel-${each}`).hidden = each !== tab;
    }
    changed("panel");
  });
  return one;
}

export function togglePanel() {
  const panel = byId("panel");
  panel.hidden = !panel.hidden;
  byId("app").dataset.panel = panel.hidden ? "closed" : "open";
  byId("panel-switch")?.setAttribute("aria-expanded", String(!panel.hidden));
  if (panel.hidden) byId("panel-switch")?.focus();
  changed("panel");
}

const isShown = (name) => !byId("panel").hidden && tab === name;

function drawStored() {
  if (!isShown("stored")) return;
  const place = byId("panel-stored");
  if (!state.stored) {
    put(place, h("p", { class: "hint" }, say("The bot does not tell what it stores.")));
    return;
  }
  const now = new Map();
  put(place, h("div", { class: "figures" }, state.stored.figures.map(figure)), state.stored.sections.map((section) => drawSection(section, now)));
  before = now;
}

function figure({ name, value }) {
  return h("div", { class: "figure" }, h("b", {}, typeof value === "number" ? value.toLocaleString(locale) : String(value)), h("small", {}, told(name)));
}

function drawSection(section, now) {
  const had = before.get(told(section.title));
  const keys = new Set(section.rows.map((row) => row.key));
  now.set(told(section.title), keys);
  return h(
    "section",
    { class: "stored" },
    h("h3", {}, told(section.title), h("small", {}, told(section.about))),
    section.rows.length
      ? h("ul", {}, section.rows.slice(0, MOST_SHOWN).map((row) => drawRow(row, had && !had.has(row.key))))
      : h("p", { class: "hint" }, told(section.empty)),
  );
}

function drawRow(row, isNew) {
  return h(
    "li",
    { class: `${isNew ? "fresh" : ""} ${row.tone ?? ""}` },
    h("span", { class: "stored-main" }, h("bdi", {}, told(row.who)), h("small", {}, told(row.what))),
    h("b", {}, told(row.figure)),
    h("time", {}, row.at ? seconds(Date.parse(row.at)) : ""),
  );
}

function drawCalls() {
  if (!isShown("calls")) return;
  const place = byId("panel-calls");
  const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.dataset.key));
  const shown = state.calls.slice(-MOST_SHOWN).reverse();
  put(
    place,
    shown.length ? null : h("p", { class: "hint" }, say("The bot has asked for nothing yet.")),
    shown.map((call) => {
      const key = `${call.at} ${call.method}`;
      const pretty = pretended(call.params);
      return h(
        "details",
        { class: `call ${call.status === 200 ? "" : "refused"}`, data: { key }, open: open.has(key) },
        h("summary", {}, h("code", {}, call.method), h("span", { class: "status" }, String(call.status)), h("time", {}, seconds(Date.parse(call.at)))),
        call.refused ? h("p", {}, call.refused) : null,
        h("pre", {}, pretty),
      );
    }),
  );
}

function pretended(params) {
  try {
    return JSON.stringify(JSON.parse(params), null, 2);
  } catch {
    return params;
  }
}

