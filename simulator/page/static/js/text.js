// A text with Telegram's entities as elements. Offsets count UTF-16 code units, as JavaScript's strings do.

import { h } from "./dom.js";
import { say } from "./words.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

export function rich(text, entities, follow) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return pieces(text, 0, text.length, sorted, follow);
}

function pieces(text, start, end, entities, follow) {
  const out = [];
  let at = start;
  for (let place = 0; place < entities.length; place += 1) {
    const entity = entities[place];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= end || to <= from) continue;
    if (from > at) out.push(text.slice(at, from));
    const inner = entities.slice(place + 1).filter((one) => one.offset < to && one.offset + one.length > from);
    out.push(element(entity, text.slice(from, to), pieces(text, from, to, inner, follow), follow));
    at = to;
  }
  if (at < end) out.push(text.slice(at, end));
  return out;
}

function element(entity, words, inner, follow) {
  if (entity.type in TAGS) return h(TAGS[entity.type], { "data-language": entity.language }, inner);
  if (entity.type === "spoiler") return spoiler(inner);
  if (entity.type === "text_link") return link(entity.url, inner, follow);
  if (entity.type === "url") return link(words.includes("://") ? words : `https://${words}`, inner, follow);
  if (entity.type === "bot_command") {
    return h("button", { type: "button", class: "word", on: { click: () => follow.command(words) } }, inner);
  }
  if (["mention", "hashtag", "cashtag", "text_mention", "email", "phone_number"].includes(entity.type)) {
    return h("span", { class: "word" }, inner);
  }
  return h("span", {}, inner);
}

function spoiler(inner) {
  const hidden = h("button", { type: "button", class: "spoiler", "aria-label": say("Hidden text; press to show it") }, inner);
  hidden.addEventListener("click", () => {
    hidden.classList.add("shown");
    hidden.removeAttribute("aria-label");
  });
  return hidden;
}

function link(address, inner, follow) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return h("span", { class: "word" }, inner);
  }
  if (!["http:", "https:", "tg:"].includes(url.protocol)) return h("span", { class: "word" }, inner);
  if (url.hostname === "t.me" || url.protocol === "tg:") {
    return h("button", { type: "button", class: "word", title: address, on: { click: () => follow.link(address) } }, inner);
  }
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", title: url.href }, inner);
}
