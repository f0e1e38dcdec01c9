// What can be done with a message.

import { button, h } from "./dom.js";
import { become, edit, leading, pin, react, remove } from "./deeds.js";
import { isBot, isPrivate, leads, nameOf, state } from "./store.js";
import { form, menu, toast } from "./surfaces.js";
import { say } from "./words.js";

const REACTIONS = ["👍", "❤", "🔥", "🎉", "😁", "🤔", "👏", "🙏"];

export function messageMenu(message, anchor) {
  const own = message.author === state.me;
  const ruling = !isPrivate(message.chat) && leads(message.chat);
  const person = state.people.has(message.author) && !own;
  const bar = h("div", { class: "reaction-bar" });
  const shade = menu(
    anchor,
    [
      { icon: "reply", text: say("Reply"), on: () => document.dispatchEvent(new CustomEvent("reply", { detail: message })) },
      message.text ? { icon: "file", text: say("Copy the text"), on: () => copy(message.text) } : null,
      own && message.text ? { icon: "sticker", text: say("Edit"), on: () => change(message) } : null,
      ruling ? { icon: "pin", text: say("Pin"), on: () => pin(message) } : null,
      person ? { icon: "swap", text: say("Be {name}", { name: nameOf(message.author) }), on: () => become(message.author) } : null,
      person && ruling ? { icon: "close", text: say("Mute {name}", { name: nameOf(message.author) }), on: () => leading("mutes", message.author, message.chat) } : null,
      own || ruling || isPrivate(message.chat) ? { icon: "close", text: say("Delete"), danger: true, on: () => remove(message) } : null,
    ],
    { above: bar, label: isBot(message.author) ? say("Message of the bot") : say("Message of {name}", { name: nameOf(message.author) }) },
  );
  for (const reaction of REACTIONS) {
    const mine = (message.reactions[reaction] ?? []).includes(state.me);
    bar.append(
      button({ class: mine ? "mine" : "", "aria-label": say("React with {reaction}", { reaction }), on: { click: () => { shade.close(); react(message, reaction); } } }, reaction),
    );
  }
  bar.querySelector("button").focus();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("Copied."));
  } catch {
    toast(say("The browser does not let the page copy."), "no");
  }
}

function change(message) {
  form(say("Edit the message"), [{ name: "text", label: say("Text"), value: message.text, lines: 4, most: 4096 }], say("Save"), ({ text }) => edit(message, text));
}
