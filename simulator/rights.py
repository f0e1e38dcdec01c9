"""What members may do: administrators' rights, permissions, and a member's standing as the Bot API tells it."""

from dataclasses import dataclass, field, replace
from typing import Any

from simulator.accounts import Account

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
ALL_RIGHTS = frozenset((*ADMIN_RIGHTS, *GROUP_RIGHTS, *CHANNEL_RIGHTS, "is_anonymous"))
# What an administrator is offered in the apps: everything but making others and hiding.
USUAL_RIGHTS = ALL_RIGHTS - {"can_promote_members", "is_anonymous"}

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
# A new group keeps these three for its administrators.
NOT_AT_FIRST = frozenset({"can_change_info", "can_pin_messages", "can_manage_topics"})


@dataclass(frozen=True)
class Standing:
    """How an account stands in a chat; a change makes a new one, so old and new can be told."""

    status: str = "left"
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    until: int = 0
    is_member: bool = True
    title: str | None = None
    tag: str | None = None
    promoted_by: int | None = field(default=None, compare=False)

    @property
    def inside(self) -> bool:
        return self.status in ("creator", "administrator", "member") or (self.status == "restricted" and self.is_member)

    @property
    def leads(self) -> bool:
        return self.status in ("creator", "administrator")

    @property
    def anonymous(self) -> bool:
        return "is_anonymous" in self.rights

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def json(self, account: Account, *, channel: bool, viewer_id: int | None = None) -> dict[str, Any]:
        told: dict[str, Any] = {"user": account.user, "status": self.status}
        if self.leads:
            told |= self._leader(channel=channel, viewer_id=viewer_id)
        elif self.status == "restricted":
            told["is_member"] = self.is_member
            told |= {name: name in self.permissions for name in PERMISSIONS}
            told["until_date"] = self.until
        elif self.status == "kicked":
            told["until_date"] = self.until
        if self.tag and self.status in ("member", "restricted"):
            told["tag"] = self.tag
        return told

    def _leader(self, *, channel: bool, viewer_id: int | None) -> dict[str, Any]:
        told: dict[str, Any] = {"is_anonymous": self.anonymous}
        if self.status == "administrator":
            told["can_be_edited"] = viewer_id is not None and self.promoted_by == viewer_id
            names = (*ADMIN_RIGHTS, *(CHANNEL_RIGHTS if channel else GROUP_RIGHTS))
            told |= {name: name in self.rights for name in names}
        if self.title:
            told["custom_title"] = self.title
        return told


GONE = Standing()
MEMBER = Standing(status="member")
OWNER = Standing(status="creator")
BANNED = Standing(status="kicked")


def administrator(rights: dict[str, bool] | None, *, by: int | None, before: Standing = GONE) -> Standing:
    chosen = USUAL_RIGHTS if rights is None else {name for name, given in rights.items() if given}
    unknown = (rights or {}).keys() - ALL_RIGHTS
    if unknown:
        raise ValueError(f"no such administrator right: {', '.join(sorted(unknown))}")
    # Any right at all lets one manage the chat, as Telegram says of can_manage_chat.
    return Standing(
        status="administrator",
        rights=frozenset(chosen | {"can_manage_chat"}),
        title=before.title,
        promoted_by=by,
    )


def restricted(permissions: frozenset[str], *, until: int, before: Standing) -> Standing:
    return replace(
        before,
        status="restricted",
        rights=frozenset(),
        permissions=permissions,
        until=until,
        is_member=before.inside,
    )
