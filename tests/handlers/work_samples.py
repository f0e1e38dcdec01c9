"""What is said about members' work and the admin chat, with values that somebody could really meet."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from handlers.texts import admin_chats, audit, cards, featuring, withdrawing, works
from handlers.texts.reader import Html, Reader, lines
from models.audit import Audit
from models.cocreation_entries import Entering
from models.pseudonyms import HIGHEST_BIT
from models.rules.works import Fault, Form, Grade, Ground, Proposal, Stage
from models.works import Works

NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
NAMES = {1: "Lin", 3: "小安"}


def _work(number: int, form: Form, stage: Stage = Stage.WAITING, **about: Any) -> Works:
    place = {"chat_id": -1001234567890, "message_id": number, "author_id": 3, "shared_at": NOW}
    return Works(**{**place, **about}, form=form.value, state=stage.value)


WAITING = (_work(77, Form.PICTURE), _work(78, Form.TEXT), _work(79, Form.ALBUM))
PROPOSED = Proposal(Grade.EXCELLENT, (Ground.MADE, Ground.WORDS, Ground.LIKED))


def _card(work: Works, proposal: Proposal = PROPOSED, earlier: Works | None = None) -> Callable[[Reader], Html]:
    shown = cards.Shown("Book Club", work, NAMES, proposal, earlier)
    return partial(cards.card, shown=shown)


def _alone(accepted_by: int) -> Callable[[Reader], Html]:
    about = {"is_by_only_leader": True, "accepted_by": accepted_by}
    shown = cards.Shown("Book Club", WAITING[0], NAMES, Proposal(Grade.FAIR, ()), None, **about)  # type: ignore[arg-type]
    return partial(cards.card, shown=shown)


def _declined(fault: Fault) -> Callable[[Reader], Html]:
    work = _work(77, Form.PICTURE, Stage.DECLINED, fault=fault.value)
    return partial(works.declined, title="Book Club", work=work)


BOARD = works.Board("Book Club", WAITING, 1203, NAMES, tags=("binding", "手帳"))
EMPTY = works.Board("Book Club", (), 0, {})
TAGGED = works.Board("Book Club", WAITING[:1], 1, NAMES, tag="手帳", tags=("手帳",))

FORGOTTEN = [
    Audit(community_id=1, user_id=9, member_id=8, action=action, points=200, details={}, at=NOW)
    for action in ("work_accepted", "work_featured", "work_declined")
]
ENTERED = Entering("Autumn light", NOW)

SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "works.about_share": works.about_share,
    "works.about_works": works.about_works,
    "works.about_featured": works.about_featured,
    "works.about_queue": works.about_queue,
    "works.shared": partial(works.shared, entered=Entering(None)),
    "works.shared: takes part": partial(works.shared, entered=ENTERED),
    "works.shared: enough take part": partial(works.shared, entered=Entering("Autumn light", NOW, has_enough=True)),
    "works.line": partial(works.line, work=WAITING[0], names=NAMES),
    "works.form": lambda reader: lines(*[works.form(reader, form=form) for form in Form]),
    "cards.grade": lambda reader: lines(*[cards.grade(reader, grade=grade) for grade in Grade]),
    "cards.ground": lambda reader: lines(*[cards.ground(reader, ground=ground) for ground in Ground]),
    "cards.fault": lambda reader: lines(*[cards.fault(reader, fault=fault) for fault in Fault]),
    "cards.card": _card(WAITING[0]),
    "cards.card: worth more to its author": partial(
        cards.card, shown=cards.Shown("Book Club", WAITING[0], NAMES, PROPOSED, None, factor=125, day=NOW.date())
    ),
    "cards.card: nothing speaks for it": _card(WAITING[1], Proposal(Grade.FAIR, ())),
    "cards.card: much like another": _card(WAITING[2], Proposal(Grade.FAIR, (Ground.SEEN_BEFORE,)), WAITING[0]),
    "cards.card: accepted": _card(_work(77, Form.VIDEO, Stage.ACCEPTED, grade=2, points=200, decided_by=1)),
    "cards.card: accepted by who was forgotten": _card(
        _work(77, Form.VIDEO, Stage.ACCEPTED, grade=2, points=200, decided_by=9)
    ),
    "audit.administrator": audit.administrator,
    "audit.listed: by and about who was forgotten": partial(audit.listed, title="Book Club", acts=FORGOTTEN, names={}),
    "cards.card: accepted by members": _card(_work(77, Form.VIDEO, Stage.ACCEPTED, grade=1, points=100)),
    "cards.card: featured": _card(_work(77, Form.VOICE, Stage.FEATURED, grade=3, points=800, decided_by=1)),
    "cards.card: cut by the day's cap": _card(
        _work(77, Form.VIDEO, Stage.ACCEPTED, grade=3, points=25, cut_by="daily_cap", decided_by=1)
    ),
    "cards.card: its author is frozen": _card(
        _work(77, Form.VIDEO, Stage.FEATURED, grade=3, points=300, cut_by="frozen", decided_by=1)
    ),
    "cards.card: declined": _card(_work(77, Form.LINK, Stage.DECLINED, fault="advert", decided_by=1)),
    "cards.card: taken back": _card(_work(77, Form.LINK, Stage.WITHDRAWN, decided_by=3)),
    "cards.card: its author was forgotten": _card(
        _work(77, Form.LINK, Stage.WITHDRAWN, author_id=-HIGHEST_BIT, decided_by=-HIGHEST_BIT)
    ),
    "cards.card: of the only administrator": _alone(accepted_by=0),
    "cards.card: of the only administrator, accepted by members": _alone(accepted_by=3),
    "cards.card: featuring it is worth more": partial(
        cards.card,
        shown=cards.Shown(
            "Book Club",
            _work(77, Form.VIDEO, Stage.ACCEPTED, grade=2, points=200, decided_by=1),
            NAMES,
            PROPOSED,
            None,
            factor=115,
            day=NOW.date(),
        ),
    ),
    "cards.booked": partial(cards.booked, points=115),
    "cards.stands_outside": partial(cards.stands_outside, theme="Letters"),
    "cards.accept": partial(cards.accept, grade=Grade.FAIR, points=100, is_proposed=False),
    "cards.accept: proposed": partial(cards.accept, grade=Grade.GOOD, points=200, is_proposed=True),
    "cards.accept: excellent": partial(cards.accept, grade=Grade.EXCELLENT, points=300, is_proposed=False),
    "cards.decline": cards.decline,
    "cards.feature": partial(cards.feature, points=500),
    "cards.undo": cards.undo,
    "cards.show": cards.show,
    "cards.is_gone": cards.is_gone,
    "cards.is_protected": cards.is_protected,
    "cards.stayed_behind": cards.stayed_behind,
    "cards.back": cards.back,
    "works.declined": _declined(Fault.OFF_TOPIC),
    "works.declined: not their own": _declined(Fault.NOT_OWN),
    "works.declined: too thin": _declined(Fault.TOO_THIN),
    "works.declined: seen before": _declined(Fault.SEEN_BEFORE),
    "works.declined: an advert": _declined(Fault.ADVERT),
    "works.waiting": partial(works.waiting, title="Book Club", count=3, since=NOW),
    "works.waiting: one": partial(works.waiting, title="Book Club", count=1, since=NOW),
    "works.waiting: one takes part": partial(
        works.waiting, title="Book Club", count=3, since=NOW, taking_part=(ENTERED, 1)
    ),
    "works.waiting: two take part": partial(
        works.waiting, title="Book Club", count=3, since=NOW, taking_part=(ENTERED, 2)
    ),
    "works.see_queue": works.see_queue,
    "works.which": works.which,
    "works.queue": partial(works.queue, title="Book Club", works=WAITING, count=1203, names=NAMES),
    "works.queue: nothing": partial(works.queue, title="Book Club", works=(), count=0, names={}),
    "works.featured_brief": partial(works.featured_brief, board=BOARD),
    "works.featured_brief: nothing": partial(works.featured_brief, board=EMPTY),
    "works.featured_full": partial(works.featured_full, board=BOARD),
    "works.featured_full: nothing": partial(works.featured_full, board=EMPTY),
    "works.works_brief": partial(works.works_brief, board=BOARD),
    "works.works_brief: by a tag": partial(works.works_brief, board=TAGGED),
    "works.works_brief: nothing": partial(works.works_brief, board=EMPTY),
    "works.works_full": partial(works.works_full, board=BOARD),
    "works.works_full: nothing by a tag": partial(
        works.works_full, board=works.Board("Book Club", (), 0, {}, tag="手帳", tags=("binding",))
    ),
    "works.are_off": works.are_off,
    "works.how_to_share": partial(works.how_to_share, title="Book Club", hashtags=("share", "mywork", "作品")),
    "works.how_to_share: without a hashtag": partial(works.how_to_share, title="Book Club", hashtags=()),
    "works.nothing_shared": works.nothing_shared,
    "works.shared_before": works.shared_before,
    "works.shared_enough": partial(works.shared_enough, most=5),
    "works.shared_enough: one": partial(works.shared_enough, most=1),
    "works.nothing_to_review": works.nothing_to_review,
    "works.decided_before": works.decided_before,
    "works.own_work": works.own_work,
    "withdrawing.take_back": withdrawing.take_back,
    "withdrawing.taken_back": withdrawing.taken_back,
    "withdrawing.not_yours": withdrawing.not_yours,
    "withdrawing.is_reviewed": withdrawing.is_reviewed,
    "works.own_tag": lambda reader: Html(works.own_tag(reader, ("cocreate", "共創", "共创")) or ""),
    "works.own_tag: of the group's own": lambda reader: Html(works.own_tag(reader, ("art", "手工")) or ""),
    "featuring.no_answer": partial(featuring.no_answer, reason="too_short"),
    "featuring.by_administrators": featuring.by_administrators,
    "admin_chats.about": admin_chats.about,
    "admin_chats.which": admin_chats.which,
    "admin_chats.chosen": partial(admin_chats.chosen, title="Book Club", here=True),
    "admin_chats.chosen: not any more": partial(admin_chats.chosen, title="Book Club", here=False),
    "admin_chats.only_there": admin_chats.only_there,
    "admin_chats.nothing_else": admin_chats.nothing_else,
}
