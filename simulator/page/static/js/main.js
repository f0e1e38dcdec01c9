// Begins the page: listens to what happens, and lets every part draw itself.

import { beginChat } from "./chat.js";
import { beginChats } from "./chats.js";
import { beginClock } from "./clock.js";
import { goTo } from "./deeds.js";
import { button, byId, put } from "./dom.js";
import { beginKeys } from "./keys.js";
import { beginLog } from "./log.js";
import { listen } from "./net.js";
import { beginPanel } from "./panel.js";
import { begin, beginStore, changed, state, take } from "./store.js";
import { beginTour } from "./tour.js";
import { LANGUAGES, TAGS, choose, language, say } from "./words.js";

let begun = false;

// What stands in the page before anything is known.
function label() {
  document.documentElement.lang = TAGS[language];
  document.querySelector(".skip").textContent = say("Skip to the message field");
  const labels = { sidebar: say("Chats"), chat: say("Chat"), log: say("Messages"), panel: say("What the bot stored and asked for") };
  for (const [id, words] of Object.entries(labels)) byId(id).setAttribute("aria-label", words);
  const choices = Object.entries(LANGUAGES).map(([code, name]) =>
    button({ lang: TAGS[code], "aria-pressed": String(code === language), on: { click: () => choose(code) } }, name),
  );
  put(byId("languages"), choices);
}

label();

function all() {
  changed("who", "world", "chats", "place", "log", "time", "stored", "calls", "panel");
}

function onHello(told) {
  begin(told);
  document.title = state.scene.group ? `${state.chats.get(state.scene.group)?.title ?? say("Chat")} · ${say("The try-out")}` : say("The try-out");
  if (!begun) {
    begun = true;
    for (const part of [beginStore, beginChats, beginChat, beginLog, beginClock, beginPanel, beginKeys, beginTour]) part();
  }
  all();
  // A try-out that was started anew has other chats.
  const known = state.place && (state.chats.has(state.place.chat) || state.place.chat === state.me);
  const first = (known ? state.place : null) ?? { chat: state.scene.group ?? state.chats.keys().next().value ?? state.me, topic: null };
  goTo(first, undefined, { shows: false }).then(() => {
    document.documentElement.dataset.ready = "yes";
  });
}

function onNews(told) {
  if (told.missed) state.lists.clear();
  take(told);
  if (told.missed && state.place) goTo(state.place);
}

listen({
  hello: onHello,
  news: onNews,
  open: () => byId("app").removeAttribute("data-away"),
  error: () => byId("app").setAttribute("data-away", ""),
});
