"""A person is forgotten everywhere and to the last column, and nobody else's figures move."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot import schema
from bot.patience import patiently
from models import audit, dialogues, failures, menu, points, reach, rejections, returning, setup
from models.activity import COUNTS, MemberDays
from models.audit import Act, Audit
from models.ballots import PollVotes
from models.boards import BoardLines
from models.bulk import table_of
from models.challenges import Challengers
from models.checkins import CheckIns, Streaks
from models.communities import Communities, Declined, NewCommunities
from models.database import Database
from models.difficulty import Paces
from models.facts import AnyFact, BotStatus
from models.forgetting import export, forget, is_forgotten
from models.honours import Badges
from models.ids import new_id
from models.levels import LevelRises, Levels
from models.members import Members
from models.observing import observe
from models.outbox import Outbox, put
from models.people import People
from models.points import Balances, Ledger
from models.proposals import ProposalBackers, Proposals
from models.pseudonyms import pseudonym
from models.questions import Questions
from models.reach import Letter, OptOuts
from models.review_cards import ReviewCards
from models.reviews import WorkLikes
from models.roles import Roles
from models.rounds import PollRounds
from models.rules.earning import Claim, Limits, Way
from models.rules.fairness import Tier
from models.rules.reach import Kind
from models.schema import Base
from models.standings import Standings
from models.tables import METADATA
from models.topic_answers import TopicAnswers
from models.topic_reactions import TopicReactions
from models.topics import TopicBank
from models.work_cards import WorkCards
from models.works import Works
from tests.models.streams import held
from tests.models.telling import MONDAY, News, Telling, rows_of, telling, unfettered

GONE = 7_349_812_345  # a number that can be nothing else, wherever it turns up
STAYS = 7_349_800_000
NOT_YET = 9_000_000  # a message that has not come


def everything(teller: Telling) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {name: teller.work(lambda c, t=table: rows_of(c, t)) for name, table in METADATA.tables.items()}  # type: ignore[misc]


def naming(rows: Mapping[str, list[dict[str, Any]]], user_id: int) -> dict[str, int]:
    """How many rows of each table hold the number anywhere, in whatever column."""
    found = {name: sum(str(user_id) in repr(list(row.values())) for row in many) for name, many in rows.items()}
    return {name: number for name, number in found.items() if number}


def live_in(teller: Telling, news: News) -> None:
    """Somebody leaves a trace in every table of a community; somebody else is there too."""
    said, other = news.said(GONE), news.said(STAYS)
    teller.tell(
        news.came(by=GONE),
        news.joined(GONE),
        said,
        news.said(GONE, at=MONDAY + timedelta(days=1)),
        news.said(GONE, plain="ok"),
        other,
        news.reacted(STAYS, said.message_id, "AB"),
        news.reacted(GONE, said.message_id, "C"),
        news.reacted(GONE, other.message_id, "A", at=MONDAY + timedelta(hours=1)),
        news.reacted(GONE, other.message_id, "A", at=MONDAY + timedelta(days=2)),
        news.reacted(GONE, NOT_YET, "A"),
        news.voted(GONE, f"poll that has not come in {news.chat_id}", 0),
        news.said(STAYS, poll_id=f"poll{news.chat_id}"),
        news.voted(GONE, f"poll{news.chat_id}", 0),
        news.moved(BotStatus.ADMINISTRATOR, by=GONE),
        news.staff(GONE),
        new=unfettered(newcomers={"gate_hours": 24}),
    )
    teller.runner.run(_written_to(teller, teller.community(news.chat_id), news.chat_id))


def _topic(community_id: int) -> TopicBank:
    about = {"community_id": community_id, "topic_id": 1, "text": "Which?", "dimension": "need", "depth": "easy"}
    return TopicBank(tags="", proposer_id=GONE, is_retired=False, **about)


def _work(community_id: int, chat_id: int) -> list[Base]:
    """What somebody shared, what they like of others' work, and a card that they were shown."""
    here = {"community_id": community_id, "work_id": new_id()}
    place = {"source": f"message:{chat_id}:1", "chat_id": chat_id, "message_id": NOT_YET, "form": "text", "letters": 9}
    return [
        Works(author_id=GONE, decided_by=STAYS, shared_at=MONDAY, state="accepted", turn=1, **place, **here),
        WorkLikes(community_id=community_id, work_id=1, giver_id=GONE),
        WorkCards(card_id=new_id(), user_id=GONE, message_id=1, **here),
    ]


