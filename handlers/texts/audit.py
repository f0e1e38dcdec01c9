"""What `/audit` says: each act of an administrator's in a line."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from handlers.texts import calendar, setup
from handlers.texts.reader import Html, Reader, lines, paragraphs
from handlers.texts.settings import several
from models import challenges, cocreations, featuring, proposal_decisions, rounds
from models.audit import Audit
from models.calendar import BROUGHT_BACK, HURRIED, MOVED, SKIPPED
from models.rules.corrections import Kind
from models.rules.setup import Template
from models.settings import Change
from models.topics import ADDED, CHANGED


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("what administrators did")


def in_private(reader: Reader) -> Html:
    """The short answer in a group."""
    return reader.say("That's for administrators, in private.")


def see(reader: Reader) -> Html:
    """The button that leads to the private chat."""
    return reader.say("See the list")


def newer(reader: Reader) -> Html:
    """The button to the page before."""
    return reader.say("‹ Newer")


def older(reader: Reader) -> Html:
    """The button to the page after."""
    return reader.say("Older ›")


def listed(reader: Reader, *, title: str, acts: Sequence[Audit], names: Mapping[int, str]) -> Html:
    """A page of the list, the latest first."""
    heading = reader.say("<b>{title}</b>: what administrators did", title=reader.title(title))
    if not acts:
        return paragraphs(heading, reader.say("Nothing yet."))
    return paragraphs(heading, *[_act(reader, act, names) for act in acts])


def administrator(reader: Reader) -> Html:
    """An administrator whose name is not known: they were forgotten, or it shows nothing."""
    return reader.say("An administrator")


def _act(reader: Reader, act: Audit, names: Mapping[int, str]) -> Html:
    what = _what(reader, act, names)
    if act.reason:
        what = reader.say("{what}: {reason}", what=what, reason=act.reason)
    return lines(reader.say("<i>{moment}</i>", moment=reader.moment(act.at)), what)


def _scheduled(reader: Reader, act: Audit, who: Html) -> Html:
    what = calendar.was(reader, kind_name=str(act.details.get("kind")), key=int(act.details.get("key", 0)))
    if act.action == SKIPPED:
        return reader.say("{who} skipped this: {what}", who=who, what=what)
    if act.action == HURRIED:
        return reader.say("{who} posted this at once: {what}", who=who, what=what)
    if act.action == BROUGHT_BACK:
        return reader.say("{who} brought this back: {what}", who=who, what=what)
    to = reader.moment(datetime.fromisoformat(act.details["after"]))
    return reader.say("{who} moved this to {moment}: {what}", who=who, moment=to, what=what)


def _what(reader: Reader, act: Audit, names: Mapping[int, str]) -> Html:
    who = reader.name(names.get(act.user_id), otherwise=administrator(reader))
    whom = reader.name(names.get(act.member_id or 0), otherwise=reader.say("a member"))
    for said in (_corrected, _reviewed):
        sentence = said(reader, act, who, whom)
        if sentence is not None:
            return sentence
    return _SAID[act.action](reader, act, who) if act.action in _SAID else _changed(reader, act, who)


def _corrected(reader: Reader, act: Audit, who: Html, whom: Html) -> Html | None:
    points = reader.points_in_words(abs(act.points or 0))
    match act.action:
        case Kind.GRANT:
            return reader.say("{who} gave {whom} {points}", who=who, whom=whom, points=points)
        case Kind.DEDUCT:
            return reader.say("{who} took {points} from {whom}", who=who, whom=whom, points=points)
        case Kind.REVERSE if (act.points or 0) > 0:
            return reader.say("{who} gave {points} back to {whom}", who=who, whom=whom, points=points)
        case Kind.REVERSE:
            return reader.say("{who} undid {points} of {whom}'s", who=who, whom=whom, points=points)
        case Kind.FREEZE:
            return reader.say("{who} stopped {whom} from earning", who=who, whom=whom)
        case Kind.UNFREEZE:
            return reader.say("{who} let {whom} earn again", who=who, whom=whom)
    return None


def _reviewed(reader: Reader, act: Audit, who: Html, whom: Html) -> Html | None:
    points = reader.points_in_words(abs(act.points or 0))
    match act.action:
        case "work_accepted":
            return reader.say("{who} accepted a work by {whom} ({points})", who=who, whom=whom, points=points)
        case "work_featured":
            return reader.say("{who} featured a work by {whom} ({points})", who=who, whom=whom, points=points)
        case featuring.ANSWER_FEATURED:
            return reader.say("{who} featured an answer by {whom} ({points})", who=who, whom=whom, points=points)
        case featuring.ANSWER_UNFEATURED:
            return reader.say("{who} took back that an answer by {whom} is featured", who=who, whom=whom)
        case "work_declined":
            return reader.say("{who} declined a work by {whom}", who=who, whom=whom)
        case proposal_decisions.ADMITTED:
            return reader.say("{who} approved a topic that {whom} proposed", who=who, whom=whom)
        case proposal_decisions.DECLINED:
            return reader.say("{who} declined a topic that {whom} proposed", who=who, whom=whom)
        case "work_undone":
            return reader.say("{who} took back what was decided about a work by {whom}", who=who, whom=whom)
    return None


def _changed(reader: Reader, act: Audit, who: Html) -> Html:
    changes = [Change(*each) for each in act.details.get("changes", ())]
    way, _, template = str(act.details.get("way", "")).partition(" ")
    if way == "template" and template in set(Template):
        named = setup.template_named(reader, Template(template))
        what = reader.say("{who} chose the template “{template}”", who=who, template=named)
    elif way == "file":
        what = reader.say("{who} loaded settings from a file", who=who)
    else:
        what = reader.say("{who} changed the settings", who=who)
    return lines(what, several(reader, changes=changes, most=3))


def _challenged(reader: Reader, act: Audit, who: Html) -> Html:
    days = reader.number(act.details.get("days", 0))
    return reader.say("{who} started a challenge ({days} days)", who=who, days=days)


def _topics_added(reader: Reader, act: Audit, who: Html) -> Html:
    number = int(act.details.get("number", 0))
    return reader.say_many("{who} added {number} topic", "{who} added {number} topics", number, who=who)


_SAID: Mapping[str, Callable[[Reader, Audit, Html], Html]] = {
    challenges.STARTED: _challenged,
    cocreations.OPENED: lambda reader, _, who: reader.say("{who} opened a co-creation", who=who),
    cocreations.CALLED_OFF: lambda reader, _, who: reader.say("{who} called a co-creation off", who=who),
    cocreations.THEMES_CHANGED: lambda reader, _, who: reader.say("{who} changed the list of themes", who=who),
    challenges.STOPPED: lambda reader, _, who: reader.say("{who} stopped a challenge", who=who),
    rounds.HELD: lambda reader, _, who: reader.say("{who} held a poll", who=who),
    ADDED: _topics_added,
    CHANGED: lambda reader, _, who: reader.say("{who} changed a topic", who=who),
    "channel": lambda reader, _, who: reader.say("{who} chose another channel", who=who),
    "adminchat": lambda reader, _, who: reader.say("{who} chose another admin chat", who=who),
    SKIPPED: _scheduled,
    MOVED: _scheduled,
    HURRIED: _scheduled,
    BROUGHT_BACK: _scheduled,
}
