// The bot's commands, offered when a message begins with a slash, as the apps do.

import { button, h } from "./dom.js";
import { bot, isIn, isPrivate, leads, me, state } from "./store.js";
import { say } from "./words.js";

// The most special list that fits, as Telegram chooses: by the place first, then by the language.
function commands() {
  const own = bot();
  if (!own || !state.place) return [];
  const chat = state.place.chat;
  const scopes = isPrivate(chat)
    ? [{ type: "chat", chat_id: chat }, { type: "all_private_chats" }, { type: "default" }]
    : [
        { type: "chat_member", chat_id: chat, user_id: state.me },
        ...(leads(chat) ? [{ type: "chat_administrators", chat_id: chat }] : []),
        { type: "chat", chat_id: chat },
        ...(leads(chat) ? [{ type: "all_chat_administrators" }] : []),
        { type: "all_group_chats" },
        { type: "default" },
      ];
  if (!isPrivate(chat) && !isIn(chat, own.id)) return [];
  const language = (me()?.language_code ?? "").slice(0, 2);
  for (const scope of scopes) {
    for (const wanted of [language, ""]) {
      const found = own.commands.find((one) => one.language === wanted && fits(one.scope, scope));
      if (found) return found.commands;
    }
  }
  return [];
}

const fits = (given, wanted) => Object.entries(wanted).every(([name, value]) => String(given[name]) === String(value));

export function suggestions(field, send) {
  const element = h("div", { class: "hints", role: "listbox", "aria-label": say("Commands"), hidden: true });
  let chosen = 0;
  let found = [];

  const hide = () => {
    element.hidden = true;
  };
  const take = (place) => {
    field.value = `/${found[place].command}`;
    field.dispatchEvent(new Event("input"));
    hide();
    send();
  };
  const draw = () => {
    const word = /^\/(\w*)$/.exec(field.value)?.[1];
    found = word === undefined ? [] : commands().filter((one) => one.command.startsWith(word.toLowerCase()));
    // A command that is written out is meant, though a longer one begins with it.
    found.sort((one, other) => (other.command === word) - (one.command === word));
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    element.hidden = found.length === 0;
    element.replaceChildren(
      ...found.map((one, place) =>
        button(
          { role: "option", tabindex: -1, "aria-selected": String(place === chosen), on: { click: () => take(place) } },
          h("b", {}, `/${one.command}`),
          h("span", {}, one.description),
        ),
      ),
    );
    element.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  };
  field.addEventListener("input", () => {
    chosen = 0;
    draw();
  });
  const keydown = (event) => {
    if (element.hidden || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      chosen = (chosen + step + found.length) % found.length;
      draw();
    } else if (event.key === "Tab" || event.key === "Enter") take(chosen);
    else if (event.key === "Escape") hide();
    else return false;
    event.preventDefault();
    return true;
  };
  return { element, hide, keydown };
}
