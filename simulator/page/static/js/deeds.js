// What you do: each deed is an act of the person you are, and a refusal is told in words.

import { act, post, Refused } from "./net.js";
import { becomes, bot, changed, chatRef, isIn, isPrivate, keyOf, leads, open, state } from "./store.js";
import { alertOf, form, menu, toast } from "./surfaces.js";
import { byId } from "./dom.js";
import { say } from "./words.js";

export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, "no");
    return undefined;
  }
}

const mine = (deed) => attempt(async () => (await act({ person: state.me, ...deed })) ?? true);

export const write = (place, text, replyTo) =>
  mine({ do: "writes", chat: chatRef(place.chat), text, reply_to: replyTo ?? null, ...inTopic(place) });

export const attach = (place, media, text) =>
  mine({ do: "writes", chat: chatRef(place.chat), media, text: text || null, ...inTopic(place) });

const inTopic = (place) => (place.topic && place.topic !== 1 ? { topic: place.topic } : {});

export const edit = (message, text) => mine({ do: "edits", chat: chatRef(message.chat), message: message.id, text });
export const remove = (message) => mine({ do: "deletes", chat: chatRef(message.chat), message: message.id });
export const pin = (message) => mine({ do: "pins", chat: chatRef(message.chat), message: message.id });
export const vote = (message, chosen) => mine({ do: "votes", chat: chatRef(message.chat), message: message.id, chosen });
export const join = (chatId, link) => mine({ do: "joins", chat: chatId, link: link ?? null });
export const leave = (chatId) => mine({ do: "leaves", chat: chatId });
export const start = (payload) => mine({ do: "starts", bot: bot().username, payload: payload ?? null });
export const block = (on) => mine({ do: on ? "blocks" : "unblocks", bot: bot().username });
export const leading = (deed, account, chat, more = {}) => mine({ do: deed, account, chat, ...more });
export const addBot = (chatId, rights, payload) =>
  mine({ do: "adds", account: bot().username, to: chatId, ...(rights ? { rights } : {}), payload: payload ?? null });
export const createLink = (chatId, name) => mine({ do: "creates_link", chat: chatId, name });
export const createGroup = (title) => attempt(() => act({ do: "group", title, owner: state.me }));
export const createTopic = (chatId, name) => mine({ do: "creates_topic", chat: chatId, name });
export const poll = (place, question, options) => mine({ do: "asks", chat: place.chat, question, options, anonymous: false });
export const decide = (chatId, person, accepted) => mine({ do: "decides", account: person, chat: chatId, accepted });

export function react(message, reaction) {
  const has = (message.reactions[reaction] ?? []).includes(state.me);
  return mine({ do: "reacts", chat: chatRef(message.chat), message: message.id, chosen: has ? [] : [reaction] });
}

export async function press(message, one, pressed) {
  if (one.url) return followLink(one.url);
  if (one.callback_data === undefined) return toast(say("This kind of button does nothing here."));
  pressed.setAttribute("aria-busy", "true");
  const told = await mine({ do: "presses", chat: chatRef(message.chat), message: message.id, which: one.callback_data, timeout: 12 });
  pressed.removeAttribute("aria-busy");
  if (!told) return undefined;
  if (told.url) return followLink(told.url);
  if (told.text) return told.alert ? alertOf(bot().first_name, told.text) : toast(told.text);
  if (!told.answered) toast(say("{name} did not answer the press.", { name: bot().first_name }), "no");
  return undefined;
}

export async function goTo(place, messageId, { shows = true } = {}) {
  state.place = place;
  state.unread.delete(keyOf(place));
  if (!place.topic) for (const key of state.unread.keys()) if (key.startsWith(`${place.chat}:`)) state.unread.delete(key);
  if (shows) byId("app").dataset.pane = "chat";
  changed("chats", "place", "log");
  await attempt(() => open(place));
  changed("log");
  if (messageId) setTimeout(() => document.dispatchEvent(new CustomEvent("show-message", { detail: messageId })), 60);
}

export function become(id) {
  document.querySelectorAll("dialog.dialog").forEach((one) => one.close());
  becomes(id);
  state.unread.clear();
  const place = state.place;
  if (place && isPrivate(place.chat)) state.place = { chat: id, topic: null };
  changed("who", "chats", "place", "log", "world");
  if (state.place) goTo(state.place, undefined, { shows: false });
}

// Telegram's own addresses lead to places in here.
export async function followLink(address) {
  const url = new URL(address.replace(/^tg:\/\/resolve/, "https://t.me/resolve"));
  if (url.hostname !== "t.me") {
    window.open(url.href, "_blank", "noopener,noreferrer");
    return;
  }
  const [first, ...rest] = (url.searchParams.get("domain") ? `/${url.searchParams.get("domain")}` : url.pathname).slice(1).split("/");
  if (first.startsWith("+")) await byInvitation(address);
  else if (first === "c") await goTo({ chat: Number(`-100${rest[0]}`), topic: null }, Number(rest.at(-1)));
  else if (first.toLowerCase() === (bot()?.username ?? "").toLowerCase()) await toBot(url.searchParams);
  else toast(say("{address} leads out of the try-out.", { address }));
}

async function byInvitation(address) {
  const chat = [...state.chats.values()].find((one) => one.links.some((link) => link.url === address));
  if (!chat) return toast(say("This invite link leads nowhere any more."), "no");
  if (!isIn(chat.id) && !(await join(chat.id, address))) return undefined;
  return goTo({ chat: chat.id, topic: null });
}

async function toBot(query) {
  if (query.has("startgroup") || query.has("startchannel")) {
    chooseGroup(query.get("startgroup") || undefined, query.get("admin"));
    return;
  }
  await goTo({ chat: state.me, topic: null });
  if (query.has("start")) await start(query.get("start"));
}

// “Add me to a group”: one that you lead and the bot is not in, or a new one.
function chooseGroup(payload, admin) {
  const free = [...state.chats.values()].filter((chat) => leads(chat.id) && !isIn(chat.id, bot().id));
  const add = async (chatId) => {
    const rights = admin ? Object.fromEntries(admin.split(" ").map((name) => [`can_${name}`, true])) : undefined;
    if (await addBot(chatId, rights, payload)) goTo({ chat: chatId, topic: null });
  };
  const fresh = () =>
    form(say("A new group"), [{ name: "title", label: say("Name"), hint: say("Sunday hikers"), most: 120 }], say("Create it"), async ({ title }) => {
      const made = await createGroup(title);
      if (!made) return false;
      // The page hears of the new group a moment later.
      for (let looks = 0; looks < 40 && !state.chats.has(made.id); looks += 1) await new Promise((done) => setTimeout(done, 50));
      void add(made.id);
      return true;
    });
  menu(document.activeElement, [
    ...free.map((chat) => ({ icon: "people", text: chat.title, on: () => add(chat.id) })),
    { icon: "plus", text: say("A new group of yours …"), on: fresh },
  ], { label: say("To which group?") });
}

export async function pass(content) {
  return attempt(() => post("/sim/time", content));
}

export const live = (hours) => attempt(() => post("/sim/crowd", { hours }));

