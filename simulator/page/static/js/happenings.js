// What nobody wrote, in words: who came, who went, which topic was opened.

import { nameOf } from "./store.js";

export function happened(message) {
  const told = message.service;
  const who = nameOf(message.author);
  if (told.new_chat_members) {
    const names = told.new_chat_members.map((user) => nameOf(user.id));
    const self = told.new_chat_members.length === 1 && told.new_chat_members[0].id === message.author;
    return self ? `${who} joined the group` : `${who} added ${names.join(", ")}`;
  }
  if (told.left_chat_member) {
    const gone = told.left_chat_member.id;
    return gone === message.author ? `${who} left the group` : `${who} removed ${nameOf(gone)}`;
  }
  if (told.pinned_message !== undefined) return `${who} pinned “${told.pinned_message}”`;
  if (told.forum_topic_created) return `${who} opened the topic “${told.forum_topic_created.name}”`;
  if (told.forum_topic_edited) return `${who} renamed the topic to “${told.forum_topic_edited.name ?? ""}”`;
  if (told.forum_topic_closed) return `${who} closed the topic`;
  if (told.forum_topic_reopened) return `${who} opened the topic again`;
  return "The group became a supergroup";
}
