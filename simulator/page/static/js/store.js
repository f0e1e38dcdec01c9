// What the page knows: everybody, every chat, the messages of the chats that were opened, and who you are.

import { get } from "./net.js";
import { say } from "./words.js";

const MOST_HELD = 900;
const MOST_CALLS = 150;
const REMEMBERED = "kith.try.me";

export const state = {
  people: new Map(),
  bots: new Map(),
  chats: new Map(),
  private: {},
  scene: { group: null, time_zone: "UTC", roles: [], tour: [] },
  crowd: null,
  movingTo: null,
  clock: { now: Date.now(), at: performance.now(), stands: true },
  me: null,
  place: null,
  lists: new Map(),
  last: new Map(),
  unread: new Map(),
  calls: [],
  stored: null,
  connected: true,
};

// A browser clicks what was pressed only if it still stands there when the button is let go. So while somebody presses,
// nothing is drawn anew; nobody presses for longer than this, and not every browser tells when a scroll bar is let go.
const PRESSED_MS = 1000;

const listeners = new Map();
let pressedAt = -Infinity;

export function beginStore() {
  document.addEventListener("pointerdown", (event) => event.button === 0 && (pressedAt = performance.now()), true);
  for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, () => (pressedAt = -Infinity), true);
}

const isPressed = () => performance.now() - pressedAt < PRESSED_MS;

// Somebody who draws a part of the page says what it is about; it is drawn once a frame at most.
export function draws(topics, what) {
  const once = { what, waiting: false };
  for (const topic of topics) {
    if (!listeners.has(topic)) listeners.set(topic, []);
    listeners.get(topic).push(once);
  }
  return () => {
    for (const topic of topics) listeners.set(topic, listeners.get(topic).filter((one) => one !== once));
  };
}

export function changed(...topics) {
  for (const topic of topics) {
    for (const listener of listeners.get(topic) ?? []) {
      if (listener.waiting) continue;
      listener.waiting = true;
      requestAnimationFrame(() => drawn(listener));
    }
  }
}

function drawn(listener) {
  if (isPressed()) {
    requestAnimationFrame(() => drawn(listener));
    return;
  }
  listener.waiting = false;
  listener.what();
}

export const bot = () => state.bots.values().next().value;
export const me = () => state.people.get(state.me);
export const isBot = (id) => state.bots.has(id);

export function nameOf(id) {
  const who = state.people.get(id) ?? state.bots.get(id);
  if (who) return [who.first_name, who.last_name].filter(Boolean).join(" ");
  return state.chats.get(id)?.title ?? say("Somebody");
}

export function standing(chatId, person = state.me) {
  return state.chats.get(chatId)?.members.get(person) ?? "left";
}

export const isIn = (chatId, person = state.me) => standing(chatId, person) !== "left";
export const leads = (chatId, person = state.me) => ["creator", "administrator"].includes(standing(chatId, person));

export const roleOf = (id) => state.scene.roles.find((role) => role.person === id);

export function now() {
  const { at, stands } = state.clock;
  return state.clock.now + (stands ? 0 : performance.now() - at);
}

export const keyOf = (place) => `${place.chat}:${place.topic ?? "all"}`;
export const isPrivate = (chatId) => chatId > 0;

// How the simulator wants a chat named in an act.
export const chatRef = (chatId) => (isPrivate(chatId) ? { private: bot().username } : chatId);

export function becomes(id) {
  state.me = id;
  try {
    localStorage.setItem(REMEMBERED, String(id));
  } catch {
    // A browser that remembers nothing begins anew each time.
  }
}

function remembered() {
  try {
    return Number(localStorage.getItem(REMEMBERED)) || null;
  } catch {
    return null;
  }
}

export function begin(told) {
  state.lists.clear();
  state.last.clear();
  state.calls = [];
  takeWorld(told.world);
  takeMore(told.more);
  takeClock(told.clock);
  state.stored = told.stored;
  for (const message of told.last) keepLast(message);
  addCalls(told.calls);
  if (!state.people.has(state.me)) {
    const before = remembered();
    state.me = state.people.has(before) ? before : (state.scene.roles[0]?.person ?? state.people.keys().next().value ?? null);
  }
}

