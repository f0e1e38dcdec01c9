// One message as it stands in the chat.

import { button, h, icon } from "./dom.js";
import { face, toneOf } from "./faces.js";
import { goTo, press, react, vote, write, followLink } from "./deeds.js";
import { isBot, isPrivate, nameOf, standing, state } from "./store.js";
import { rich } from "./text.js";
import { clockTime } from "./times.js";
import { messageMenu } from "./choices.js";
import { happened } from "./happenings.js";
import { many, say } from "./words.js";

const follow = {
  link: (address) => followLink(address),
  command: (words) => write(state.place, words),
};

export function bubble(message, { first, last }) {
  const own = message.author === state.me;
  const crowd = !isPrivate(message.chat);
  const inner = h("div", { class: "bubble" });
  if (first && crowd && !own) inner.append(nameLine(message));
  if (message.reply) inner.append(quote(message));
  if (message.media) inner.append(media(message));
  if (message.dice) inner.append(h("div", { class: "sticker" }, `${message.dice.emoji} ${message.dice.value}`));
  if (message.poll) inner.append(poll(message));
  // An empty end of the last line keeps the place of the time, which stands in the corner.
  const room = h("span", { class: `room ${own ? "own-room" : ""} ${message.edited ? "edited-room" : ""}` });
  if (message.text) inner.append(h("div", { class: "text", dir: "auto" }, rich(message.text, message.entities, follow), room));
  inner.append(foot(message));
  const more = button({ class: "more", "aria-label": say("React, reply and more"), tabindex: -1 }, icon("smile"));
  more.addEventListener("click", () => messageMenu(message, more));
  const body = h("div", { class: "body" }, h("div", { class: "line" }, inner, more), keyboard(message));
  return h(
    "article",
    {
      class: `message ${own ? "own" : ""} ${first ? "first" : ""} ${last ? "last" : ""}`,
      tabindex: -1,
      data: { id: message.id },
      "aria-label": `${nameOf(message.author)}: ${message.text || message.media?.kind || message.poll?.question || ""}, ${clockTime(message.date * 1000)}`,
    },
    crowd && !own ? (last ? face(message.author ?? message.chat) : h("span", { class: "face none" })) : null,
    body,
  );
}

function nameLine(message) {
  const id = message.author;
  const status = standing(message.chat, id);
  const tag = isBot(id) ? say("bot") : status === "creator" ? say("owner") : status === "administrator" ? say("admin") : "";
  return h(
    "div",
    { class: `name ink-${toneOf(id ?? message.chat)}` },
    h("bdi", {}, message.as ?? nameOf(id)),
    tag ? h("span", { class: "tag" }, tag) : null,
    topicTag(message),
  );
}

function topicTag(message) {
  const chat = state.chats.get(message.chat);
  if (!chat?.forum || state.place?.topic || !message.topic) return null;
  const topic = chat.topics.find((one) => one.id === message.topic);
  return topic ? h("span", { class: "tag topic-tag" }, topic.name) : null;
}

function quote(message) {
  const { id, author, text, deleted } = message.reply;
  return button(
    { class: `quote edge-${toneOf(author ?? message.chat)}`, on: { click: () => goTo(state.place, id) } },
    h("bdi", { class: `ink-${toneOf(author ?? message.chat)}` }, nameOf(author)),
    h("span", { dir: "auto" }, deleted ? say("Deleted message") : text),
  );
}

function media(message) {
  const { kind, file, filled, file_name: name, file_size: size, emoji } = message.media;
  if (kind === "sticker") return h("div", { class: "sticker" }, emoji ?? "🙂");
  if (kind === "photo") {
    if (!filled) return h("div", { class: `picture made tone-${file.charCodeAt(file.length - 1) % 8}`, role: "img", "aria-label": say("A picture") }, icon("photo"));
    return h("img", { class: "picture", src: `/page/files/${encodeURIComponent(file)}`, alt: message.text || say("A picture"), loading: "lazy" });
  }
  const label = name ?? { voice: say("Voice message"), video: say("Video"), audio: say("Audio") }[kind] ?? kind;
  const inner = [h("span", { class: "file-sign" }, icon("file")), h("span", { class: "file-name" }, h("bdi", {}, label), h("small", {}, bytes(size)))];
  if (!filled) return h("div", { class: "file" }, inner);
  const address = `/page/files/${encodeURIComponent(file)}?name=${encodeURIComponent(label)}`;
  return h("a", { class: "file", href: address, download: label }, inner);
}

