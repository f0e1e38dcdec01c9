"""What is said about polls and proposals, with values that somebody could really meet."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from handlers.texts import polls, proposals
from handlers.texts.reader import Html, Reader
from models.ballots import Verdict
from models.proposals import Proposals
from models.rules.polls import Fate
from models.rules.proposals import Fault, Stage

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BOOK, TOOL = "A book to lend", "想念的工具"


def proposal(state: Stage, text: str = BOOK, fault: Fault | None = None, *, decided_by: int = 1) -> Proposals:
    told = {"proposal_id": 5, "proposer_id": 2, "text": text, "plain": text.casefold(), "proposed_at": AT, "polls": 0}
    decided = {
        "fault": None if fault is None else fault.value,
        "decided_by": decided_by,
        "decided_at": AT,
        "topic_id": None,
    }
    return Proposals(community_id=1, state=state.value, **told, **decided)


NAMES = {1: "Lin", 2: "Wei <3"}
PAGE = proposals.Page(
    "Tea & Poems",
    [proposal(Stage.ADMITTED), proposal(Stage.ADMITTED, TOOL)],
    [proposal(stage) for stage in Stage if stage is not Stage.DECLINED]
    + [proposal(Stage.DECLINED, TOOL, Fault.UNCLEAR)],
    longest=100,
    waiting=2,
)
ADOPTED = (
    polls.AdoptedTopic(BOOK, "Wei <3", 12, date(2026, 11, 23)),
    polls.AdoptedTopic(TOOL, None, 3, date(2026, 11, 24)),
)

SAMPLES: dict[str, Callable[[Reader], Html]] = {
    "polls.about": polls.about,
    "polls.weekly_question": polls.weekly_question,
    "polls.closes": partial(polls.closes, at=AT, several=False),
    "polls.closes: several": partial(polls.closes, at=AT, several=True),
    "polls.does_my_vote_count": polls.does_my_vote_count,
    "polls.propose": polls.propose,
    **{
        f"polls.does_it_count: {verdict.value}": partial(polls.does_it_count, verdict=verdict, worth=300)
        for verdict in Verdict
    },
    "polls.weekly_result": partial(polls.weekly_result, adopted=ADOPTED, is_put_off=False),
    "polls.weekly_result: no topic a day any more": partial(polls.weekly_result, adopted=ADOPTED, is_put_off=True),
    "polls.weekly_result: one, without a day": partial(
        polls.weekly_result, adopted=(polls.AdoptedTopic(BOOK, "Wei", 1, None),), is_put_off=False
    ),
    "polls.own_result": partial(polls.own_result, question="Where we meet", best=["The café"], votes=12),
    "polls.own_result: one vote": partial(polls.own_result, question="Where we meet", best=["The café"], votes=1),
    "polls.own_result: equal": partial(
        polls.own_result, question="Where we meet", best=["The café", "The library"], votes=4
    ),
    **{
        f"polls.came_to_nothing: {why.value}": partial(
            polls.came_to_nothing, title="Tea & Poems", why=why, question=None, waiting=0
        )
        for why in Fate
    },
    "polls.came_to_nothing: some wait": partial(
        polls.came_to_nothing, title="Tea & Poems", why=Fate.TOO_FEW, question=None, waiting=3
    ),
    "polls.came_to_nothing: refused in a forum": partial(
        polls.came_to_nothing, title="Tea & Poems", why=Fate.REFUSED, question=None, waiting=0, in_forum=True
    ),
    "polls.came_to_nothing: one's own, doubted": partial(
        polls.came_to_nothing, title="Tea & Poems", why=Fate.DOUBTED, question="Where we meet", waiting=0
    ),
    "polls.came_to_nothing: one's own": partial(
        polls.came_to_nothing, title="Tea & Poems", why=Fate.GONE, question="Where we meet", waiting=0
    ),
    "polls.see_proposals": polls.see_proposals,
    "polls.it_comes": polls.it_comes,
    "polls.usage": polls.usage,
    "polls.too_long": polls.too_long,
    "polls.in_the_group": polls.in_the_group,
    "polls.are_off": polls.are_off,
    "polls.too_many_open": partial(polls.too_many_open, most=3),
    "polls.too_many_open: one": partial(polls.too_many_open, most=1),
    "proposals.about": proposals.about,
    "proposals.notice": proposals.notice,
    "proposals.proposed": proposals.proposed,
    "proposals.merged": proposals.merged,
    "proposals.joined": partial(proposals.joined, title="Tea & Poems", text=BOOK),
    "proposals.joined_winner": partial(proposals.joined_winner, title="Tea & Poems", text=BOOK, winner=TOOL),
    "proposals.page": partial(proposals.page, page=PAGE),
    "proposals.page: empty": partial(proposals.page, page=proposals.Page("Tea & Poems", [], [], 80)),
    "proposals.state": partial(proposals.state, one=proposal(Stage.DECLINED, fault=Fault.ADVERT)),
    **{f"proposals.fault: {fault.value}": partial(proposals.fault, fault=fault) for fault in Fault},
    **{
        f"proposals.card: {stage.value}": partial(
            proposals.card,
            title="Tea & Poems",
            one=proposal(stage, fault=Fault.OFF_TOPIC if stage is Stage.DECLINED else None),
            names=NAMES,
            backers=0,
        )
        for stage in Stage
    },
    "proposals.card: approved by who was forgotten": partial(
        proposals.card, title="Tea & Poems", one=proposal(Stage.ADMITTED, decided_by=9), names=NAMES, backers=0
    ),
    "proposals.card: declined before": partial(
        proposals.card,
        title="Tea & Poems",
        one=proposal(Stage.WAITING, TOOL),
        names=NAMES,
        backers=0,
        before=proposal(Stage.DECLINED, TOOL),
    ),
    "proposals.card: merged into another": partial(
        proposals.card,
        title="Tea & Poems",
        one=proposal(Stage.MERGED),
        names=NAMES,
        backers=0,
        into=proposal(Stage.ADMITTED, TOOL),
    ),
    "proposals.card: with others": partial(
        proposals.card, title="Tea & Poems", one=proposal(Stage.WAITING, TOOL), names=NAMES, backers=2
    ),
    "proposals.admit": proposals.admit,
    "proposals.decline": proposals.decline,
    "proposals.back": proposals.back,
    "proposals.following": proposals.following,
    "proposals.review": partial(proposals.review, waiting=3),
    "proposals.nothing_waits": proposals.nothing_waits,
    "proposals.told_admitted": partial(proposals.told_admitted, title="Tea & Poems", text=BOOK),
    "proposals.told_admitted: after all": partial(
        proposals.told_admitted, title="Tea & Poems", text=BOOK, is_changed=True
    ),
    "proposals.told_admitted_too": partial(proposals.told_admitted_too, title="Tea & Poems", text=BOOK),
    "proposals.told_admitted_too: after all": partial(
        proposals.told_admitted_too, title="Tea & Poems", text=BOOK, is_changed=True
    ),
    "proposals.told_declined_too": partial(
        proposals.told_declined_too, title="Tea & Poems", text=BOOK, fault=Fault.UNCLEAR
    ),
    "proposals.told_declined_too: after all": partial(
        proposals.told_declined_too, title="Tea & Poems", text=BOOK, fault=Fault.UNCLEAR, is_changed=True
    ),
    "proposals.told_declined: after all": partial(
        proposals.told_declined, title="Tea & Poems", text=BOOK, fault=Fault.UNCLEAR, is_changed=True
    ),
    **{
        f"proposals.told_declined: {fault.value}": partial(
            proposals.told_declined, title="Tea & Poems", text=BOOK, fault=fault
        )
        for fault in Fault
    },
    "proposals.too_short": proposals.too_short,
    "proposals.too_long": partial(proposals.too_long, most=100),
    "proposals.enough": partial(proposals.enough, most=3),
    "proposals.enough: one": partial(proposals.enough, most=1),
    "proposals.before": proposals.before,
    "proposals.had_lately": partial(proposals.had_lately, day=date(2026, 11, 16), is_today=False),
    "proposals.had_lately: today": partial(proposals.had_lately, day=date(2026, 11, 16), is_today=True),
    "proposals.in_the_bank": proposals.in_the_bank,
    "proposals.decided_before": proposals.decided_before,
    "proposals.topics_are_off": proposals.topics_are_off,
    "proposals.nothing_proposed": proposals.nothing_proposed,
}
