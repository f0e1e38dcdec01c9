// Shortcuts, for whoever does not want to reach for the mouse.

import { byId, h } from "./dom.js";
import { goTo } from "./deeds.js";
import { places } from "./chats.js";
import { showTime } from "./clock.js";
import { togglePanel } from "./panel.js";
import { choosePerson, showMembers } from "./people.js";
import { isIn, isPrivate, state } from "./store.js";
import { dialog } from "./surfaces.js";
import { say } from "./words.js";

const SHORTCUTS = [
  ["/", say("write a message")],
  ["Alt ↑ Alt ↓", say("the chat above, below")],
  ["w", say("who you are")],
  ["m", say("the group's members")],
  ["t", say("time and the crowd")],
  ["p", say("the side panel")],
  ["↑ ↓", say("walk through the messages (when they have the focus)")],
  ["r", say("reply to the message")],
  [say("e or Enter"), say("react, and what else can be done with it")],
  [say("↑ in an empty field"), say("edit your last message")],
  ["Esc", say("close what is open; leave the field")],
  ["?", say("this list")],
];

export function beginKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("shortcuts", showShortcuts);
}

function showShortcuts() {
  dialog(say("Keyboard"), [h("dl", { class: "shortcuts" }, SHORTCUTS.map(([keys, words]) => h("div", {}, h("dt", {}, keys), h("dd", {}, words))))]);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    walk(event.key === "ArrowUp" ? -1 : 1);
    return;
  }
  const typing = event.target.closest?.("input, textarea");
  if (typing) {
    if (event.key === "Escape" && !event.defaultPrevented) byId("log").focus();
    return;
  }
  const { place } = state;
  const deeds = {
    "/": () => byId("write")?.focus(),
    w: choosePerson,
    m: () => place && !isPrivate(place.chat) && isIn(place.chat) && showMembers(place.chat),
    t: showTime,
    p: togglePanel,
    "?": showShortcuts,
  };
  const deed = deeds[event.key];
  if (!deed || event.altKey) return;
  event.preventDefault();
  deed();
}

function walk(step) {
  const all = places();
  const here = all.findIndex((one) => one.chat === state.place?.chat && one.topic === (state.place.topic ?? null));
  const next = all[(here + step + all.length) % all.length];
  if (next) goTo(next);
}
