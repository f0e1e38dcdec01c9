// What lies above the page: toasts, menus and dialogs.

import { byId, button, h, icon, isPhone } from "./dom.js";
import { say } from "./words.js";

const TOAST_MS = 4200;

export function toast(text, kind = "") {
  const shown = h("div", { class: `toast ${kind}` }, text);
  byId("toasts").append(shown);
  while (byId("toasts").children.length > 3) byId("toasts").firstChild.remove();
  setTimeout(() => shown.remove(), TOAST_MS);
}

let menuOpen = null;

export function closeMenu() {
  menuOpen?.close();
}

// A menu beside what was pressed; on a phone a sheet at the bottom.
export function menu(anchor, items, { above = null, label = say("What to do") } = {}) {
  closeMenu();
  const list = h("div", { class: "menu", role: "menu", "aria-label": label });
  if (above) list.append(above);
  for (const item of items.filter(Boolean)) {
    list.append(
      button(
        { class: item.danger ? "danger" : "", role: "menuitem", on: { click: () => { shade.close(); item.on(); } } },
        item.icon ? icon(item.icon) : null,
        h("span", {}, item.text),
      ),
    );
  }
  const shade = h("dialog", { class: "menu-shade" }, list);
  document.body.append(shade);
  shade.addEventListener("click", (event) => event.target === shade && shade.close());
  shade.addEventListener("close", () => {
    shade.remove();
    menuOpen = null;
    if (document.activeElement === document.body && anchor?.isConnected) anchor.focus({ preventScroll: true });
  });
  shade.addEventListener("keydown", (event) => walk(event, list));
  menuOpen = shade;
  shade.showModal();
  if (!isPhone() && anchor) beside(list, anchor.getBoundingClientRect());
  list.querySelector("button")?.focus();
  return shade;
}

function walk(event, list) {
  const all = [...list.querySelectorAll("button")];
  const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const place = all.indexOf(document.activeElement);
  all[(place + step + all.length) % all.length]?.focus();
}

function beside(list, box) {
  const size = list.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, window.innerWidth - size.width - 8));
  const below = box.bottom + 6 + size.height < window.innerHeight;
  const top = below ? box.bottom + 6 : Math.max(8, box.top - size.height - 6);
  list.style.setProperty("left", `${left}px`);
  list.style.setProperty("top", `${top}px`);
}

export function dialog(title, content, { wide = false } = {}) {
  closeMenu();
  const close = button({ class: "icon-button", "aria-label": say("Close") }, icon("close"));
  const shown = h(
    "dialog",
    { class: `dialog ${wide ? "wide" : ""}`, "aria-label": title },
    h("header", {}, h("h2", {}, title), close),
    h("div", { class: "dialog-body" }, content),
  );
  close.addEventListener("click", () => shown.close());
  shown.addEventListener("click", (event) => event.target === shown && shown.close());
  shown.addEventListener("close", () => shown.remove());
  document.body.append(shown);
  shown.showModal();
  return shown;
}

export function alertOf(name, text) {
  const shown = dialog(name, [h("p", { class: "alert-text" }, text)]);
  const ok = button({ class: "main" }, say("OK"));
  ok.addEventListener("click", () => shown.close());
  shown.querySelector(".dialog-body").append(h("div", { class: "dialog-foot" }, ok));
  ok.focus();
}

// Asks for a few lines of text; `done` gets them and says whether the dialog may close.
export function form(title, fields, action, done) {
  const inputs = fields.map((field) =>
    h(field.lines ? "textarea" : "input", { name: field.name, placeholder: field.hint, maxlength: field.most ?? 255, required: !field.optional, rows: field.lines }),
  );
  inputs.forEach((input, place) => (input.value = fields[place].value ?? ""));
  const body = h(
    "form",
    { class: "fields" },
    fields.map((field, place) => h("label", {}, h("span", {}, field.label), inputs[place])),
    h("div", { class: "dialog-foot" }, button({ class: "main", type: "submit" }, action)),
  );
  const shown = dialog(title, [body]);
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]));
    if (await done(told)) shown.close();
  });
  inputs[0].focus();
  return shown;
}
