// The messages of the place that is open: drawn at most once a frame, and never more than a window of them.

import { byId, h, hasTouch, icon, put } from "./dom.js";
import { bubble, service } from "./bubble.js";
import { messageMenu } from "./choices.js";
import { bot, changed, draws, isIn, isPrivate, keyOf, me, nameOf, older, state, trim } from "./store.js";
import { dayKey, longDay } from "./times.js";
import { many, say } from "./words.js";

const WINDOW = 140;
const MOST_SHOWN = 420;
const TOGETHER_SECONDS = 300;
const NEAR = 90;

let key = null;
let shown = WINDOW;
let pinned = true;
// Where the reader was when last looked: only who then goes up has left the end. A place that is far from the end
// merely because much came meanwhile is no sign of that.
let stoodAt = 0;
let seen = 0;
let drawn = new Map();
let spokenUpTo = 0;

export function beginLog() {
  draws(["log", "place", "who"], draw);
  byId("log").addEventListener("scroll", onScroll, { passive: true });
  byId("jump").addEventListener("click", toEnd);
  byId("log").addEventListener("contextmenu", (event) => onMenu(event));
  byId("log").addEventListener("click", (event) => hasTouch() && !event.target.closest("button, a, img") && onMenu(event));
  byId("log").addEventListener("keydown", onKey);
  document.addEventListener("show-message", (event) => show(event.detail));
  new ResizeObserver(() => pinned && stick()).observe(byId("log"));
}

const list = () => (state.place ? state.lists.get(keyOf(state.place)) : undefined);
const hidden = () => state.place && !isPrivate(state.place.chat) && !isIn(state.place.chat);

function draw() {
  const log = byId("log");
  const now = `${state.place ? keyOf(state.place) : ""}|${state.me}|${hidden()}`;
  if (now !== key) {
    key = now;
    log.dataset.place = state.place ? keyOf(state.place) : "";
    shown = WINDOW;
    pinned = true;
    drawn = new Map();
    put(log);
  }
  const held = list();
  if (!held || hidden() || !held.loaded) {
    put(log, held && !hidden() ? null : welcome());
    byId("jump").hidden = true;
    return;
  }
  if (pinned) {
    trim(held);
    shown = WINDOW;
    seen = held.order.at(-1) ?? 0;
    forgetUnread();
  }
  const anchor = pinned ? null : firstVisible(log);
  const before = anchor?.getBoundingClientRect().top;
  reconcile(log, held);
  if (pinned) stick();
  else if (anchor?.isConnected) log.scrollTop += anchor.getBoundingClientRect().top - before;
  drawJump(held);
  speak(held);
}

function forgetUnread() {
  const now = keyOf(state.place);
  let had = state.unread.delete(now);
  if (!state.place.topic) {
    for (const one of [...state.unread.keys()]) if (one.startsWith(`${state.place.chat}:`)) had = state.unread.delete(one) || had;
  }
  if (had) changed("chats");
}

// What stands under the reader's eyes stays there, whatever comes or goes above it.
function firstVisible(log) {
  const top = log.getBoundingClientRect().top;
  return [...log.children].find((node) => node.getBoundingClientRect().bottom > top);
}

// Up to the message that was last when the reader scrolled away, and a few after it; the others wait behind the button.
function windowOf(held) {
  const length = held.order.length;
  if (pinned) return [Math.max(0, length - shown), length];
  let upTo = length;
  while (upTo > 0 && held.order[upTo - 1] > seen) upTo -= 1;
  return [Math.max(0, upTo - shown), Math.min(length, upTo + WINDOW)];
}

function itemsOf(held) {
  const [from, to] = windowOf(held);
  const ids = held.order.slice(from, to);
  const items = [];
  let day = null;
  ids.forEach((id, place) => {
    const message = held.byId.get(id);
    const its = dayKey(message.date * 1000);
    if (its !== day) items.push({ key: `day ${its}`, sign: "", make: () => dayLine(message.date * 1000) });
    const before = held.byId.get(ids[place - 1]);
    const after = held.byId.get(ids[place + 1]);
    const first = its !== day || !together(before, message);
    const last = !after || dayKey(after.date * 1000) !== its || !together(message, after);
    day = its;
    if (message.service) items.push({ key: id, sign: message, make: () => service(message) });
    else items.push({ key: id, sign: message, flags: `${first}${last}${standingSign(message)}`, make: () => bubble(message, { first, last }) });
  });
  return items;
}

const standingSign = (message) => state.chats.get(message.chat)?.members.get(message.author) ?? "";

const together = (a, b) =>
  a && b && !a.service && !b.service && a.author === b.author && a.as === b.as && a.topic === b.topic && b.date - a.date < TOGETHER_SECONDS;

