"""The house: people, communities, members, staff, the message map, activity, points, boards, the outbox, failures,
secret keys.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out here, not imported: what the models become later must not change what this version made.
INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UTC = sa.TIMESTAMP(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("audit_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("member_id", INT64, nullable=True),
        sa.Column("points", INT64, nullable=True),
        sa.Column("entry_id", INT64, nullable=True),
        sa.Column("reason", sa.String(length=256), nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("source", sa.String(length=128), nullable=True),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "audit_id", name="pk_audit"),
        sa.UniqueConstraint("community_id", "source", name="uq_audit_community_id_source"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "balances",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("balance", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", name="pk_balances"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chats",
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("community_id", INT64, nullable=False),
        sa.Column("migrated_to", INT64, nullable=True),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chats"),
    )
    op.create_index("ix_chats_community_id", "chats", ["community_id"], unique=False)
    op.create_table(
        "comings",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("by_service", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "chat_id", "came", "at", "by_service", name="pk_comings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_comings_at", "comings", ["at"], unique=False)
    op.create_table(
        "communities",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("title", sa.String(length=256), nullable=False),
        sa.Column("is_forum", sa.Boolean(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("titled_at", UTC, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.Column("bot_status", sa.String(length=16), nullable=False),
        sa.Column("bot_rights", DOCUMENT, nullable=False),
        sa.Column("rights_told", sa.String(length=256), nullable=True),
        sa.Column("status_asked_at", UTC, nullable=True),
        sa.Column("added_by", INT64, nullable=True),
        sa.Column("has_forgotten", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_communities"),
    )
    op.create_table(
        "deliveries",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("delivery_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("sent_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "delivery_id", name="pk_deliveries"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deliveries_community_id_user_id_sent_at", "deliveries", ["community_id", "user_id", "sent_at"], unique=False
    )
    op.create_index("ix_deliveries_sent_at", "deliveries", ["sent_at"], unique=False)
    op.create_table(
        "dialogues",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("dialogue_id", INT64, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("user_id", INT64, nullable=True),
        sa.Column("member_id", INT64, nullable=True),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "dialogue_id", name="pk_dialogues"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dialogues_user_id", "dialogues", ["user_id"], unique=False)
    op.create_table(
        "early_votes",
        sa.Column("poll_id", sa.String(length=64), nullable=False),
        sa.Column("bot_id", INT64, autoincrement=False, nullable=False),
        sa.Column("update_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("options", sa.String(length=256), nullable=False),
        sa.PrimaryKeyConstraint("poll_id", "bot_id", "update_id", name="pk_early_votes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_early_votes_at", "early_votes", ["at"], unique=False)
    op.create_index("ix_early_votes_user_id", "early_votes", ["user_id"], unique=False)
    op.create_table(
        "earned_on_days",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("points", INT64, nullable=False),
        sa.Column("last_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "user_id", "day", "action", name="pk_earned_on_days"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "early_reactions",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("message_id", INT64, autoincrement=False, nullable=False),
        sa.Column("bot_id", INT64, autoincrement=False, nullable=False),
        sa.Column("update_id", INT64, autoincrement=False, nullable=False),
        sa.Column("giver_id", INT64, nullable=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("added", INT64, nullable=False),
        sa.Column("removed", INT64, nullable=False),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.Column("stood", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "community_id", "chat_id", "message_id", "bot_id", "update_id", name="pk_early_reactions"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_early_reactions_at", "early_reactions", ["at"], unique=False)
    op.create_index(
        "ix_early_reactions_community_id_giver_id", "early_reactions", ["community_id", "giver_id"], unique=False
    )
    op.create_table(
        "failures",
        sa.Column("failure_id", INT64, autoincrement=False, nullable=False),
        sa.Column("bot_id", INT64, nullable=False),
        sa.Column("update_id", INT64, nullable=True),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", INT64, nullable=False),
        sa.Column("failed_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("failure_id", name="pk_failures"),
    )
    op.create_index("ix_failures_failed_at", "failures", ["failed_at"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("entry_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("points", INT64, nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("factor", INT64, nullable=True),
        sa.Column("cut_from", INT64, nullable=True),
        sa.Column("reverses", INT64, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "entry_id", name="pk_ledger"),
        sa.UniqueConstraint(
            "community_id", "user_id", "action", "source", name="uq_ledger_community_id_user_id_action_source"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member_days",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("messages", INT64, nullable=False),
        sa.Column("replies", INT64, nullable=False),
        sa.Column("reactions_given", INT64, nullable=False),
        sa.Column("reactions_received", INT64, nullable=False),
        sa.Column("reactions_withdrawn", INT64, server_default=sa.text("0"), nullable=False),
        sa.Column("votes", INT64, server_default=sa.text("0"), nullable=False),
        sa.Column("joins", INT64, server_default=sa.text("0"), nullable=False),
        sa.Column("leaves", INT64, server_default=sa.text("0"), nullable=False),
        sa.Column("answers", INT64, server_default=sa.text("0"), nullable=False),
        sa.Column("likes", INT64, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "day", name="pk_member_days"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_member_days_community_id_day", "member_days", ["community_id", "day"], unique=False)
    op.create_table(
        "members",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("first_seen_at", UTC, nullable=False),
        sa.Column("last_seen_at", UTC, nullable=True),
        sa.Column("joined_at", UTC, nullable=True),
        sa.Column("left_at", UTC, nullable=True),
        sa.Column("first_joined_at", UTC, nullable=True),
        sa.Column("messages", INT64, nullable=False),
        sa.Column("hides", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("frozen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("listed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", name="pk_members"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_members_user_id", "members", ["user_id"], unique=False)
    op.create_table(
        "menus",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("told", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_menus"),
    )
    op.create_table(
        "offers",
        sa.Column("only_id", INT64, autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("only_id", name="pk_offers"),
    )
    op.create_table(
        "default_menus",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("told", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_default_menus"),
    )
    op.create_table(
        "private_menus",
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("told", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_private_menus"),
    )
    op.create_table(
        "messages",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("message_id", INT64, autoincrement=False, nullable=False),
        sa.Column("author_id", INT64, nullable=True),
        sa.Column("reply_to", INT64, nullable=True),
        sa.Column("topic", INT64, nullable=True),
        sa.Column("album", sa.String(length=64), nullable=True),
        sa.Column("sent_at", UTC, nullable=False),
        sa.Column("is_awaited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "chat_id", "message_id", name="pk_messages"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_messages_community_id_author_id", "messages", ["community_id", "author_id"], unique=False)
    # Such rows come in the order of time, so that PostgreSQL need remember no more of it than what each block holds. The
    # models do not say so: SQLAlchemy would load its PostgreSQL for it, also where there is none.
    op.create_index("ix_messages_sent_at", "messages", ["sent_at"], unique=False, postgresql_using="brin")
    op.create_table(
        "opt_outs",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "topic", name="pk_opt_outs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("outbox_id", INT64, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", INT64, nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("priority", INT64, nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("attempts", INT64, nullable=False),
        sa.Column("claimed_by", INT64, nullable=True),
        sa.Column("error", sa.String(length=512), nullable=True),
        sa.Column("changed_at", UTC, nullable=False),
        sa.Column("lane", INT64, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "outbox_id", name="pk_outbox"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_outbox_state_priority_due_at_outbox_id_lane",
        "outbox",
        ["state", "priority", "due_at", "outbox_id", "lane"],
        unique=False,
    )
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "rejections",
        sa.Column("rejection_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("user_id", INT64, nullable=True),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("event_name", sa.String(length=64), nullable=True),
        sa.Column("arguments", DOCUMENT, nullable=False),
        sa.Column("reason", sa.String(length=512), nullable=False),
        sa.Column("rejected_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("rejection_id", name="pk_rejections"),
    )
    op.create_index("ix_rejections_user_id", "rejections", ["user_id"], unique=False)
    op.create_index("ix_rejections_rejected_at", "rejections", ["rejected_at"], unique=False)
    op.create_table(
        "questions",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("question_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("message_id", INT64, nullable=False),
        sa.Column("topic", INT64, nullable=True),
        sa.Column("asker_id", INT64, nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("answers", INT64, nullable=False),
        sa.Column("answer_id", INT64, nullable=True),
        sa.Column("helper_id", INT64, nullable=True),
        sa.Column("solved_by", INT64, nullable=True),
        sa.Column("solved_at", UTC, nullable=True),
        sa.Column("turn", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "question_id", name="pk_questions"),
        sa.UniqueConstraint("community_id", "chat_id", "message_id", name="uq_questions_community_id_chat_id_message_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_questions_community_id_answer_id", "questions", ["community_id", "answer_id"], unique=False)
    op.create_index("ix_questions_community_id_asked_at", "questions", ["community_id", "asked_at"], unique=False)
    op.create_index("ix_questions_community_id_solved_at", "questions", ["community_id", "solved_at"], unique=False)
    op.create_table(
        "admin_chats",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("place_id", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_admin_chats"),
    )
    op.create_table(
        "works",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("work_id", INT64, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=112), nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("message_id", INT64, nullable=False),
        sa.Column("author_id", INT64, nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("letters", INT64, nullable=False),
        sa.Column("mark", INT64, nullable=True),
        sa.Column("shared_at", UTC, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("grade", INT64, nullable=True),
        sa.Column("points", INT64, nullable=True),
        sa.Column("cut_by", sa.String(length=16), nullable=True),
        sa.Column("fault", sa.String(length=16), nullable=True),
        sa.Column("decided_by", INT64, nullable=True),
        sa.Column("decided_at", UTC, nullable=True),
        sa.Column("turn", INT64, nullable=False),
        sa.Column("stirred", sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column("held_back", sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column("pinned_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "work_id", name="pk_works"),
        sa.UniqueConstraint("community_id", "chat_id", "message_id", name="uq_works_community_id_chat_id_message_id"),
        sa.UniqueConstraint("community_id", "source", name="uq_works_community_id_source"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_works_community_id_author_id_shared_at", "works", ["community_id", "author_id", "shared_at"], unique=False)
    op.create_index("ix_works_community_id_state_shared_at", "works", ["community_id", "state", "shared_at"], unique=False)
    op.create_index("ix_works_stirred", "works", ["stirred"], unique=False)
    op.create_table(
        "work_tags",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("work_id", INT64, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "tag", "work_id", name="pk_work_tags"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_cards",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("card_id", INT64, autoincrement=False, nullable=False),
        sa.Column("work_id", INT64, nullable=False),
        sa.Column("user_id", INT64, nullable=True),
        sa.Column("chat_id", INT64, nullable=True),
        sa.Column("message_id", INT64, nullable=False),
        sa.Column("tells", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "card_id", name="pk_work_cards"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_work_cards_community_id_work_id", "work_cards", ["community_id", "work_id"], unique=False)
    op.create_table(
        "work_likes",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("work_id", INT64, autoincrement=False, nullable=False),
        sa.Column("giver_id", INT64, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "work_id", "giver_id", name="pk_work_likes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "channels",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("channel_id", INT64, nullable=False),
        sa.Column("refused_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", name="pk_channels"),
    )
    op.create_table(
        "work_copies",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("work_id", INT64, autoincrement=False, nullable=False),
        sa.Column("message_id", INT64, autoincrement=False, nullable=False),
        sa.Column("channel_id", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "work_id", "message_id", name="pk_work_copies"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("first_name", sa.String(length=256), nullable=False),
        sa.Column("last_name", sa.String(length=256), nullable=True),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("called", sa.String(length=64), nullable=True),
        sa.Column("language_code", sa.String(length=35), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("named_at", UTC, nullable=True),
        sa.Column("door", sa.String(length=16), server_default="unknown", nullable=False),
        sa.Column("door_at", UTC, nullable=True),
        sa.Column("data_given_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_people"),
    )
    op.create_index("ix_people_called", "people", ["called"], unique=False)
    op.create_table(
        "polls",
        sa.Column("poll_id", sa.String(length=64), nullable=False),
        sa.Column("community_id", INT64, nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("message_id", INT64, nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("poll_id", name="pk_polls"),
    )
    op.create_table(
        "received_updates",
        sa.Column("bot_id", INT64, autoincrement=False, nullable=False),
        sa.Column("update_id", INT64, autoincrement=False, nullable=False),
        sa.Column("part", INT64, autoincrement=False, nullable=False),
        sa.Column("received_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", "part", name="pk_received_updates"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_received_updates_received_at", "received_updates", ["received_at"], unique=False, postgresql_using="brin")
    op.create_table(
        "secret_keys",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secret_keys"),
    )
    op.create_table(
        "setups",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, nullable=True),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("begun_at", UTC, nullable=False),
        sa.Column("due_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", name="pk_setups"),
    )
    op.create_index("ix_setups_due_at", "setups", ["due_at"], unique=False)
    op.create_table(
        "staff",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("rights", DOCUMENT, nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("told_at", UTC, nullable=False),
        sa.Column("told_by", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", name="pk_staff"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_staff_user_id", "staff", ["user_id"], unique=False)
    op.create_table(
        "staff_lists",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("asked_at", UTC, nullable=True),
        sa.Column("known_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", name="pk_staff_lists"),
    )
    op.create_table(
        "standings",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("board", INT64, autoincrement=False, nullable=False),
        sa.Column("points", INT64, nullable=False),
        sa.Column("listed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "board", name="pk_standings"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_standings_board",
        "standings",
        ["community_id", "board", "listed", "points", "user_id"],
        unique=False,
    )
    op.create_table(
        "held_likes",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("message_id", INT64, autoincrement=False, nullable=False),
        sa.Column("giver_id", INT64, autoincrement=False, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "chat_id", "message_id", "giver_id", name="pk_held_likes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_held_likes_at", "held_likes", ["at"], unique=False)
    op.create_index("ix_held_likes_community_id_giver_id", "held_likes", ["community_id", "giver_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("bot_id", INT64, autoincrement=False, nullable=False),
        sa.Column("batch_id", INT64, autoincrement=False, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "batch_id", name="pk_inbox"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likenesses",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("ring", sa.LargeBinary(), nullable=False),
        sa.Column("oldest_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", name="pk_likenesses"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likes_between",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("author_id", INT64, autoincrement=False, nullable=False),
        sa.Column("giver", INT64, autoincrement=False, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("likes", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "author_id", "giver", "week", name="pk_likes_between"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "uncounted_days",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("times", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "day", "action", "reason", name="pk_uncounted_days"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "uncounted_lately",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("uncounted_id", INT64, autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "uncounted_id", name="pk_uncounted_lately"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "topics",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("topic", INT64, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "chat_id", "topic", name="pk_topics"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "badges",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("badge", sa.String(length=64), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "badge", name="pk_badges"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "challengers",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("challenge_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("joined_at", UTC, nullable=False),
        sa.Column("finished_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "challenge_id", "user_id", name="pk_challengers"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "challenges",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("challenge_id", INT64, autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=32), nullable=False),
        sa.Column("days", INT64, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("prize", INT64, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("chat_id", INT64, nullable=True),
        sa.Column("message_id", INT64, nullable=True),
        sa.Column("forum_topic", INT64, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "challenge_id", name="pk_challenges"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_challenges_state", "challenges", ["state"], unique=False)
    op.create_table(
        "checkins",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("brought_card", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "day", name="pk_checkins"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "streaks",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("streak", INT64, nullable=False),
        sa.Column("longest", INT64, nullable=False),
        sa.Column("cards", INT64, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("checkin_id", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", name="pk_streaks"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_streaks_community_id_checkin_id", "streaks", ["community_id", "checkin_id"])
    op.create_table(
        "level_runs",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("entry_id", INT64, nullable=False),
        sa.Column("curve", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_level_runs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "levels",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("level", INT64, nullable=False),
        sa.Column("tag", sa.String(length=16), nullable=True),
        sa.Column("tag_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "user_id", name="pk_levels"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_levels_community_id_tag_at", "levels", ["community_id", "tag_at"])
    op.create_table(
        "tag_runs",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("words", sa.String(length=400), nullable=True),
        sa.Column("renewed_to", INT64, nullable=True),
        sa.PrimaryKeyConstraint("community_id", name="pk_tag_runs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "level_rises",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("level", INT64, autoincrement=False, nullable=False),
        sa.Column("risen_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", "level", name="pk_level_rises"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_level_rises_community_id_risen_at", "level_rises", ["community_id", "risen_at"])
    op.create_table(
        "boards",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("board", INT64, autoincrement=False, nullable=False),
        sa.Column("archive_id", INT64, nullable=False),
        sa.Column("archived_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "board", name="pk_boards"),
        sa.UniqueConstraint("community_id", "archive_id", name="uq_boards_community_id_archive_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "board_lines",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("archive_id", INT64, autoincrement=False, nullable=False),
        sa.Column("line", INT64, autoincrement=False, nullable=False),
        sa.Column("rank", INT64, nullable=False),
        sa.Column("user_id", INT64, nullable=False),
        sa.Column("name", sa.String(length=256), nullable=True),
        sa.Column("points", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "archive_id", "line", name="pk_board_lines"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_board_lines_community_id_user_id", "board_lines", ["community_id", "user_id"])
    op.create_table(
        "badge_runs",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("entry_id", INT64, nullable=False),
        sa.Column("season", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_badge_runs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "role_runs",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_role_runs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roles",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("kept_at", UTC, nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "user_id", "role", name="pk_roles"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "occurrences",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", INT64, autoincrement=False, nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("is_moved", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=True),
        sa.Column("settled_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "kind", "key", name="pk_occurrences"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_occurrences_state_due_at", "occurrences", ["state", "due_at"], unique=False)
    op.create_table(
        "cocreations",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("round_id", INT64, autoincrement=False, nullable=False),
        sa.Column("theme", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("entries_until", UTC, nullable=False),
        sa.Column("voting_days", INT64, nullable=False),
        sa.Column("votes_until", UTC, nullable=True),
        sa.Column("manner", sa.String(length=16), nullable=True),
        sa.Column("chat_id", INT64, nullable=True),
        sa.Column("message_id", INT64, nullable=True),
        sa.Column("poll_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "round_id", name="pk_cocreations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cocreations_community_id_state", "cocreations", ["community_id", "state"], unique=False)
    op.create_index("ix_cocreations_poll_id", "cocreations", ["poll_id"], unique=False)
    op.create_table(
        "cocreation_entries",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("round_id", INT64, autoincrement=False, nullable=False),
        sa.Column("work_id", INT64, autoincrement=False, nullable=False),
        sa.Column("number", INT64, nullable=True),
        sa.Column("votes", INT64, nullable=True),
        sa.Column("place", INT64, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "round_id", "work_id", name="pk_cocreation_entries"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_cocreation_entries_community_id_work_id", "cocreation_entries", ["community_id", "work_id"], unique=False
    )
    op.create_table(
        "cocreation_themes",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("theme_id", INT64, autoincrement=False, nullable=False),
        sa.Column("theme", sa.String(length=80), nullable=False),
        sa.Column("is_used", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "theme_id", name="pk_cocreation_themes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "topic_bank",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("topic_id", INT64, autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("depth", sa.String(length=16), nullable=False),
        sa.Column("tags", sa.String(length=120), nullable=False),
        sa.Column("proposer_id", INT64, nullable=True),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "topic_id", name="pk_topic_bank"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "topic_days",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("key", INT64, autoincrement=False, nullable=False),
        sa.Column("topic_id", INT64, nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("depth", sa.String(length=16), nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("message_id", INT64, nullable=True),
        sa.Column("forum_topic", INT64, nullable=True),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("closes_at", UTC, nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("answered", INT64, nullable=True),
        sa.Column("active", INT64, nullable=True),
        sa.Column("is_pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_doubted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "key", name="pk_topic_days"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "topic_messages",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("message_id", INT64, autoincrement=False, nullable=False),
        sa.Column("key", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "chat_id", "message_id", name="pk_topic_messages"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_topic_messages_community_id_key", "topic_messages", ["community_id", "key"], unique=False)
    op.create_table(
        "topic_answers",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("key", INT64, autoincrement=False, nullable=False),
        sa.Column("author_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("message_id", INT64, nullable=False),
        sa.Column("best", INT64, nullable=True),
        sa.Column("featured", sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column("turn", INT64, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "key", "author_id", name="pk_topic_answers"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_topic_answers_community_id_message_id", "topic_answers", ["community_id", "message_id"], unique=False
    )
    op.create_table(
        "topic_reactions",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("chat_id", INT64, autoincrement=False, nullable=False),
        sa.Column("message_id", INT64, autoincrement=False, nullable=False),
        sa.Column("giver_id", INT64, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "chat_id", "message_id", "giver_id", name="pk_topic_reactions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_topic_reactions_giver_id", "topic_reactions", ["giver_id"], unique=False)
    op.create_table(
        "pace_runs",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("next_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_pace_runs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paces",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("pace", INT64, nullable=False),
        sa.Column("before", INT64, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", name="pk_paces"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_rounds",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("number", INT64, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("asker_id", INT64, nullable=True),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("closes_at", UTC, nullable=False),
        sa.Column("chat_id", INT64, nullable=False),
        sa.Column("message_id", INT64, nullable=True),
        sa.Column("poll_id", sa.String(length=64), nullable=True),
        sa.Column("stop_asked_at", UTC, nullable=True),
        sa.Column("is_doubted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "number", name="pk_poll_rounds"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_rounds_poll_id", "poll_rounds", ["poll_id"], unique=False)
    op.create_index("ix_poll_rounds_state_closes_at", "poll_rounds", ["state", "closes_at"], unique=False)
    op.create_table(
        "poll_options",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("number", INT64, autoincrement=False, nullable=False),
        sa.Column("place", INT64, autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("proposal_id", INT64, nullable=True),
        sa.Column("votes", INT64, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "number", "place", name="pk_poll_options"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_votes",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("number", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("options", sa.String(length=64), nullable=False),
        sa.Column("update_id", INT64, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "number", "user_id", name="pk_poll_votes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_votes_at", "poll_votes", ["at"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("proposal_id", INT64, autoincrement=False, nullable=False),
        sa.Column("proposer_id", INT64, nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("plain", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fault", sa.String(length=16), nullable=True),
        sa.Column("proposed_at", UTC, nullable=False),
        sa.Column("decided_by", INT64, nullable=True),
        sa.Column("decided_at", UTC, nullable=True),
        sa.Column("polls", INT64, nullable=False),
        sa.Column("topic_id", INT64, nullable=True),
        sa.Column("merged_into", INT64, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "proposal_id", name="pk_proposals"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_proposals_community_id_proposer_id_proposed_at", "proposals", ["community_id", "proposer_id", "proposed_at"], unique=False)
    op.create_index("ix_proposals_community_id_state_proposed_at", "proposals", ["community_id", "state", "proposed_at"], unique=False)
    op.create_table(
        "proposal_backers",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("proposal_id", INT64, autoincrement=False, nullable=False),
        sa.Column("user_id", INT64, autoincrement=False, nullable=False),
        sa.Column("backed_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "proposal_id", "user_id", name="pk_proposal_backers"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review_cards",
        sa.Column("community_id", INT64, autoincrement=False, nullable=False),
        sa.Column("card_id", INT64, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about_id", INT64, nullable=False),
        sa.Column("user_id", INT64, nullable=True),
        sa.Column("chat_id", INT64, nullable=True),
        sa.Column("message_id", INT64, nullable=False),
        sa.Column("tells", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "card_id", name="pk_review_cards"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_review_cards_community_id_kind_about_id", "review_cards", ["community_id", "kind", "about_id"], unique=False)
    op.create_index("ix_review_cards_community_id_message_id", "review_cards", ["community_id", "message_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_review_cards_community_id_message_id", table_name="review_cards")
    op.drop_index("ix_review_cards_community_id_kind_about_id", table_name="review_cards")
    op.drop_table("review_cards")
    op.drop_table("proposal_backers")
    op.drop_index("ix_proposals_community_id_proposer_id_proposed_at", table_name="proposals")
    op.drop_index("ix_proposals_community_id_state_proposed_at", table_name="proposals")
    op.drop_table("proposals")
    op.drop_index("ix_poll_votes_at", table_name="poll_votes")
    op.drop_table("poll_votes")
    op.drop_table("poll_options")
    op.drop_index("ix_poll_rounds_poll_id", table_name="poll_rounds")
    op.drop_index("ix_poll_rounds_state_closes_at", table_name="poll_rounds")
    op.drop_table("poll_rounds")
    op.drop_table("paces")
    op.drop_table("pace_runs")
    op.drop_index("ix_topic_reactions_giver_id", table_name="topic_reactions")
    op.drop_table("topic_reactions")
    op.drop_index("ix_topic_answers_community_id_message_id", table_name="topic_answers")
    op.drop_table("topic_answers")
    op.drop_index("ix_topic_messages_community_id_key", table_name="topic_messages")
    op.drop_table("topic_messages")
    op.drop_table("topic_days")
    op.drop_table("topic_bank")
    op.drop_table("cocreation_themes")
    op.drop_index("ix_cocreation_entries_community_id_work_id", table_name="cocreation_entries")
    op.drop_table("cocreation_entries")
    op.drop_index("ix_cocreations_poll_id", table_name="cocreations")
    op.drop_index("ix_cocreations_community_id_state", table_name="cocreations")
    op.drop_table("cocreations")
    op.drop_index("ix_occurrences_state_due_at", table_name="occurrences")
    op.drop_table("occurrences")
    op.drop_table("roles")
    op.drop_table("role_runs")
    op.drop_table("badge_runs")
    op.drop_index("ix_board_lines_community_id_user_id", table_name="board_lines")
    op.drop_table("board_lines")
    op.drop_table("boards")
    op.drop_index("ix_level_rises_community_id_risen_at", table_name="level_rises")
    op.drop_table("level_rises")
    op.drop_table("tag_runs")
    op.drop_index("ix_levels_community_id_tag_at", table_name="levels")
    op.drop_table("levels")
    op.drop_table("level_runs")
    op.drop_index("ix_streaks_community_id_checkin_id", table_name="streaks")
    op.drop_table("streaks")
    op.drop_table("checkins")
    op.drop_index("ix_challenges_state", table_name="challenges")
    op.drop_table("challenges")
    op.drop_table("challengers")
    op.drop_table("badges")
    op.drop_table("topics")
    op.drop_table("uncounted_lately")
    op.drop_table("uncounted_days")
    op.drop_table("likes_between")
    op.drop_table("likenesses")
    op.drop_table("inbox")
    op.drop_index("ix_held_likes_community_id_giver_id", table_name="held_likes")
    op.drop_index("ix_held_likes_at", table_name="held_likes")
    op.drop_table("held_likes")
    op.drop_index("ix_standings_board", table_name="standings")
    op.drop_table("standings")
    op.drop_table("private_menus")
    op.drop_table("default_menus")
    op.drop_table("offers")
    op.drop_table("menus")
    op.drop_index("ix_setups_due_at", table_name="setups")
    op.drop_table("setups")
    op.drop_index("ix_dialogues_user_id", table_name="dialogues")
    op.drop_table("dialogues")
    op.drop_table("audit")
    op.drop_table("staff_lists")
    op.drop_index("ix_staff_user_id", table_name="staff")
    op.drop_table("staff")
    op.drop_table("secret_keys")
    op.drop_index("ix_received_updates_received_at", table_name="received_updates")
    op.drop_table("received_updates")
    op.drop_table("polls")
    op.drop_index("ix_people_called", table_name="people")
    op.drop_table("people")
    op.drop_table("work_copies")
    op.drop_table("channels")
    op.drop_table("work_likes")
    op.drop_index("ix_work_cards_community_id_work_id", table_name="work_cards")
    op.drop_table("work_cards")
    op.drop_table("work_tags")
    op.drop_index("ix_works_community_id_author_id_shared_at", table_name="works")
    op.drop_index("ix_works_stirred", table_name="works")
    op.drop_index("ix_works_community_id_state_shared_at", table_name="works")
    op.drop_table("works")
    op.drop_table("admin_chats")
    op.drop_index("ix_questions_community_id_asked_at", table_name="questions")
    op.drop_index("ix_questions_community_id_answer_id", table_name="questions")
    op.drop_index("ix_questions_community_id_solved_at", table_name="questions")
    op.drop_table("questions")
    op.drop_index("ix_rejections_rejected_at", table_name="rejections")
    op.drop_index("ix_rejections_user_id", table_name="rejections")
    op.drop_table("rejections")
    op.drop_index("ix_outbox_state_priority_due_at_outbox_id_lane", table_name="outbox")
    op.drop_index("ix_outbox_state_due_at", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("opt_outs")
    op.drop_index("ix_messages_sent_at", table_name="messages")
    op.drop_index("ix_messages_community_id_author_id", table_name="messages")
    op.drop_table("messages")
    op.drop_index("ix_members_user_id", table_name="members")
    op.drop_table("members")
    op.drop_index("ix_member_days_community_id_day", table_name="member_days")
    op.drop_table("member_days")
    op.drop_table("ledger")
    op.drop_index("ix_failures_failed_at", table_name="failures")
    op.drop_table("failures")
    op.drop_index("ix_early_reactions_community_id_giver_id", table_name="early_reactions")
    op.drop_index("ix_early_reactions_at", table_name="early_reactions")
    op.drop_table("early_reactions")
    op.drop_table("earned_on_days")
    op.drop_index("ix_early_votes_user_id", table_name="early_votes")
    op.drop_index("ix_early_votes_at", table_name="early_votes")
    op.drop_table("early_votes")
    op.drop_index("ix_deliveries_sent_at", table_name="deliveries")
    op.drop_index("ix_deliveries_community_id_user_id_sent_at", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("communities")
    op.drop_index("ix_comings_at", table_name="comings")
    op.drop_table("comings")
    op.drop_index("ix_chats_community_id", table_name="chats")
    op.drop_table("chats")
    op.drop_table("balances")
