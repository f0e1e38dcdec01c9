"""Members share what they made, by a hashtag or a command: it is written down and shown to who reviews it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import admin_chats, cocreation_entries, cocreations, fairness, outbox, work_cards, works
from models.bulk import upsert
from models.cocreation_entries import Entering
from models.cocreations import CocreationOutside
from models.communities import Communities
from models.events import Event
from models.facts import Batch
from models.ids import new_id
from models.refusals import Refused
from models.rules import sources
from models.rules import works as rules
from models.rules.clock import moment_of
from models.rules.cocreations import CocreationsSettings
from models.rules.days import local_day
from models.rules.fairness import Reason, Uncounted
from models.rules.hashtags import tags_of
from models.rules.works import WORK, Form, Stage, WorksSettings
from models.signs import Sign, SignDue
from models.works import Works, WorkShared, WorkTags, signed


class SharedBefore(Refused):
    """The work was shared already; `work_id` is the number that it has, if that is known.

    `shared_at` is when, where it is its author's work still, which one that was declined is not.
    """

    def __init__(self, work_id: int | None = None, shared_at: datetime | None = None) -> None:
        super().__init__()
        self.work_id = work_id
        self.shared_at = shared_at


class SharedEnough(Refused):
    """A member has shared as many works today as the group wants."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class NothingToReview(Refused):
    """There is too little in it to be a work."""


class NewWork(NamedTuple):
    """A work that somebody shares, before it is written down."""

    chat_id: int
    message_id: int
    album: str | None
    author_id: int
    form: Form
    letters: int
    mark: int | None
    tags: Sequence[str]
    at: datetime

    @property
    def source(self) -> str:
        """What makes it one: the message, or the album, however many pictures of it are shared."""
        return sources.as_one(self.chat_id, self.message_id, self.album)


class Home(NamedTuple):
    """The community of works that are shared, as far as it is needed."""

    community_id: int
    time_zone: str
    settings: WorksSettings
    cocreations: CocreationsSettings | None = None


def observe(connection: Connection, batch: Batch) -> None:
    """Note what the batch's messages share by a hashtag."""
    chosen = batch.enabled("works", WorksSettings())
    if not chosen:
        return
    together = batch.enabled("cocreations", CocreationsSettings())
    tags = {
        chat_id: (*settings.hashtags, *(together[chat_id].hashtags if chat_id in together else ()))
        for chat_id, settings in chosen.items()
    }
    for fact in batch.tagged(tags):
        if fact.person is None:
            continue
        settings = chosen[fact.place.chat_id]
        served = batch.communities[fact.place.chat_id]
        letters = max(0, fact.letters - sum(len(tag.encode()) for tag in fact.tags))
        work = NewWork(
            fact.place.chat_id,
            fact.message_id,
            fact.album,
            fact.person.user_id,
            Form(fact.form),
            letters,
            fact.mark,
            fact.tags,
            fact.at,
        )
        theirs = together.get(fact.place.chat_id)
        takes_part = theirs is not None and not tags_of(theirs.hashtags).isdisjoint(fact.tags)
        home = Home(served.community_id, served.time_zone, settings, theirs if takes_part else None)
        try:
            entered = share_now(connection, work, home, now=batch.now)
        except SharedEnough:
            day = local_day(fact.at, time_zone=served.time_zone)
            left = Uncounted(
                home.community_id, work.author_id, WORK.action, Reason.DAILY_CAP, work.source, fact.at, day
            )
            fairness.note(connection, [left])
        except (SharedBefore, NothingToReview):
            # Nobody has asked, so nobody waits for an answer.
            continue
        if takes_part and tags_of(settings.hashtags).isdisjoint(fact.tags):
            _tell_outside(connection, work, home, entered, now=batch.now)


def _tell_outside(connection: Connection, work: NewWork, home: Home, entered: Entering, *, now: datetime) -> None:
    """Whoever meant a co-creation, and only that, is told if their work does not take part."""
    number = entered.round_id if entered.has_enough else None
    if entered.theme is None:
        number = cocreation_entries.missed(connection, community_id=home.community_id)
    if number is None:
        return
    place = {"chat_id": work.chat_id, "message_id": work.message_id}
    told = CocreationOutside(home.community_id, number, work.author_id, **place, has_enough=entered.has_enough)
    outbox.put_now(connection, [told], due_at=now)


_COLUMNS = (
    "community_id",
    "work_id",
    "source",
    "chat_id",
    "message_id",
    "author_id",
    "form",
    "letters",
    "mark",
    "shared_at",
    "state",
    "turn",
)


_BEFORE = (Works.work_id, Works.shared_at, Works.state, Works.author_id)