function bytes(size) {
  if (!size) return "";
  if (size < 1024) return `${size} B`;
  return size < 1048576 ? `${Math.round(size / 1024)} kB` : `${(size / 1048576).toFixed(1)} MB`;
}

function poll(message) {
  const { question, options, voters, closed, anonymous, multiple, quiz, votes, correct } = message.poll;
  const mine = votes[state.me] ?? [];
  const showsResult = closed || mine.length > 0;
  const chosen = new Set(mine);
  const list = h("div", { class: "options" });
  const send = button({ class: "poll-send", disabled: true, on: { click: () => vote(message, [...chosen].sort()) } }, say("Vote"));
  options.forEach((option, place) => {
    const share = voters ? Math.round((option.votes / voters) * 100) : 0;
    const bar = h("span", { class: "bar" });
    bar.style.setProperty("--share", `${showsResult ? share : 0}%`);
    const right = quiz && showsResult && correct.includes(place);
    const one = button(
      {
        class: `option ${mine.includes(place) ? "mine" : ""} ${right ? "right" : ""}`,
        disabled: closed || (showsResult && !mine.length) || null,
        "aria-pressed": String(mine.includes(place)),
      },
      h("span", { class: "share" }, showsResult ? `${share}%` : multiple ? "☐" : "○"),
      h("span", { class: "option-text", dir: "auto" }, option.text),
      bar,
    );
    one.addEventListener("click", () => {
      if (showsResult) return;
      if (!multiple) vote(message, [place]);
      else {
        if (!chosen.delete(place)) chosen.add(place);
        one.setAttribute("aria-pressed", String(chosen.has(place)));
        one.querySelector(".share").textContent = chosen.has(place) ? "☑" : "☐";
        send.disabled = chosen.size === 0;
      }
    });
    list.append(one);
  });
  const kind = quiz ? (anonymous ? say("Anonymous quiz") : say("Public quiz")) : anonymous ? say("Anonymous poll") : say("Public poll");
  const what = closed ? say("{kind}, closed", { kind }) : kind;
  const count = many("{number} vote", "{number} votes", voters);
  const back = mine.length && !closed && !quiz ? button({ class: "poll-back", on: { click: () => vote(message, []) } }, say("Take it back")) : null;
  return h(
    "div",
    { class: "poll" },
    h("strong", { dir: "auto" }, question),
    h("small", {}, what),
    list,
    h("div", { class: "poll-foot" }, h("small", {}, count), multiple && !showsResult ? send : back),
  );
}

function foot(message) {
  const own = message.author === state.me;
  const chips = Object.entries(message.reactions).map(([reaction, who]) =>
    button(
      {
        class: `chip ${who.includes(state.me) ? "mine" : ""}`,
        title: who.slice(0, 12).map(nameOf).join(", "),
        "aria-pressed": String(who.includes(state.me)),
        "aria-label": `${reaction} ${who.length}`,
        on: { click: () => react(message, reaction) },
      },
      h("span", {}, reaction.startsWith("custom:") ? "✨" : reaction),
      h("b", {}, String(who.length)),
    ),
  );
  const time = h("span", { class: "when" }, message.edited ? `${say("edited")} ` : "", clockTime(message.date * 1000), own ? icon("check") : null);
  const inCorner = message.text && !chips.length;
  return h("div", { class: `foot ${chips.length ? "with-chips" : ""} ${inCorner ? "in-corner" : ""}` }, chips.length ? h("div", { class: "chips" }, chips) : null, time);
}

function keyboard(message) {
  if (!message.keyboard) return null;
  return h(
    "div",
    { class: "keyboard" },
    message.keyboard.map((row) =>
      h(
        "div",
        { class: "keys" },
        row.map((one) => {
          const key = button({ class: "key" }, h("span", { dir: "auto" }, one.text), one.url ? icon("link") : null);
          key.addEventListener("click", () => press(message, one, key));
          return key;
        }),
      ),
    ),
  );
}

export function service(message) {
  return h("div", { class: "service", data: { id: message.id } }, h("span", { dir: "auto" }, happened(message)));
}
