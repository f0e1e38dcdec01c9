// Who you are, and who is in the group.

import { button, h, icon, iconButton } from "./dom.js";
import { face } from "./faces.js";
import { addBot, become, createLink, createTopic, decide, leading } from "./deeds.js";
import { bot, draws, isBot, isIn, leads, nameOf, roleOf, standing, state } from "./store.js";
import { dialog, form, menu, toast } from "./surfaces.js";
import { LANGUAGES, say, told } from "./words.js";

export function choosePerson() {
  const search = h("input", { type: "search", placeholder: say("Search by name"), "aria-label": say("Search by name") });
  const list = h("ul", { class: "persons" });
  const shown = dialog(say("Who are you?"), [h("p", { class: "hint" }, say("Everything you do is done by this person. Change as often as you like.")), search, list]);
  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    const roles = state.scene.roles.map((role) => role.person);
    const others = [...state.people.keys()].filter((id) => !roles.includes(id));
    const found = [...roles, ...others].filter((id) => nameOf(id).toLowerCase().includes(wanted));
    list.replaceChildren(...found.map((id) => one(id, shown)));
  };
  search.addEventListener("input", draw);
  draw();
  list.querySelector("button")?.focus();
}

function one(id, shown) {
  const role = roleOf(id);
  const group = state.scene.group;
  const status = group ? standing(group, id) : "";
  const about = told(role?.about) || [LANGUAGES[state.people.get(id)?.language_code], saidStatus(status)].filter(Boolean).join(" · ");
  const chosen = button(
    { class: "person", "aria-current": id === state.me ? "true" : null },
    face(id),
    h("span", { class: "person-words" }, h("b", {}, h("bdi", {}, nameOf(id)), role ? h("span", { class: "tag" }, told(role.role)) : null), h("small", {}, about)),
  );
  chosen.addEventListener("click", () => {
    shown.close();
    become(id);
  });
  return h("li", {}, chosen);
}

const saidStatus = (status) =>
  ({ creator: say("owns the group"), administrator: say("administrator"), member: say("member"), restricted: say("muted"), left: say("not in the group"), kicked: say("removed") })[status] ?? "";

export function showMembers(chatId) {
  const list = h("ul", { class: "persons" });
  const tools = h("div", { class: "tools" });
  const requests = h("div");
  const chat = () => state.chats.get(chatId);
  const shown = dialog(chat().title, [tools, requests, list]);
  const draw = () => {
    if (!shown.isConnected || !chat()) return;
    const rank = { creator: 0, administrator: 1, restricted: 2, member: 2 };
    const members = [...chat().members].sort(([a, one_], [b, two]) => rank[one_] - rank[two] || isBot(b) - isBot(a) || nameOf(a).localeCompare(nameOf(b)));
    list.replaceChildren(...members.map(([id, status]) => member(chatId, id, status)));
    tools.replaceChildren(...toolsOf(chatId));
    requests.replaceChildren(...chat().requests.map((id) => request(chatId, id)));
  };
  const stop = draws(["world", "who"], draw);
  shown.addEventListener("close", stop);
  draw();
}

function toolsOf(chatId) {
  const chat = state.chats.get(chatId);
  const tools = [];
  if (isIn(chatId)) tools.push(button({ class: "soft", on: { click: () => inviteLink(chatId) } }, icon("link"), say("Invite link")));
  if (leads(chatId) && bot() && !isIn(chatId, bot().id)) tools.push(button({ class: "soft", on: { click: () => addBot(chatId) } }, icon("plus"), say("Add {name}", { name: bot().first_name })));
  if (leads(chatId) && chat.forum) {
    const open = () => form(say("A new topic"), [{ name: "name", label: say("Name"), hint: say("Recipes"), most: 128 }], say("Open it"), ({ name }) => createTopic(chatId, name));
    tools.push(button({ class: "soft", on: { click: open } }, icon("plus"), say("Topic")));
  }
  return tools;
}

async function inviteLink(chatId) {
  const made = await createLink(chatId, say("{name}'s link", { name: nameOf(state.me) }));
  if (made) toast(say("A link was made: {address}. Whoever is not in the group can follow it now.", { address: made.url }));
}

function request(chatId, id) {
  return h(
    "div",
    { class: "person" },
    face(id),
    h("span", { class: "person-words" }, h("b", {}, nameOf(id)), h("small", {}, say("asks to be let in"))),
    leads(chatId) ? iconButton("check", say("Let {name} in", { name: nameOf(id) }), () => decide(chatId, id, true)) : null,
    leads(chatId) ? iconButton("close", say("Send {name} away", { name: nameOf(id) }), () => decide(chatId, id, false)) : null,
  );
}

function member(chatId, id, status) {
  const person = button(
    { class: "person", "aria-haspopup": "menu" },
    face(id),
    h("span", { class: "person-words" }, h("b", {}, h("bdi", {}, nameOf(id)), isBot(id) ? h("span", { class: "tag" }, say("bot")) : null), h("small", {}, saidStatus(status))),
    icon("more"),
  );
  person.addEventListener("click", () => {
    const items = itemsOf(chatId, id, status);
    if (items.length) menu(person, items, { label: nameOf(id) });
    else toast(say("There is nothing you could do here as this person."));
  });
  return h("li", {}, person);
}

function itemsOf(chatId, id, status) {
  const items = [];
  if (!isBot(id) && id !== state.me) items.push({ icon: "swap", text: say("Be {name}", { name: nameOf(id) }), on: () => become(id) });
  if (!leads(chatId) || id === state.me || status === "creator") return items;
  const deed = (sign, text, what, more = {}, danger = false) => items.push({ icon: sign, text, danger, on: () => leading(what, id, chatId, more) });
  const only = Object.fromEntries(["can_manage_chat"].map((name) => [name, true]));
  if (isBot(id)) {
    deed("check", say("Make administrator with Delete messages"), "promotes", { rights: { ...only, can_delete_messages: true } });
    deed("check", say("Make administrator without any right"), "promotes", { rights: only });
  } else if (status !== "administrator") deed("check", say("Make administrator"), "promotes");
  if (status === "administrator") deed("down", say("Make an ordinary member"), "demotes");
  if (!isBot(id) && status === "member") deed("close", say("Mute"), "mutes");
  if (status === "restricted") deed("check", say("Let speak again"), "unmutes");
  deed("leave", say("Remove from the group"), "removes", {}, true);
  return items;
}

