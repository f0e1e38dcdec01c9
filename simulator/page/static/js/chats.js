// On the left: who you are, and the chats this person has.

import { button, byId, h, icon, put } from "./dom.js";
import { face, symbol, topicFace } from "./faces.js";
import { goTo } from "./deeds.js";
import { happened } from "./happenings.js";
import { choosePerson } from "./people.js";
import { bot, draws, isIn, nameOf, roleOf, state } from "./store.js";
import { clockTime } from "./times.js";
import { many, say, told } from "./words.js";

export function beginChats() {
  draws(["who", "world"], drawWho);
  draws(["chats", "who", "world", "place"], drawChats);
}

function drawWho() {
  const role = roleOf(state.me);
  put(
    byId("who"),
    button(
      { class: "who", id: "be", "aria-haspopup": "dialog", on: { click: choosePerson } },
      face(state.me),
      h("span", { class: "who-words" }, h("small", {}, say("You are")), h("b", {}, h("bdi", {}, nameOf(state.me))), role ? h("small", { class: "role" }, told(role.role)) : null),
      icon("swap"),
    ),
  );
}

// The place of a chat in the list, in the order in which the arrow keys walk through it.
export function places() {
  const found = [];
  for (const chat of state.chats.values()) {
    found.push({ chat: chat.id, topic: null });
    if (chat.forum && isIn(chat.id)) for (const topic of [1, ...chat.topics.map((one) => one.id)]) found.push({ chat: chat.id, topic });
  }
  found.push({ chat: state.me, topic: null });
  return found;
}

function drawChats() {
  const list = byId("chats");
  const focused = document.activeElement?.closest?.("#chats .chat-row")?.dataset.place;
  put(list, h("ul", {}, places().map(row)));
  if (focused) list.querySelector(`[data-place="${focused}"]`)?.focus({ preventScroll: true });
}

function row(place) {
  const chat = state.chats.get(place.chat);
  const current = state.place?.chat === place.chat && (state.place.topic ?? null) === place.topic;
  const key = `${place.chat}:${place.topic ?? "all"}`;
  const unread = (chat ? isIn(chat.id) : true) ? (state.unread.get(key) ?? 0) : 0;
  return h(
    "li",
    { class: place.topic ? "under" : "" },
    button(
      { class: "chat-row", "aria-current": current ? "page" : null, data: { place: key }, on: { click: () => goTo(place) } },
      place.topic ? (place.topic === 1 ? symbol("more") : topicFace(topicName(chat, place.topic))) : face(chat ? chat.id : bot()?.id),
      h("span", { class: "chat-words" }, title(place, chat), place.topic ? null : preview(place, chat)),
      unread ? h("span", { class: "unread", "aria-label": many("{number} unread", "{number} unread", unread) }, unread > 99 ? "99+" : String(unread)) : null,
    ),
  );
}

export const topicName = (chat, topic) => (topic === 1 ? say("General") : (chat?.topics.find((one) => one.id === topic)?.name ?? say("Topic")));

function title(place, chat) {
  if (place.topic) return h("bdi", { class: "chat-title" }, topicName(chat, place.topic));
  const last = state.last.get(place.chat);
  const when = last && !last.deleted && (!chat || isIn(chat.id)) ? h("time", {}, clockTime(last.date * 1000)) : null;
  return h("span", { class: "chat-top" }, h("bdi", { class: "chat-title" }, chat ? chat.title : (bot()?.first_name ?? say("Bot"))), when);
}

function preview(place, chat) {
  const last = state.last.get(place.chat);
  let words;
  if (chat && !isIn(chat.id)) words = say("Not a member yet");
  else if (!last) words = chat ? say("Nothing was written yet") : say("Not started yet");
  else if (last.deleted) words = "…";
  else if (last.service) words = happened(last);
  else {
    const said = last.text || last.poll?.question || last.media?.kind || "";
    words = chat ? `${last.author === state.me ? say("You") : nameOf(last.author)}: ${said}` : said;
  }
  return h("span", { class: "preview", dir: "auto" }, words);
}