def _polled(community_id: int, chat_id: int) -> list[Base]:
    """What somebody asked, chose, proposed and was shown."""
    here, number = {"community_id": community_id}, new_id()
    asked = {"kind": "own", "state": "open", "question": "Where?", "opened_at": MONDAY, "closes_at": MONDAY}
    made = {"text": "Which?", "plain": "which", "state": "waiting", "proposed_at": MONDAY, "polls": 0}
    return [
        PollRounds(number=number, asker_id=GONE, chat_id=chat_id, **asked, **here),
        PollVotes(number=number, user_id=GONE, options="0", update_id=1, at=MONDAY, **here),
        Proposals(proposal_id=number, proposer_id=GONE, decided_by=STAYS, **made, **here),
        ProposalBackers(proposal_id=number, user_id=GONE, backed_at=MONDAY, **here),
        ReviewCards(card_id=number, kind="proposal", about_id=number, user_id=GONE, message_id=1, **here),
    ]


async def _written_to(teller: Telling, community_id: int, chat_id: int) -> None:
    letter = Letter(community_id, GONE, Kind.PING, "some.event")
    async with teller.database.writing() as session:
        session.add(OptOuts(community_id=community_id, user_id=GONE, topic="some.event"))
        await reach.note_delivery(session, letter, now=MONDAY)
        for who, whom in ((GONE, STAYS), (STAYS, GONE)):
            act = Act(community_id=community_id, user_id=who, member_id=whom, action="grant", points=5, at=MONDAY)
            await audit.note(session, replace(act, reason="words about somebody"))
        await menu.want_private(session, user_id=GONE, wanted="en", default="zh-Hans", now=MONDAY)
        await setup.begin(session, community_id=community_id, user_id=GONE, now=MONDAY)
        session.add(Badges(community_id=community_id, user_id=GONE, badge="streak", at=MONDAY))
        session.add(Challengers(community_id=community_id, challenge_id=1, user_id=GONE, joined_at=MONDAY))
        day = MONDAY.date()
        session.add(
            CheckIns(community_id=community_id, user_id=GONE, day=day, how="checked", at=MONDAY, time_zone="UTC")
        )
        session.add(BoardLines(community_id=community_id, archive_id=1, line=1, rank=1, user_id=GONE, points=1))
        session.add(LevelRises(community_id=community_id, user_id=GONE, level=2, risen_at=MONDAY))
        session.add(Levels(community_id=community_id, user_id=GONE, level=2))
        session.add(Roles(community_id=community_id, user_id=GONE, role="expert", since=MONDAY))
        session.add(Paces(community_id=community_id, user_id=GONE, valid_from=day, pace=10, before=0))
        session.add(Streaks(community_id=community_id, user_id=GONE, streak=1, longest=1, cards=0, last_day=day))
        await dialogues.ask(session, community_id=community_id, topic="some", details={}, now=MONDAY, member_id=GONE)
        topical = {"community_id": community_id, "chat_id": chat_id, "message_id": NOT_YET}
        session.add(TopicAnswers(key=2026_11_16, author_id=GONE, **topical))
        session.add(TopicReactions(giver_id=GONE, **topical))
        session.add(_topic(community_id))
        session.add_all(_work(community_id, chat_id))
        session.add_all(_polled(community_id, chat_id))
        question = {"question_id": new_id(), "asker_id": GONE, "asked_at": MONDAY, "answers": 0, "turn": 0}
        session.add(Questions(community_id=community_id, chat_id=chat_id, message_id=NOT_YET, **question))
        await put(session, [Declined(community_id, chat_id)], due_at=MONDAY)
        refused: dict[str, Any] = {"method": "send_message", "arguments": {}, "reason": "too long", "event_name": None}
        await rejections.keep(session, chat_id=GONE, now=MONDAY, **refused)
        for update in (
            {"update_id": 5, "message": {"message_id": 1, "chat": {"id": chat_id}, "from": {"id": GONE}}},
            {"update_id": 6, "message": {"message_id": 1, "chat": {"id": chat_id}, "from": {"id": STAYS}}},
        ):
            await failures.file(
                session,
                bot_id=7,
                update_id=update["update_id"],  # type: ignore[arg-type]
                part="told",
                error="KeyError",
                payload=update,
                attempts=1,
                now=MONDAY,
            )


