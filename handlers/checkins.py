"""`/checkin`, its word, and the button under other posts: a member checks in, once a day."""

from telegram import InlineKeyboardButton, Update

from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.faces import Asker, Face, View
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.texts import checkins as texts
from handlers.texts.reader import Html, Reader
from models import checkins, members, people
from models.checkins import CheckinsAreOff
from models.communities import Communities
from models.facts import Person
from models.people import Acquaintance
from models.refusals import NoSuchThing, NotForYou

# Under any post of Kith's in a group this button checks in who presses it; see `check_in_button`.
BUTTON = "checkinhere"


class WriteFirst(NotForYou):
    """Who pressed was never seen in the group, and anybody can press there: a word of theirs shows that they are in."""


def check_in_button(
    reader: Reader, here: Communities, *, word: str = BUTTON, about: tuple[int, ...] = ()
) -> InlineKeyboardButton | None:
    """The button that checks in who presses it, for a post in the group; none where checking in is off.

    Another `word` is for a post by which to check in means more, and says `about` what.
    """
    if not checkins.settings_of(here).on:
        return None
    return button(texts.check_in(reader), word, here.community_id, *about)


async def _line(context: Context, here: Communities, person: Acquaintance) -> Html:
    done = await checkins.check_in(context.session, here=here, user_id=person.user_id, at=context.asked_at)
    return texts.brief(context.reader, name=person.first_name, done=done)


async def _full(context: Context, who: Asker) -> View:
    done = await checkins.check_in(context.session, here=who.community, user_id=who.user_id, at=context.asked_at)
    return View(texts.full(who.reader, title=who.community.title, done=done))


FACE = Face("checkin", line=_line, full=_full, present=True)


async def on_command(update: Update, context: Context) -> None:
    """Check in who asks; what is forwarded asks nothing."""
    asked = update.effective_message
    if asked is None or asked.forward_origin is not None or asked.via_bot is not None:
        return
    await FACE.on_command(update, context)


async def on_pressed(update: Update, context: Context) -> None:
    """Check in who presses the button under a post in the group; only they see what is answered."""
    press, here = update.callback_query, context.community
    if press is None or here is None or ids_of(press.data, count=1) != (here.community_id,):
        raise NoSuchThing
    await known_here(update, context, here)
    done = await checkins.press(context.session, here=here, user_id=press.from_user.id, now=context.now)
    context.toast(update, texts.pressed(context.reader, done=done))


async def known_here(update: Update, context: Context, here: Communities) -> None:
    """Let only members of the group press; in a private group whoever can press is one, seen before or not."""
    press, chat = update.callback_query, update.effective_chat
    if press is None or chat is None:
        raise NoSuchThing
    who = press.from_user
    member = await members.find(context.session, community_id=here.community_id, user_id=who.id)
    if member is not None and member.is_there:
        return
    if member is not None or chat.username is not None or who.is_bot:
        raise WriteFirst
    person = Person(who.id, who.first_name, who.last_name, who.username, who.language_code)
    await people.meet(context.session, person=person, at=context.now)
    await members.meet(context.session, community_id=here.community_id, user_id=who.id, at=context.now)


FEATURE = Feature(
    name="checkins",
    switch="checkins",
    is_own=True,
    commands=(
        Command(name=FACE.word, about=texts.about, bare_in_groups=True, audience=Audience.MEMBERS, callback=on_command),
    ),
    buttons={FACE.word: FACE.on_chosen, BUTTON: on_pressed},
    starts={FACE.word: FACE.on_link},
    refusals={
        CheckinsAreOff: lambda reader, _refusal: texts.is_off(reader),
        WriteFirst: lambda reader, _refusal: texts.write_first(reader),
    },
)
