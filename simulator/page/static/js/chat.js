// The open chat's head and foot: its name, and where you write.

import { button, byId, h, icon, iconButton, isPhone, put } from "./dom.js";
import { face, symbol, topicFace } from "./faces.js";
import { attach, block, join, leave, poll, start, write, followLink, edit } from "./deeds.js";
import { topicName } from "./chats.js";
import { showMembers } from "./people.js";
import { togglePanel } from "./panel.js";
import { showTime } from "./clock.js";
import { bot, changed, draws, isIn, isPrivate, keyOf, nameOf, now, standing, state } from "./store.js";
import { form, menu, toast } from "./surfaces.js";
import { clockTime } from "./times.js";
import { suggestions } from "./suggesting.js";
import { many, say } from "./words.js";

const drafts = new Map();
let replyTo = null;
let footKind = "";

export function beginChat() {
  draws(["place", "world", "who", "time"], drawHead);
  draws(["place", "world", "who", "chats"], drawFoot);
  document.addEventListener("reply", (event) => {
    replyTo = event.detail;
    drawReply();
    byId("write")?.focus();
  });
}

function drawHead() {
  const { place } = state;
  if (!place) return put(byId("chat-head"));
  const chat = state.chats.get(place.chat);
  const focused = document.activeElement?.closest?.("#chat-head button")?.title;
  const goBack = () => {
    byId("app").dataset.pane = "chats";
    byId("chats").querySelector('[aria-current="page"]')?.focus();
  };
  put(
    byId("chat-head"),
    iconButton("back", say("All chats"), goBack, { class: "icon-button only-phone" }),
    place.topic ? (place.topic === 1 ? symbol("more") : topicFace(topicName(chat, place.topic))) : face(chat ? chat.id : bot()?.id),
    button(
      { class: "head-words", disabled: !chat || !isIn(chat.id), title: say("Members"), on: { click: () => chat && showMembers(chat.id) } },
      h("b", {}, h("bdi", {}, place.topic ? topicName(chat, place.topic) : (chat?.title ?? bot()?.first_name))),
      h("small", {}, subtitle(place, chat)),
    ),
    iconButton("clock", say("Time: {time}", { time: clockTime(now()) }), showTime, { class: "icon-button only-narrow" }),
    chat && isIn(chat.id) ? iconButton("people", say("People in the group"), () => showMembers(chat.id)) : null,
    iconButton("more", say("More"), (event) => more(event.currentTarget, chat)),
    iconButton("panel", say("What the bot stored"), togglePanel, { id: "panel-switch" }),
  );
  if (focused) [...byId("chat-head").querySelectorAll("button")].find((one) => one.title === focused)?.focus();
}

function subtitle(place, chat) {
  if (!chat) return `${say("bot")} · ${state.private[place.chat]?.blocked ? say("blocked") : `@${bot()?.username}`}`;
  if (place.topic) return `${chat.title}`;
  return many("{number} member", "{number} members", chat.members.size);
}

function more(anchor, chat) {
  const items = [];
  if (chat && isIn(chat.id)) items.push({ icon: "leave", text: say("Leave the group"), danger: true, on: () => leave(chat.id) });
  if (!chat) {
    const blocked = state.private[state.me]?.blocked;
    items.push(blocked ? { icon: "check", text: say("Unblock the bot"), on: () => block(false) } : { icon: "close", text: say("Block the bot"), danger: true, on: () => block(true) });
    items.push({ icon: "play", text: say("Send /start again"), on: () => start() });
  }
  items.push({ icon: "help", text: say("Show the tour again"), on: () => document.dispatchEvent(new CustomEvent("tour")) });
  items.push({ icon: "help", text: say("Keyboard shortcuts"), on: () => document.dispatchEvent(new CustomEvent("shortcuts")) });
  menu(anchor, items);
}

function kindOfFoot() {
  const { place } = state;
  if (!place) return "none";
  if (isPrivate(place.chat)) {
    const mine = state.private[place.chat];
    if (!mine) return "start";
    return mine.blocked ? "blocked" : "write";
  }
  if (!state.chats.has(place.chat)) return "none";
  const status = standing(place.chat);
  if (status === "left") return state.chats.get(place.chat)?.requests.includes(state.me) ? "asked" : "join";
  return status === "restricted" ? "muted" : "write";
}

function drawFoot() {
  const kind = `${kindOfFoot()} ${state.place ? keyOf(state.place) : ""} ${state.me} ${state.chats.get(state.place?.chat)?.links.length ?? 0}`;
  if (kind === footKind) return;
  footKind = kind;
  replyTo = null;
  const feet = {
    none: () => [],
    start: () => [button({ class: "main wide", id: "write", on: { click: () => start() } }, icon("play"), say("Start"))],
    blocked: () => [button({ class: "main wide", id: "write", on: { click: () => block(false) } }, say("Unblock the bot"))],
    asked: () => [h("p", { class: "foot-note" }, say("You asked to be let in. An administrator decides."))],
    muted: () => [h("p", { class: "foot-note" }, say("You may not write here at present."))],
    join: joinFoot,
    write: writeFoot,
  };
  put(byId("foot"), feet[kindOfFoot()]());
}

