// Moments as people read them, in the group's own time zone.

import { state } from "./store.js";
import { locale } from "./words.js";

const made = new Map();

function format(options) {
  const zone = state.scene.time_zone || "UTC";
  const key = zone + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return made.get(key);
}

export const clockTime = (ms) => format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
export const shortDay = (ms) => format({ weekday: "short", day: "numeric", month: "short" }).format(ms);
export const longDay = (ms) => format({ weekday: "long", day: "numeric", month: "long" }).format(ms);
export const dayKey = (ms) => format({ year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
export const seconds = (ms) => format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(ms);

// The next time the group's clocks show this hour.
export function nextHour(from, hour) {
  const parts = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).formatToParts(from);
  const part = (kind) => Number(parts.find((one) => one.type === kind).value);
  const sinceMidnight = (part("hour") * 60 + part("minute")) * 60 + part("second");
  let wait = hour * 3600 - sinceMidnight;
  if (wait <= 0) wait += 86400;
  return Math.floor(from / 1000) * 1000 + wait * 1000;
}