def share_now(
    connection: Connection, work: NewWork, home: Home, *, now: datetime, by_command: bool = False
) -> Entering:
    """Write a work down and have it reviewed; it takes part in the co-creation that is open, where `home` has those.

    By a command it is shared now, however long ago it was written: it counts for today, and has waited since now.
    Raises `NothingToReview`, `SharedEnough` or `SharedBefore`.
    """
    if not rules.is_work(form=work.form, letters=work.letters, settings=home.settings):
        raise NothingToReview
    if work.album:
        # Telegram puts all reactions to an album on its first piece, whichever of them bears the hashtag.
        first = works.first_piece(
            connection,
            community_id=home.community_id,
            chat_id=work.chat_id,
            message_id=work.message_id,
            album=work.album,
        )
        work = work._replace(message_id=first)
    here = (Works.community_id == home.community_id, Works.source == work.source)
    before = connection.execute(select(*_BEFORE).where(*here)).first()
    # What somebody shared who was forgotten since is not theirs any more, though they wrote it.
    waits_again = before is not None and before.state == Stage.WITHDRAWN and before.author_id == work.author_id
    if before is not None and not (by_command and waits_again):
        is_theirs = before.state not in cocreation_entries.GONE and before.author_id == work.author_id
        raise SharedBefore(before.work_id, before.shared_at if is_theirs else None)
    shared_at = now if by_command else work.at
    if _others_on_the_day(connection, work, home, shared_at) >= home.settings.most_a_day:
        raise SharedEnough(home.settings.most_a_day)
    number = _written(connection, work, home, shared_at) if before is None else before.work_id
    if before is not None:
        _write_again(connection, home, number, shared_at)
    tags = sorted(set(work.tags) - tags_of(home.settings.hashtags))
    upsert(connection, WorkTags, ("community_id", "tag", "work_id"), [(home.community_id, tag, number) for tag in tags])
    is_again = before is not None and _day(before.shared_at, home) == _day(shared_at, home)
    sign = SignDue(home.community_id, work.chat_id, work.message_id, Sign.SEEN)
    outbox.put_now(connection, [*_news(connection, home, number, is_again=is_again), sign], due_at=now)
    return _enter(connection, work, home, work_id=number, shared_at=shared_at)


def _news(connection: Connection, home: Home, work_id: int, *, is_again: bool) -> list[Event]:
    """What shows a work to who reviews it.

    Whoever takes it back and shares it again, over and over, would send each of them as many cards: on one day the
    cards that lie there are changed.
    """
    if is_again:
        return work_cards.all_changed(connection, community_id=home.community_id, work_id=work_id)
    told = admin_chats.addressees_of(connection, home.community_id)
    return [WorkShared(home.community_id, work_id, one.user_id, one.chat_id) for one in told]


def _written(connection: Connection, work: NewWork, home: Home, shared_at: datetime) -> int:
    """Write a new work down; returns its number. Raises `SharedBefore` if somebody was faster."""
    number, mark = new_id(), None if work.mark is None else signed(work.mark)
    row = (home.community_id, number, work.source, work.chat_id, work.message_id, work.author_id, work.form.value)
    fresh = upsert(
        connection,
        Works,
        _COLUMNS,
        [(*row, work.letters, mark, shared_at, Stage.WAITING.value, 0)],
        once_by=("community_id", "source"),
        returning=("work_id",),
    )
    if not fresh:
        raise SharedBefore
    return number


def _write_again(connection: Connection, home: Home, work_id: int, shared_at: datetime) -> None:
    """Have a work wait once more that its author had taken back."""
    here = (Works.community_id == home.community_id, Works.work_id == work_id)
    values = {"state": Stage.WAITING, "shared_at": shared_at, "decided_by": None, "decided_at": None, "stirred": True}
    connection.execute(update(Works).where(*here).values(**values))
    # Another work may have its place in a co-creation by now, so that it is asked for anew.
    cocreation_entries.leave(connection, community_id=home.community_id, work_id=work_id)


def _enter(connection: Connection, work: NewWork, home: Home, *, work_id: int, shared_at: datetime) -> Entering:
    if home.cocreations is None:
        return Entering(None)
    return cocreation_entries.enter(
        connection,
        community_id=home.community_id,
        work_id=work_id,
        author_id=work.author_id,
        most=home.cocreations.entries_each,
        shared_at=shared_at,
    )


def _day(moment: datetime, home: Home) -> date:
    return local_day(moment, time_zone=home.time_zone)


def _others_on_the_day(connection: Connection, work: NewWork, home: Home, at: datetime) -> int:
    """How many works beside that one its author has shared on the day of a moment."""
    day = _day(at, home)
    since, until = [moment_of(one, time(), time_zone=home.time_zone) for one in (day, day + timedelta(days=1))]
    theirs = (Works.community_id == home.community_id, Works.author_id == work.author_id, Works.source != work.source)
    counted = select(func.count()).select_from(Works).where(*theirs, Works.shared_at >= since, Works.shared_at < until)
    return connection.execute(counted).scalar_one()


async def share(session: AsyncSession, *, community: Communities, work: NewWork, now: datetime) -> Entering:
    """The same for a work that somebody shares by a command; raises `WorksAreOff` too.

    What was shared before takes part all the same, if it was since the co-creation is open: who forgot the hashtag.
    """
    together = cocreations.settings_of(community)
    settings = works.in_force(community)
    home = Home(community.community_id, community.time_zone, settings, together if together.on else None)
    connection = await session.connection()
    outbox.look_for(session)
    try:
        return await connection.run_sync(lambda sync: share_now(sync, work, home, now=now, by_command=True))
    except SharedBefore as before:
        number, shared_at = before.work_id, before.shared_at
        if number is None or shared_at is None:
            raise
        about = {"work_id": number, "shared_at": shared_at}
        entered = await connection.run_sync(lambda sync: _enter(sync, work, home, **about))  # type: ignore[arg-type]
        if entered.theme is None or not entered.is_new:
            raise
        return entered