function joinFoot() {
  const chat = state.chats.get(state.place.chat);
  const feet = [button({ class: "main wide", id: "write", on: { click: () => join(chat.id) } }, say("Join the group"))];
  for (const link of chat.links.slice(0, 2)) {
    const words = link.name ? say("Follow the invite link “{name}”", { name: link.name }) : say("Follow the invite link of {name}", { name: nameOf(link.by) });
    feet.push(button({ class: "soft wide", on: { click: () => followLink(link.url) } }, icon("link"), h("span", { class: "cut" }, words)));
  }
  return [h("div", { class: "join-foot" }, feet)];
}

function writeFoot() {
  const key = `${state.me} ${keyOf(state.place)}`;
  const field = h("textarea", { id: "write", rows: 1, placeholder: say("Message"), "aria-label": say("Message"), maxlength: 4096, enterkeyhint: "send", autocomplete: "off" });
  field.value = drafts.get(key) ?? "";
  const hints = suggestions(field, () => send());
  const grow = () => {
    field.style.setProperty("height", "auto");
    field.style.setProperty("height", `${Math.min(field.scrollHeight, 160)}px`);
    drafts.set(key, field.value);
  };
  const send = async () => {
    const text = field.value.trim();
    if (!text) return;
    const answered = replyTo;
    field.value = "";
    replyTo = null;
    grow();
    hints.hide();
    drawReply();
    if (!(await write(state.place, text, answered?.id))) {
      field.value = field.value || text;
      grow();
    }
  };
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (hints.keydown(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && replyTo) {
      replyTo = null;
      drawReply();
    } else if (event.key === "ArrowUp" && !field.value) editLast(event);
  });
  const form_ = h(
    "form",
    { class: "write", on: { submit: (event) => { event.preventDefault(); void send(); field.focus(); } } },
    iconButton("plus", say("Attach"), (event) => attachMenu(event.currentTarget)),
    field,
    h("button", { type: "submit", class: "icon-button send", "aria-label": say("Send"), title: say("Send") }, icon("send")),
  );
  if (!isPhone()) setTimeout(() => { if (!document.querySelector("dialog[open]")) field.focus({ preventScroll: true }); grow(); }, 0);
  return [hints.element, h("div", { id: "reply-to", hidden: true }), form_];
}

function drawReply() {
  const bar = byId("reply-to");
  if (!bar) return;
  bar.hidden = !replyTo;
  if (!replyTo) return put(bar);
  const stop = () => {
    replyTo = null;
    drawReply();
    byId("write")?.focus();
  };
  put(
    bar,
    icon("reply"),
    h("span", { class: "reply-words" }, h("b", {}, h("bdi", {}, nameOf(replyTo.author))), h("small", { dir: "auto" }, replyTo.text || replyTo.media?.kind || replyTo.poll?.question || "")),
    iconButton("close", say("Do not reply"), stop),
  );
}

function editLast(event) {
  const held = state.lists.get(keyOf(state.place));
  const id = held?.order.findLast((one) => held.byId.get(one).author === state.me && held.byId.get(one).text);
  const message = held?.byId.get(id);
  if (!message) return;
  event.preventDefault();
  form(say("Edit your last message"), [{ name: "text", label: say("Text"), value: message.text, lines: 4, most: 4096 }], say("Save"), ({ text }) => edit(message, text));
}

function attachMenu(anchor) {
  const { place } = state;
  menu(anchor, [
    { icon: "photo", text: say("A picture"), on: () => attach(place, "photo") },
    { icon: "file", text: say("A document"), on: () => attach(place, "document") },
    { icon: "sticker", text: say("A sticker"), on: () => attach(place, "sticker") },
    isPrivate(place.chat) ? null : { icon: "poll", text: say("A poll …"), on: () => pollForm(place) },
  ], { label: say("Attach") });
}

function pollForm(place) {
  const fields = [
    { name: "question", label: say("Question"), hint: say("Where shall we meet?"), most: 300 },
    { name: "options", label: say("Answers, one a line"), lines: 4, hint: [say("Library"), say("Park"), say("At home")].join("\n"), most: 800 },
  ];
  form(say("A poll"), fields, say("Ask"), async ({ question, options }) => {
    const lines = options.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 12);
    if (lines.length < 2) return toast(say("A poll needs two answers at least."), "no");
    return poll(place, question, lines);
  });
  changed("place");
}
