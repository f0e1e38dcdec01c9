"""What is said about the daily topic and the calendar, with values that somebody could really meet."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

from handlers.texts import audit, calendar, setup, topics
from handlers.texts.reader import Html, Reader, lines
from models.audit import Audit
from models.calendar import HURRIED, MOVED, SKIPPED
from models.calendar import Entry as Timed
from models.occurrences import Place as When
from models.occurrences import Stage
from models.rules.kits import Kit
from models.rules.topic_files import Problem as FileProblem
from models.rules.topic_files import UnfitFile
from models.rules.topics import Depth, Dimension
from models.rules.topics import Reason as Chosen
from models.topic_days import Answer, Recap
from models.topics import ADDED, CHANGED, TopicBank, TopicDays

NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NAMES = {1: "Lin", 2: "Wei", 3: "小安"}
QUESTION = "What you learned <this> week"
TOPIC = TopicBank(
    community_id=1,
    topic_id=2,
    text=QUESTION,
    dimension="need",
    depth="easy",
    tags="habits, notes",
    is_retired=False,
    posted_on=date(2026, 11, 16),
)
TOPICS = (
    TOPIC,
    TopicBank(text="Which book would you lend?", dimension="brand", depth="deep", tags="", is_retired=True),
    TopicBank(
        text="What now?", dimension="hot", depth="normal", tags="", is_retired=False, wanted_on=date(2026, 11, 20)
    ),
)
DAY = TopicDays(key=2026_11_16, reason=Chosen.TURN, dimension="hot", depth="normal")
WANTED = TopicDays(key=2026_11_16, reason=Chosen.WANTED, dimension="hot", depth="normal")
BEST = (Answer(1, 2026_11_16, 1, -1001234567890, 77, 12), Answer(1, 2026_11_16, 3, -4321, 78, 3))
ENTRY = Timed(When(1, "topics.post", 2026_11_20), NOW)
PLANNED = (
    ENTRY,
    Timed(When(1, "topics.close", 2026_11_20), NOW),
    Timed(When(1, "topics.post", 2026_11_21), NOW, is_moved=True),
    Timed(When(1, "topics.post", 2026_11_22), NOW, state=Stage.SKIPPED, why="by_admin"),
    Timed(When(1, "of tomorrow", 7), NOW),
)


def _timed(action: str, **details: Any) -> Audit:
    about = {"audit_id": 1, "user_id": 1, "action": action, "reason": ""}
    return Audit(community_id=1, details=details, at=datetime(2026, 11, 16, 9, 5, tzinfo=UTC), **about)


TIMED_ACTS = (
    _timed(ADDED, number=1),
    _timed(ADDED, number=10, way="kit learning"),
    _timed(CHANGED, topic=2),
    _timed(SKIPPED, kind="topics.post", key=2026_11_20),
    _timed(HURRIED, kind="topics.close", key=2026_11_20),
    _timed(MOVED, kind="of tomorrow", key=7, after="2026-11-21T01:00:00+00:00"),
)


def _every_dimension(reader: Reader) -> Html:
    return lines(*[topics.dimension(reader, each) for each in Dimension])


def _every_depth(reader: Reader) -> Html:
    return lines(*[topics.depth(reader, each) for each in Depth])


def _bank(reader: Reader, *, is_on: bool, number: int) -> Html:
    counts = {Dimension.NEED: number, Dimension.BRAND: 0, Dimension.HOT: 0}
    news = topics.added(reader, number) if is_on else None
    return topics.panel(reader, title="Book Club", counts=counts, is_on=is_on, hour=9, news=news)


def _recap(reader: Reader, *, answered: int, best: Sequence[Answer], coming: str | None) -> Html:
    return topics.recap(reader, recap=Recap(answered, best), names=NAMES, coming=coming)


SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "audit.listed: of what is timed": partial(
        audit.listed, title="Book Club", acts=TIMED_ACTS, names={1: "Lin", 2: "Wei"}
    ),
    "setup.done: with a topic a day": partial(setup.done, title="Book Club", lacks=(), daily=9),
    "topics.about": topics.about,
    "topics.posted": partial(topics.posted, text=QUESTION),
    "topics.does_it_count": topics.does_it_count,
    "topics.propose": topics.propose,
    "topics.counts: not liked yet": partial(topics.counts, liked_by=0, wanted=3),
    "topics.counts: one will do": partial(topics.counts, liked_by=0, wanted=1),
    "topics.counts: liked by one": partial(topics.counts, liked_by=1, wanted=1),
    "topics.counts: liked by many": partial(topics.counts, liked_by=12, wanted=3),
    "topics.does_not_count": topics.does_not_count,
    "topics.too_late": topics.too_late,
    "topics.recap": partial(_recap, answered=12, best=BEST, coming="hot"),
    "topics.recap: one answer that nobody likes": partial(_recap, answered=1, best=(), coming=None),
    "topics.explained: its turn": partial(topics.explained, day=DAY, text=QUESTION, linked="https://t.me/c/1/2"),
    "topics.explained: promised": partial(topics.explained, day=WANTED, text=QUESTION, linked=None),
    "topics.no_topic_yet": topics.no_topic_yet,
    "topics.dimension": _every_dimension,
    "topics.depth": _every_depth,
    "topics.unanswered": partial(topics.unanswered, title="Book Club", text=QUESTION),
    "topics.missing": partial(topics.missing, title="Book Club"),
    "topics.in_private": topics.in_private,
    "topics.open_bank": topics.open_bank,
    "topics.nowhere": topics.nowhere,
    "topics.which": topics.which,
    "topics.panel: on, with one more": partial(_bank, is_on=True, number=1),
    "topics.panel: off": partial(_bank, is_on=False, number=12),
    "topics.add_one": topics.add_one,
    "topics.list_all": topics.list_all,
    "topics.load": topics.load,
    "topics.save": topics.save,
    **{f"topics.kit: {kit}": partial(topics.kit, kit=kit) for kit in Kit},
    "topics.write_one": topics.write_one,
    "topics.send_file": topics.send_file,
    "topics.saved": partial(topics.saved, title="Book Club"),
    "topics.added: none": partial(topics.added, number=0),
    "topics.added: many": partial(topics.added, number=10),
    "topics.listed": partial(topics.listed, title="Book Club", topics=TOPICS, first=7),
    "topics.listed: empty": partial(topics.listed, title="Book Club", topics=(), first=1),
    "topics.one": partial(topics.one, topic=TOPIC),
    "topics.retire": topics.retire,
    "topics.bring_back": topics.bring_back,
    "topics.why_today": topics.why_today,
    "topics.back": topics.back,
    "topics.newer": topics.newer,
    "topics.older": topics.older,
    "topics.too_many": topics.too_many,
    "topics.text_unfit": topics.text_unfit,
    **{f"topics.unfit: {problem}": partial(topics.unfit, unfit=UnfitFile(problem, 3)) for problem in FileProblem},
    "calendar.about": calendar.about,
    "calendar.in_private": calendar.in_private,
    "calendar.open_calendar": calendar.open_calendar,
    "calendar.nowhere": calendar.nowhere,
    "calendar.which": calendar.which,
    "calendar.kind": partial(calendar.kind, name="topics.post"),
    "calendar.listed": partial(calendar.listed, title="Book Club", entries=PLANNED, first=1),
    "calendar.listed: empty": partial(calendar.listed, title="Book Club", entries=(), first=1),
    "calendar.one": partial(calendar.one, entry=ENTRY),
    "calendar.one: moved": partial(calendar.one, entry=PLANNED[2]),
    "calendar.one: skipped": partial(calendar.one, entry=PLANNED[3]),
    "calendar.skip": calendar.skip,
    "calendar.move": calendar.move,
    "calendar.post_now": calendar.post_now,
    "calendar.back": calendar.back,
    "calendar.before": calendar.before,
    "calendar.after": calendar.after,
    "calendar.which_day": partial(calendar.which_day, entry=ENTRY),
    "calendar.which_hour": partial(calendar.which_hour, entry=ENTRY, day=TODAY),
    "calendar.skipped": partial(calendar.skipped, entry=ENTRY),
    "calendar.moved": partial(calendar.moved, entry=ENTRY, to=NOW),
    "calendar.hurried": partial(calendar.hurried, entry=ENTRY),
    "calendar.is_over": calendar.is_over,
    "calendar.was": partial(calendar.was, kind_name="topics.post", key=2026_11_20),
}
