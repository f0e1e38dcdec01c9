"""Every method the simulator plays; the others of the specification are answered 501."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from simulator.api import chats, editing, links, members, polls, sending, settings, topics, updates
from simulator.api.call import Call

Method = Callable[[Call], Any | Awaitable[Any]]

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "getMe": updates.get_me,
        "getUpdates": updates.get_updates,
        "setWebhook": updates.set_webhook,
        "deleteWebhook": updates.delete_webhook,
        "getWebhookInfo": updates.get_webhook_info,
        "logOut": updates.close,
        "close": updates.close,
        "sendMessage": sending.send_message,
        "sendPhoto": sending.send_photo,
        "sendDocument": sending.send_document,
        "sendVideo": sending.send_video,
        "sendVoice": sending.send_voice,
        "sendSticker": sending.send_sticker,
        "sendDice": sending.send_dice,
        "sendPoll": polls.send_poll,
        "stopPoll": polls.stop_poll,
        "answerCallbackQuery": polls.answer_callback_query,
        "setMessageReaction": polls.set_message_reaction,
        "deleteMessageReaction": polls.delete_message_reaction,
        "editMessageText": editing.edit_message_text,
        "editMessageCaption": editing.edit_message_caption,
        "editMessageReplyMarkup": editing.edit_message_reply_markup,
        "deleteMessage": editing.delete_message,
        "deleteMessages": editing.delete_messages,
        "copyMessage": editing.copy_message,
        "copyMessages": editing.copy_messages,
        "forwardMessage": editing.forward_message,
        "pinChatMessage": editing.pin_chat_message,
        "unpinChatMessage": editing.unpin_chat_message,
        "unpinAllChatMessages": editing.unpin_all_chat_messages,
        "getChat": chats.get_chat,
        "setChatTitle": chats.set_chat_title,
        "setChatDescription": chats.set_chat_description,
        "sendChatAction": chats.send_chat_action,
        "getFile": chats.get_file,
        "getChatMember": members.get_chat_member,
        "getChatAdministrators": members.get_chat_administrators,
        "getChatMemberCount": members.get_chat_member_count,
        "banChatMember": members.ban_chat_member,
        "unbanChatMember": members.unban_chat_member,
        "restrictChatMember": members.restrict_chat_member,
        "promoteChatMember": members.promote_chat_member,
        "setChatAdministratorCustomTitle": members.set_chat_administrator_custom_title,
        "setChatMemberTag": members.set_chat_member_tag,
        "leaveChat": members.leave_chat,
        "setChatPermissions": members.set_chat_permissions,
        "createChatInviteLink": links.create_chat_invite_link,
        "editChatInviteLink": links.edit_chat_invite_link,
        "revokeChatInviteLink": links.revoke_chat_invite_link,
        "exportChatInviteLink": links.export_chat_invite_link,
        "approveChatJoinRequest": links.approve_chat_join_request,
        "declineChatJoinRequest": links.decline_chat_join_request,
        "createForumTopic": topics.create_forum_topic,
        "editForumTopic": topics.edit_forum_topic,
        "closeForumTopic": topics.close_forum_topic,
        "reopenForumTopic": topics.reopen_forum_topic,
        "deleteForumTopic": topics.delete_forum_topic,
        "editGeneralForumTopic": topics.edit_general_forum_topic,
        "closeGeneralForumTopic": topics.close_general_forum_topic,
        "reopenGeneralForumTopic": topics.reopen_general_forum_topic,
        "hideGeneralForumTopic": topics.hide_general_forum_topic,
        "unhideGeneralForumTopic": topics.unhide_general_forum_topic,
        "setMyCommands": settings.set_my_commands,
        "getMyCommands": settings.get_my_commands,
        "deleteMyCommands": settings.delete_my_commands,
        "setChatMenuButton": settings.set_chat_menu_button,
        "getChatMenuButton": settings.get_chat_menu_button,
        "setMyName": settings.setter("name"),
        "getMyName": settings.getter("name"),
        "setMyDescription": settings.setter("description"),
        "getMyDescription": settings.getter("description"),
        "setMyShortDescription": settings.setter("short_description"),
        "getMyShortDescription": settings.getter("short_description"),
    }
)
# These count against the sending limits.
LIMITED = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendVideo",
        "sendVoice",
        "sendSticker",
        "sendDice",
        "sendPoll",
        "copyMessage",
        "copyMessages",
        "forwardMessage",
    }
)
