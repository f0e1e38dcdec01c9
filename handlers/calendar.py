"""`/calendar`: what the coming 14 days bring, for administrators in private, and what they decide of it."""

from datetime import date, datetime, time, timedelta

from telegram import InlineKeyboardButton, Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.faces import Asker, Face, View, asked_about
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.leading import Leading
from handlers.settings import RIGHT
from handlers.texts import calendar as texts
from handlers.texts.reader import Html, Reader
from handlers.texts.values import hour as clock_hour
from models import calendar
from models.calendar import Entry, IsOver, TooEarly, is_fixed, is_shown_only, kind_numbered, number_of
from models.communities import Communities
from models.occurrences import Place, Stage
from models.refusals import NoSuchThing
from models.rules.clock import Beat, Recurrence, day_of, key_of, moment_of
from models.rules.cocreations import SETTLE
from models.rules.days import local_day
from models.staff import IsNotStaff

WORD, ONE, SKIP, NOW, DAY, HOUR, MOVE = "calendar", "calone", "calskip", "calnow", "calday", "calhour", "calmove"
# The same, from who was asked whether it is meant.
NOW_SURELY, MOVE_SURELY = "calnowsure", "calmovesure"
BRING, BRING_SURELY = "calbring", "calbringsure"
PAGE = 14
HOURS_IN_A_ROW = 6
DAYS_IN_A_ROW = 3

Rows = list[list[InlineKeyboardButton]]


async def on_page(update: Update, context: Context) -> None:
    """An administrator turns the page, or has chosen a group."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    community_id, page = ids_of(press.data, count=2)
    await _show(update, context, community_id=community_id, user_id=press.from_user.id, page=page)


async def _show(
    update: Update,
    context: Context,
    *,
    community_id: int,
    user_id: int,
    page: int = 0,
    news: Html | None = None,
) -> None:
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    reader = _reader(context, community)
    entries = await calendar.coming(context.session, community=community, now=context.now)
    if not 0 <= page <= len(entries) // PAGE:
        raise NoSuchThing
    first = page * PAGE
    shown = entries[first : first + PAGE]
    numbers = [_button(Html(str(n)), ONE, entry.place) for n, entry in enumerate(shown, start=first + 1)]
    rows = [numbers[place : place + 7] for place in range(0, len(numbers), 7)]
    turning = [button(texts.before(reader), WORD, community_id, page - 1)] if page else []
    turning += [button(texts.after(reader), WORD, community_id, page + 1)] if len(entries) > first + PAGE else []
    text = texts.listed(reader, title=community.title, entries=entries, first=first + 1, most=PAGE, news=news)
    context.show(update, text, buttons=[*rows, turning] if turning else rows)


def _reader(context: Context, community: Communities) -> Reader:
    return Reader(context.reader.language, time_zone=community.time_zone)


def _button(label: Html, word: str, place: Place, *more: int) -> InlineKeyboardButton:
    return button(label, word, place.community_id, number_of(place.kind), place.key, *more)


async def _pressed(update: Update, context: Context, *, more: int = 0) -> tuple[Communities, int, Entry, list[int]]:
    """The group and the entry whose button was pressed by whom, with the other ids; their rights are looked at."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    community_id, number, key, *others = ids_of(press.data, count=3 + more)
    community = await staff.chosen(context, community_id=community_id, user_id=press.from_user.id, right=RIGHT)
    place = Place(community_id, kind_numbered(number), key)
    entry = await calendar.entry(context.session, community=community, place=place, now=context.now)
    return community, press.from_user.id, entry, others


async def on_one(update: Update, context: Context) -> None:
    """An administrator looks at one entry."""
    community, _, entry, _ = await _pressed(update, context)
    reader, place = _reader(context, community), entry.place
    rows: Rows = []
    if entry.state is Stage.PLANNED and not is_shown_only(place):
        if not is_fixed(place):
            rows.append([_button(texts.skip(reader), SKIP, place), _button(texts.move(reader), DAY, place)])
        rows.append([_button(texts.post_now(reader), NOW, place)])
    if calendar.can_come_back(entry, community=community):
        rows.append([_button(texts.bring_back(reader), BRING, place)])
    rows.append([button(texts.back(reader), WORD, place.community_id, 0)])
    context.show(update, texts.choice(reader, entry=entry), buttons=rows)