function reconcile(log, held) {
  const items = itemsOf(held);
  const next = new Map();
  let at = log.firstChild;
  for (const item of items) {
    const had = drawn.get(item.key);
    let node = had?.node;
    if (!had || had.sign !== item.sign || had.flags !== item.flags) {
      node = item.make();
      if (had) had.node.replaceWith(node);
      if (had && at === had.node) at = node;
    }
    next.set(item.key, { node, sign: item.sign, flags: item.flags });
    if (node === at) at = at.nextSibling;
    else log.insertBefore(node, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
  drawn = next;
}

const dayLine = (ms) => h("div", { class: "day" }, h("span", {}, longDay(ms)));

function welcome() {
  const chat = state.chats.get(state.place?.chat);
  if (chat && hidden()) {
    return h(
      "div",
      { class: "card" },
      h("div", { class: "card-sign" }, icon("people")),
      h("h2", {}, chat.title),
      h("p", {}, many("{number} member. {name} is not one of them yet.", "{number} members. {name} is not one of them yet.", chat.members.size, { name: nameOf(me()?.id) })),
    );
  }
  if (state.place && isPrivate(state.place.chat) && bot()) {
    return h(
      "div",
      { class: "card" },
      h("div", { class: "card-sign" }, icon("smile")),
      h("h2", {}, bot().first_name),
      h("p", {}, bot().description || say("A private chat with the bot. It may write here only after you have started it.")),
    );
  }
  return null;
}

function stick() {
  const log = byId("log");
  log.scrollTop = log.scrollHeight;
  stoodAt = log.scrollTop;
}

function onScroll() {
  const log = byId("log");
  const held = list();
  if (!held || hidden()) return;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  const wentUp = log.scrollTop < stoodAt;
  stoodAt = log.scrollTop;
  const [, to] = windowOf(held);
  if (atEnd && to < held.order.length) {
    seen = held.order[Math.min(held.order.length, to + WINDOW / 2) - 1];
    changed("log");
  } else if (atEnd !== pinned && (atEnd || wentUp)) {
    pinned = atEnd;
    changed("log");
  }
  if (wentUp && log.scrollTop < NEAR * 3) void back();
}

async function back() {
  const held = list();
  if (!held || held.loading) return;
  const [from] = windowOf(held);
  if (from === 0 && (held.complete || !(await older(state.place).catch(() => 0)))) return;
  pinned = false;
  if (shown < MOST_SHOWN) shown += WINDOW / 2;
  else seen = held.order[Math.max(0, windowOf(held)[0] + MOST_SHOWN - WINDOW / 2)] ?? seen;
  changed("log");
}

function toEnd() {
  pinned = true;
  shown = WINDOW;
  changed("log");
}

function drawJump(held) {
  const jump = byId("jump");
  const fresh = pinned ? 0 : held.order.filter((id) => id > seen).length;
  jump.hidden = pinned;
  jump.setAttribute("aria-label", fresh ? many("{number} new message; go to the end", "{number} new messages; go to the end", fresh) : say("Go to the end"));
  put(jump, icon("down"), fresh ? h("b", {}, fresh > 99 ? "99+" : String(fresh)) : null);
}

// Somebody who listens instead of looking hears the bot; a crowd would drown it.
function speak(held) {
  const message = held.byId.get(held.order.at(-1));
  if (!message || message.id <= spokenUpTo || !state.bots.has(message.author)) return;
  spokenUpTo = message.id;
  byId("spoken").textContent = `${nameOf(message.author)}: ${message.text}`;
}

function show(id) {
  const node = byId("log").querySelector(`[data-id="${id}"]`);
  if (!node) return;
  pinned = false;
  node.scrollIntoView({ block: "center" });
  node.classList.add("found");
  node.focus({ preventScroll: true });
  setTimeout(() => node.classList.remove("found"), 1600);
}

function onMenu(event) {
  const node = event.target.closest(".message");
  const message = list()?.byId.get(Number(node?.dataset.id));
  if (!message) return;
  event.preventDefault();
  messageMenu(message, node.querySelector(".bubble"));
}

function onKey(event) {
  const all = [...byId("log").querySelectorAll(".message")];
  const current = document.activeElement.closest?.(".message");
  const message = list()?.byId.get(Number(current?.dataset.id));
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    const place = current ? all.indexOf(current) + (event.key === "ArrowUp" ? -1 : 1) : all.length - 1;
    const next = all[Math.max(0, Math.min(all.length - 1, place))];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "End") {
    toEnd();
  } else if (message && (event.key === "Enter" || event.key === "e") && document.activeElement === current) {
    event.preventDefault();
    messageMenu(message, current.querySelector(".bubble"));
  } else if (message && event.key === "r") {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("reply", { detail: message }));
  }
}
