// What the simulated Telegram refuses, in the reader's language. It answers in English, with names in the sentence.

import { say } from "./words.js";

// The more a sentence says, the earlier it stands: "{name} owns {chat}" would fit too much.
const SENTENCES = [
  "a deep link's payload has 1 to 64 characters of A-Z a-z 0-9 _ -",
  "one reaction on a message, three different ones with Premium",
  "one writes as oneself, as the group or as a channel",
  "the invite link has reached its limit of members",
  "{name} has not the right {right} in {chat}",
  "{name} is not among Telegram's reactions",
  "{name} can edit only what {other} wrote",
  "only administrators react as the group",
  "the poll has the options 0 to {number}",
  "a vote in this poll cannot be changed",
  "a message has at most 4096 characters",
  "{name} became a supergroup: {number}",
  "{name} may not open topics in {chat}",
  "{name} may not add members to {chat}",
  "{name} is no administrator of {chat}",
  "{name} may not write this in {chat}",
  "{name} cannot be promoted in {chat}",
  "{name} has not asked to join {chat}",
  "a channel is linked to a supergroup",
  "{name} cannot delete this message",
  "{name} cannot be muted in {chat}",
  "{name} cannot be added to groups",
  "this is no invite link of {chat}",
  "{name} has no vote to take back",
  "{name} may not react in {chat}",
  "{name} has not started the bot",
  "the poll takes one answer only",
  "{name} is not muted in {chat}",
  "a message has a text or media",
  "{name} is banned from {chat}",
  "{chat} has no topic {number}",
  "{name} is in {chat} already",
  "the invite link was revoked",
  "the invite link has expired",
  "{name} does not own {chat}",
  "the topic {name} is closed",
  "{name} has blocked the bot",
  "an album is made of media",
  "{name} is not in {chat}",
  "the message is no poll",
  "{chat} has no topics",
  "the message is gone",
  "{name} owns {chat}",
  "the poll is closed",
];

const escaped = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
const PATTERNS = SENTENCES.map((sentence) => [
  sentence,
  new RegExp(`^${escaped(sentence).replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`, "su"),
]);

export function refusal(text) {
  for (const [sentence, pattern] of PATTERNS) {
    const found = pattern.exec(text);
    if (found) return say(sentence, found.groups ?? {});
  }
  return text;
}
