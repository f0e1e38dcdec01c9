// Round pictures for people and groups, made of their initials.

import { h, icon } from "./dom.js";
import { isBot, nameOf, state } from "./store.js";

const TONES = 8;
const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function initial(word) {
  for (const { segment } of segments.segment(word ?? "")) if (/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(segment)) return segment;
  return "";
}

export const toneOf = (id) => (isBot(id) ? "bot" : Math.abs(id) % TONES);

export function face(id, size = "") {
  const person = state.people.get(id);
  const letters = person ? initial(person.first_name) + (/^[A-Za-z]/.test(person.first_name) ? initial(person.last_name) : "") : initial(nameOf(id));
  return h("span", { class: `face ${size} tone-${toneOf(id)}`, "aria-hidden": "true" }, letters.toUpperCase() || "·");
}

export function topicFace(name) {
  return h("span", { class: "face small topic", "aria-hidden": "true" }, initial(name) || "#");
}

export const symbol = (name) => h("span", { class: "face small topic", "aria-hidden": "true" }, icon(name));