async def on_skip(update: Update, context: Context) -> None:
    """An administrator has something left out."""
    community, user_id, entry, _ = await _pressed(update, context)
    about = {"community": community, "place": entry.place, "user_id": user_id, "now": context.now}
    await calendar.skip(context.session, **about)  # type: ignore[arg-type]
    await _done(update, context, community, user_id, texts.skipped(_reader(context, community), entry=entry))


async def on_bring(update: Update, context: Context) -> None:
    """An administrator wants back what was left out."""
    await _bring(update, context, is_sure=False)


async def on_bring_surely(update: Update, context: Context) -> None:
    """They have seen what stands there already."""
    await _bring(update, context, is_sure=True)


async def _bring(update: Update, context: Context, *, is_sure: bool) -> None:
    community, user_id, entry, _ = await _pressed(update, context)
    reader = _reader(context, community)
    if not is_sure and entry.state is Stage.SKIPPED:
        surely = _button(texts.bring_back_all_the_same(reader), BRING_SURELY, entry.place)
        if await _has_one(update, context, community, entry, to=entry.due_at, surely=surely):
            return
    about = {"community": community, "place": entry.place, "user_id": user_id, "now": context.now}
    comes_at = await calendar.bring_back(context.session, **about)  # type: ignore[arg-type]
    await _done(update, context, community, user_id, texts.brought_back(reader, entry=entry, at=comes_at))


async def on_now(update: Update, context: Context) -> None:
    """An administrator does not want to wait."""
    await _hurry(update, context, is_sure=False)


async def on_now_surely(update: Update, context: Context) -> None:
    """They have seen what stands there already."""
    await _hurry(update, context, is_sure=True)


async def _hurry(update: Update, context: Context, *, is_sure: bool) -> None:
    community, user_id, entry, _ = await _pressed(update, context)
    if not is_sure:
        reader = _reader(context, community)
        surely = _button(texts.post_all_the_same(reader), NOW_SURELY, entry.place)
        if await _has_one(update, context, community, entry, to=context.now, surely=surely):
            return
    about = {"community": community, "place": entry.place, "user_id": user_id, "now": context.now}
    await calendar.hurry(context.session, **about)  # type: ignore[arg-type]
    await _done(update, context, community, user_id, texts.hurried(_reader(context, community), entry=entry))


async def _has_one(
    update: Update,
    context: Context,
    community: Communities,
    entry: Entry,
    *,
    to: datetime,
    surely: InlineKeyboardButton,
) -> bool:
    """Whether the day of `to` has such a one already; then it is named, and asked whether that is meant."""
    other = await calendar.beside(context.session, community=community, place=entry.place, to=to, now=context.now)
    if other is None:
        return False
    reader = _reader(context, community)
    rows = [[surely], [_button(texts.back(reader), ONE, entry.place)]]
    zone = community.time_zone
    is_today = local_day(to, time_zone=zone) == local_day(context.now, time_zone=zone)
    context.show(update, texts.has_one(reader, entry=entry, other=other, is_today=is_today), buttons=rows)
    return True


async def _done(update: Update, context: Context, community: Communities, user_id: int, news: Html) -> None:
    await _show(update, context, community_id=community.community_id, user_id=user_id, news=news)


async def on_day(update: Update, context: Context) -> None:
    """An administrator wants to move something: to which day?"""
    community, _, entry, _ = await _pressed(update, context)
    reader = _reader(context, community)
    today = local_day(context.now, time_zone=community.time_zone)
    days = [today + timedelta(days=ahead) for ahead in range(calendar.SHOWN.days)]
    choices = [_button(reader.day(day), HOUR, entry.place, key_of(Beat.DAY, day)) for day in days]
    rows = [choices[place : place + DAYS_IN_A_ROW] for place in range(0, len(choices), DAYS_IN_A_ROW)]
    rows.append([_button(texts.back(reader), ONE, entry.place)])
    context.show(update, texts.which_day(reader, entry=entry), buttons=rows)