export function take(news) {
  if (news.world) takeWorld(news.world);
  if (news.more) takeMore(news.more);
  if (news.clock) takeClock(news.clock);
  if (news.world || news.more) changed("world", "chats", "log", "time");
  if (news.clock) changed("time");
  if ("stored" in news) {
    state.stored = news.stored;
    changed("stored");
  }
  if (news.calls) {
    addCalls(news.calls);
    changed("calls");
  }
  if (news.messages?.length) {
    for (const message of news.messages) takeMessage(message);
    changed("chats", "log");
  }
}

function takeWorld(world) {
  state.people = new Map(world.people.map((person) => [person.id, person]));
  state.bots = new Map(world.bots.map((one) => [one.id, one]));
  state.chats = new Map(world.chats.map((chat) => [chat.id, { ...chat, members: new Map(chat.members) }]));
  state.private = world.private;
}

function takeMore(more) {
  state.scene = more.scene;
  state.crowd = more.crowd ?? null;
  state.movingTo = more.moving_to ? Date.parse(more.moving_to) : null;
}

function takeClock(clock) {
  state.clock = { now: Date.parse(clock.now), stands: clock.stands, at: performance.now() };
}

function addCalls(calls) {
  state.calls.push(...calls);
  if (state.calls.length > MOST_CALLS) state.calls.splice(0, state.calls.length - MOST_CALLS);
}

function keepLast(message) {
  const before = state.last.get(message.chat);
  if (message.deleted) {
    if (before?.id === message.id) state.last.set(message.chat, { ...before, deleted: true });
  } else if (!before || message.id >= before.id) state.last.set(message.chat, message);
}

function takeMessage(message) {
  const isNew = message.id > (state.last.get(message.chat)?.id ?? 0);
  keepLast(message);
  if (isNew && !message.deleted && message.author !== state.me) {
    for (const key of [`${message.chat}:all`, `${message.chat}:${message.topic ?? 1}`]) {
      state.unread.set(key, (state.unread.get(key) ?? 0) + 1);
    }
  }
  for (const key of [`${message.chat}:all`, `${message.chat}:${message.topic ?? 1}`]) {
    const list = state.lists.get(key);
    if (list) insert(list, message);
  }
}

function insert(list, message) {
  if (message.deleted) {
    if (list.byId.delete(message.id)) list.order = list.order.filter((id) => id !== message.id);
    return;
  }
  if (!list.byId.has(message.id)) {
    let place = list.order.length;
    while (place > 0 && list.order[place - 1] > message.id) place -= 1;
    list.order.splice(place, 0, message.id);
  }
  list.byId.set(message.id, message);
}

// Old messages are dropped while nobody looks at them; they are still in the simulator.
export function trim(list) {
  if (list.order.length <= MOST_HELD) return;
  for (const id of list.order.splice(0, list.order.length - MOST_HELD / 2)) list.byId.delete(id);
  list.complete = false;
}

export async function open(place) {
  const key = keyOf(place);
  if (!state.lists.has(key)) {
    const list = { order: [], byId: new Map(), complete: false, loading: false, loaded: false };
    state.lists.set(key, list);
    await older(place);
    list.loaded = true;
  }
  return state.lists.get(key);
}

export async function older(place) {
  const list = state.lists.get(keyOf(place));
  if (!list || list.complete || list.loading) return 0;
  list.loading = true;
  try {
    const query = new URLSearchParams({ chat: place.chat });
    if (place.topic) query.set("topic", place.topic);
    if (list.order.length) query.set("before", list.order[0]);
    const found = await get(`/page/messages?${query}`);
    for (const message of found) if (!list.byId.has(message.id)) insert(list, message);
    if (found.length === 0) list.complete = true;
    return found.length;
  } finally {
    list.loading = false;
  }
}