def sums(teller: Telling, community_id: int) -> Counter[str]:
    """A community's figures over all members."""
    added: Counter[str] = Counter()
    for row in teller.rows(MemberDays, community_id=community_id):
        added.update({name: row[name] for name in COUNTS})
    for model, column in ((Ledger, "points"), (Balances, "balance"), (Standings, "points")):
        added[model.__tablename__] = sum(row[column] for row in teller.rows(model, community_id=community_id))
    added["members"] = len(teller.rows(Members, community_id=community_id))
    return added


def forgotten(teller: Telling, news: News | None) -> None:
    community_id = None if news is None else teller.community(news.chat_id)
    teller.work(lambda connection: forget(connection, community_id=community_id, user_id=GONE))


def test_a_forgotten_person_stands_in_no_column_of_any_table(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        live_in(teller, news)
        named = naming(everything(teller), GONE)
        assert named.keys() >= {name for name, table in METADATA.tables.items() if table.info.get("person")}
        assert named.keys() >= {"outbox", "failures"}
        forgotten(teller, news)
        assert naming(everything(teller), GONE) == {}


def test_the_sums_of_the_community_and_what_belongs_to_others_stay(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        live_in(teller, news)
        community_id = teller.community(news.chat_id)
        before, others = sums(teller, community_id), naming(everything(teller), STAYS)
        forgotten(teller, news)
        assert sums(teller, community_id) == before
        assert naming(everything(teller), STAYS) == others
        held(teller, news.chat_id)  # the ledger and what derives from it still agree, member by member


def test_forgotten_in_one_community_a_person_lives_on_in_the_other(database_url: str) -> None:
    with telling(database_url) as teller:
        here, there = News(), News()
        live_in(teller, here)
        live_in(teller, there)
        forgotten(teller, here)
        left = naming(everything(teller), GONE)
        assert left.keys() >= {"people", "members", "ledger", "failures", "outbox"}
        assert left["members"] == left["people"] == left["failures"] == 1
        assert naming({"here": teller.rows(Members, community_id=teller.community(here.chat_id))}, GONE) == {}
        forgotten(teller, there)
        assert naming(everything(teller), GONE) == {}


def test_forgotten_everywhere_at_once(database_url: str) -> None:
    with telling(database_url) as teller:
        for news in (News(), News()):
            live_in(teller, news)
        forgotten(teller, None)
        assert naming(everything(teller), GONE) == {}


def test_who_comes_back_and_is_forgotten_again_becomes_one_with_the_first(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        live_in(teller, news)
        community_id = teller.community(news.chat_id)
        forgotten(teller, news)
        once = sums(teller, community_id)
        teller.tell(news.joined(GONE, at=MONDAY + timedelta(days=2)), news.said(GONE))
        assert naming({"people": teller.rows(People)}, GONE) == {"people": 1}
        forgotten(teller, news)
        forgotten(teller, news)
        twice = sums(teller, community_id)
        assert (twice["members"], twice["messages"], twice["ledger"]) == (2, once["messages"] + 1, once["ledger"] + 20)
        assert naming(everything(teller), GONE) == {}
        held(teller, news.chat_id)


def test_an_album_begun_before_and_ended_after_being_forgotten_breaks_nothing(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(), news.said(GONE, album="a"))
        forgotten(teller, news)
        teller.tell(news.said(GONE, album="a"))
        forgotten(teller, news)
        assert naming(everything(teller), GONE) == {}
        assert sums(teller, teller.community(news.chat_id))["ledger"] == 20
        held(teller, news.chat_id)


@pytest.mark.parametrize("added", ["A", ""])
def test_reactions_on_the_old_messages_of_a_forgotten_person_go_on(database_url: str, added: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(GONE)
        teller.tell(news.came(), said, news.reacted(STAYS, said.message_id, "B"))
        forgotten(teller, news)
        teller.tell(news.reacted(STAYS, said.message_id, added, "B"))
        number = teller.work(lambda connection: pseudonym(connection, user_id=GONE))
        activity = held(teller, news.chat_id).activity
        assert {who: counts[3] for (who, _), counts in activity.items()}[number] == 1 + len(added)
        assert naming(everything(teller), GONE) == {}


def test_one_person_has_one_number_far_from_every_telegram_id(database_url: str) -> None:
    with telling(database_url) as teller:
        numbers = [teller.work(lambda c, n=n: pseudonym(c, user_id=n)) for n in (GONE, STAYS, GONE, 1)]  # type: ignore[misc]
        assert len(set(numbers)) == 3
        assert numbers[0] == numbers[2]
        assert all(-(2**62) < number <= -(2**61) and is_forgotten(number) for number in numbers)
        assert not any(is_forgotten(one) for one in (GONE, -1_009_999_999_999, -(2**52), 0))
        teller.work(lambda c: forget(c, community_id=None, user_id=numbers[0]))


async def test_two_databases_give_one_person_different_numbers(tmp_path: Path) -> None:
    numbers = set()
    for name in ("one", "two"):
        url = f"sqlite:///{tmp_path / name}.db"
        await schema.make_ready(url)
        database = Database(url)
        numbers.add(await database.tell(lambda connection: pseudonym(connection, user_id=GONE)))
        await database.close()
    assert len(numbers) == 2


def test_an_export_holds_every_row_that_names_the_person(database_url: str) -> None:
    with telling(database_url) as teller:
        news, other = News(), News()
        live_in(teller, news)
        live_in(teller, other)
        rows = naming(everything(teller), GONE)

        async def exported(community_id: int | None) -> Mapping[str, list[dict[str, Any]]]:
            async with teller.database.reading() as session:
                return await export(session, community_id=community_id, user_id=GONE)

        everywhere = teller.runner.run(exported(None))
        assert {name: len(found) for name, found in everywhere.items()} == rows
        here = teller.runner.run(exported(teller.community(news.chat_id)))
        everywhere_once = ("people", "early_votes", "private_menus", "rejections")
        once = {name: number if name in everywhere_once else number // 2 for name, number in rows.items()}
        assert {name: len(found) for name, found in here.items()} == once
        assert json.loads(json.dumps(here)) == here
        assert {row["points"] for row in here["ledger"]} == {0.05, 0.1, 0.2}
        assert here["balances"][0]["balance"] == 0.55
        assert here["members"][0]["joined_at"] == "2026-11-16T09:00:00+00:00"
        assert str(STAYS) not in json.dumps({name: rows for name, rows in here.items() if name != "audit"})


def test_nothing_is_exported_of_a_stranger_or_of_who_was_forgotten(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        live_in(teller, news)
        forgotten(teller, news)

        async def exported(user_id: int) -> Mapping[str, list[dict[str, Any]]]:
            async with teller.database.reading() as session:
                return await export(session, community_id=None, user_id=user_id)

        assert teller.runner.run(exported(GONE)) == {}
        assert teller.runner.run(exported(1)) == {}


def test_what_waits_to_be_sent_to_others_still_waits(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        live_in(teller, news)
        forgotten(teller, news)
        assert [row["name"] for row in teller.rows(Outbox)] == ["staff.unknown", "communities.declined"]
        (community,) = teller.rows(Communities)
        assert community["added_by"] is None
        left = teller.work(lambda c: [r["update_id"] for r in rows_of(c, table_of(failures.Failures))])
        assert left == [6]


def test_being_forgotten_while_being_active_loses_nothing_of_the_sums(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(GONE)
        teller.tell(news.came(), said)
        community_id = teller.community(news.chat_id)

        def forgets(connection: Connection) -> None:
            forget(connection, community_id=community_id, user_id=GONE)

        async def take(*facts: AnyFact) -> None:
            ids = [fact.update_id for fact in facts]

            def write(connection: Connection) -> None:
                observe(connection, facts, update_ids=ids, bot_id=7, now=MONDAY, new=NewCommunities())

            await patiently(lambda: teller.database.tell(write))

        async def all_at_once() -> None:
            async with asyncio.TaskGroup() as group:
                for number in range(12):
                    group.create_task(
                        take(news.said(GONE), news.reacted(STAYS, said.message_id, "A"), news.said(STAYS))
                    )
                    if number % 4 == 3:
                        group.create_task(patiently(lambda: teller.database.tell(forgets)))

        teller.runner.run(all_at_once())
        forgotten(teller, news)
        assert naming(everything(teller), GONE) == {}
        found = held(teller, news.chat_id)
        number = teller.work(lambda connection: pseudonym(connection, user_id=GONE))
        assert {who: counts[:4] for (who, _), counts in found.activity.items()} == {
            number: (13, 0, 0, 12),
            STAYS: (12, 0, 12, 0),
        }


def test_what_was_said_of_a_forgotten_person_goes_and_what_they_did_stays(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        live_in(teller, news)
        forgotten(teller, news)
        number = teller.work(lambda connection: pseudonym(connection, user_id=GONE))
        acts = {(row["user_id"], row["member_id"], row["reason"]) for row in teller.rows(Audit)}
        assert acts == {(number, STAYS, "words about somebody"), (STAYS, number, "")}


class TestComingBack:
    """Nobody earns twice by being forgotten."""

    def test_what_has_earned_earns_no_more(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            poem, album = news.said(STAYS), news.said(GONE, album="7")
            rule = unfettered(likeness={"days": 14})
            teller.tell(news.came(), poem, album, news.said(GONE, plain="Good morning to all of you"), new=rule)
            teller.tell(news.reacted(GONE, poem.message_id, "A"), new=rule)
            _award(teller, news, "checkin:2026-11-16")
            before = _paid(teller)
            forgotten(teller, news)
            for batch in (
                [news.reacted(GONE, poem.message_id, "", "A")],
                [news.reacted(GONE, poem.message_id, "B"), news.said(GONE, album="7")],
                [news.said(GONE, plain="Good morning to all of you")],
            ):
                teller.tell(*batch, new=rule)
                assert GONE not in _paid(teller)
            _award(teller, news, "checkin:2026-11-16")
            assert GONE not in _paid(teller)
            # A reaction taken back takes its author's points; all else is as it was, and what is new earns.
            assert _paid(teller) == {**_under_its_number(teller, before), STAYS: before[STAYS] - 10}
            teller.tell(news.said(GONE), news.said(GONE, plain="And a good evening to everybody here"), new=rule)
            _award(teller, news, "checkin:2026-11-17")
            assert _paid(teller)[GONE] == 20 + 20 + 50

    def test_the_days_cap_stays_used(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            rule = unfettered(messages={"daily_cap_points": 50})
            teller.tell(news.came(), news.said(GONE), news.said(GONE), new=rule)
            forgotten(teller, news)
            teller.tell(news.said(GONE), news.said(GONE), new=rule)
            assert _paid(teller)[GONE] == 10
            # The next day, and forgotten again, it is all the same.
            forgotten(teller, news)
            teller.tell(news.said(GONE), new=rule)
            assert GONE not in _paid(teller)
            teller.tell(news.said(GONE, at=MONDAY + timedelta(days=1)), new=rule)
            assert _paid(teller)[GONE] == 20

    def test_only_where_somebody_was_forgotten_is_anybody_looked_for(self, database_url: str) -> None:
        with telling(database_url) as teller:
            here, there = News(), News()
            for news in (here, there):
                teller.tell(news.came(), news.said(GONE), news.said(STAYS))
            forgotten(teller, here)
            flags = {row["chat_id"]: row["has_forgotten"] for row in teller.rows(Communities)}
            assert {chat_id: flags[chat_id] for chat_id in (here.chat_id, there.chat_id)} == {
                here.chat_id: True,
                there.chat_id: False,
            }
            teller.tell(here.said(GONE))
            members = [(teller.community(news.chat_id), who) for news in (here, there) for who in (GONE, STAYS)]
            found = teller.work(lambda connection: returning.among(connection, members))
            assert found == {members[0]: teller.work(lambda connection: pseudonym(connection, user_id=GONE))}


def _award(teller: Telling, news: News, source: str) -> None:
    """What an asker's own transaction books, by whatever way."""
    limits, way = Limits(1000, 1000), Way("checkin", Tier.BASIC)
    claim = Claim(teller.community(news.chat_id), GONE, way, 50, source, MONDAY, MONDAY.date(), limits)
    teller.work(lambda connection: points.award(connection, [claim]))


def _paid(teller: Telling) -> dict[int, int]:
    """What everybody has in their ledger."""
    sums: Counter[int] = Counter()
    for row in teller.rows(Ledger):
        sums[row["user_id"]] += row["points"]
    return dict(sums)


def _under_its_number(teller: Telling, before: dict[int, int]) -> dict[int, int]:
    """The same sums, with the forgotten person under the number that took their place."""
    number = teller.work(lambda connection: pseudonym(connection, user_id=GONE))
    return {number if who == GONE else who: sum_of for who, sum_of in before.items()}