def _day_called(key: int) -> date:
    try:
        return day_of(Recurrence(Beat.DAY, time()), key)
    except (ValueError, OverflowError) as error:
        raise NoSuchThing from error


async def on_hour(update: Update, context: Context) -> None:
    """The day is chosen: at which hour?"""
    community, _, entry, (key,) = await _pressed(update, context, more=1)
    reader, day = _reader(context, community), _day_called(key)
    hours = [hour for hour in range(24) if _moment(day, hour, community) > context.now]
    choices = [_button(clock_hour(hour), MOVE, entry.place, key * 100 + hour) for hour in hours]
    rows = [choices[place : place + HOURS_IN_A_ROW] for place in range(0, len(choices), HOURS_IN_A_ROW)]
    rows.append([_button(texts.back(reader), DAY, entry.place)])
    context.show(update, texts.which_hour(reader, entry=entry, day=day), buttons=rows)


def _moment(day: date, hour: int, community: Communities) -> datetime:
    return moment_of(day, time(hour), time_zone=community.time_zone)


async def on_move(update: Update, context: Context) -> None:
    """Day and hour are chosen."""
    await _move(update, context, is_sure=False)


async def on_move_surely(update: Update, context: Context) -> None:
    """They have seen what stands there already."""
    await _move(update, context, is_sure=True)


async def _move(update: Update, context: Context, *, is_sure: bool) -> None:
    community, user_id, entry, (packed,) = await _pressed(update, context, more=1)
    key, hour = divmod(packed, 100)
    if hour > 23:
        raise NoSuchThing
    to = _moment(_day_called(key), hour, community)
    if not is_sure:
        surely = _button(texts.move_all_the_same(_reader(context, community)), MOVE_SURELY, entry.place, packed)
        if await _has_one(update, context, community, entry, to=to, surely=surely):
            return
    about = {"community": community, "place": entry.place, "user_id": user_id, "now": context.now}
    await calendar.move(context.session, **about, to=to)  # type: ignore[arg-type]
    await _done(update, context, community, user_id, texts.moved(_reader(context, community), entry=entry, to=to))


async def _next(context: Context, who: Asker) -> View:
    """The next of each kind, for who does not run the group."""
    entries = await calendar.coming(context.session, community=who.community, now=context.now)
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.state is Stage.PLANNED and entry.place.kind != SETTLE.name and not entry.lacks:
            first.setdefault(entry.place.kind, entry)
    return View(texts.next_of_all(who.reader, title=who.community.title, entries=list(first.values())))


async def on_calendar(update: Update, context: Context) -> None:
    """Show the calendar to who runs a group, or the way there; to a member what comes next."""
    user = update.effective_user
    if context.community is None and user is not None:
        is_member = bool(await asked_about(context, user_id=user.id))
        if is_member and not await staff.led_by(context, user.id):
            await NEXT.on_command(update, context)
            return
    try:
        await LEADING.on_command(update, context)
    except IsNotStaff:
        await NEXT.on_command(update, context)


# What members see of it, in private.
NEXT = Face("calnext", full=_next, present=True)
LEADING = Leading(
    word=WORD,
    right=RIGHT,
    doorstep=texts.in_private,
    door=texts.open_calendar,
    show=_show,
    ids=(0,),
)
FEATURE = Feature(
    name="calendar",
    commands=(
        Command(name=WORD, about=texts.about, bare_in_groups=True, callback=on_calendar, audience=Audience.STAFF),
    ),
    buttons={
        WORD: on_page,
        ONE: on_one,
        SKIP: on_skip,
        NOW: on_now,
        DAY: on_day,
        HOUR: on_hour,
        MOVE: on_move,
        NOW_SURELY: on_now_surely,
        MOVE_SURELY: on_move_surely,
        BRING: on_bring,
        BRING_SURELY: on_bring_surely,
        NEXT.word: NEXT.on_chosen,
    },
    starts={WORD: LEADING.on_link, NEXT.word: NEXT.on_link},
    refusals={
        IsOver: lambda reader, _refusal: texts.is_over(reader),
        TooEarly: lambda reader, refusal: texts.too_early(reader, day=refusal.day),
    },
)
