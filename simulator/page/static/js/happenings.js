// What nobody wrote, in words: who came, who went, which topic was opened.

import { nameOf } from "./store.js";
import { say } from "./words.js";

export function happened(message) {
  const told = message.service;
  const who = nameOf(message.author);
  if (told.new_chat_members) {
    const names = told.new_chat_members.map((user) => nameOf(user.id));
    const self = told.new_chat_members.length === 1 && told.new_chat_members[0].id === message.author;
    return self ? say("{who} joined the group", { who }) : say("{who} added {names}", { who, names: names.join(", ") });
  }
  if (told.left_chat_member) {
    const gone = told.left_chat_member.id;
    return gone === message.author ? say("{who} left the group", { who }) : say("{who} removed {name}", { who, name: nameOf(gone) });
  }
  if (told.pinned_message !== undefined) return say("{who} pinned “{text}”", { who, text: told.pinned_message });
  if (told.forum_topic_created) return say("{who} opened the topic “{name}”", { who, name: told.forum_topic_created.name });
  if (told.forum_topic_edited) return say("{who} renamed the topic to “{name}”", { who, name: told.forum_topic_edited.name ?? "" });
  if (told.forum_topic_closed) return say("{who} closed the topic", { who });
  if (told.forum_topic_reopened) return say("{who} opened the topic again", { who });
  return say("The group became a supergroup");
}
