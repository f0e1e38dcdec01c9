// The way to the simulator: acts, and the stream of what happens.

import { refusal } from "./refusals.js";
import { say } from "./words.js";

export class Refused extends Error {}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused(say("The try-out does not answer. Is it still running?"));
  }
  const told = await answer.json().catch(() => null);
  if (told === null) throw new Refused(say("The try-out answered with {status}.", { status: answer.status }));
  if (told.ok === false) throw new Refused(refusal(told.error || told.description || "") || say("This is not possible."));
  return told.ok === true ? told.result : told;
}

export const get = (path) => ask(path, {});

export const post = (path, content) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(content) });

export const act = (content) => post("/sim/act", content);

export function listen(handlers) {
  const source = new EventSource("/page/events");
  for (const [kind, what] of Object.entries(handlers)) {
    if (kind !== "open" && kind !== "error") source.addEventListener(kind, (event) => what(JSON.parse(event.data)));
  }
  source.addEventListener("open", () => handlers.open?.());
  source.addEventListener("error", () => handlers.error?.());
  return source;
}
