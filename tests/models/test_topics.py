"""The rules of the daily topic: which is chosen, how deep it may be, and the files in which topics come."""

import itertools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.texts.reader import LANGUAGES
from models.rules import topic_files, topics
from models.rules.clock import Beat, day_of, key_of
from models.rules.kits import Kit, topics_of
from models.rules.reach import ReachSettings
from models.rules.rhythm import OCCASIONS
from models.rules.setup import TEMPLATES, Template
from models.rules.topic_files import Problem, UnfitFile
from models.rules.topics import (
    BEST,
    LONGEST_TAGS,
    LONGEST_TEXT,
    REST,
    Candidate,
    Depth,
    Dimension,
    NewTopic,
    Reason,
    TopicsSettings,
    choose,
    closes_at,
    depth_for,
    silent_to_tell,
)
from models.rules.words import tidy
from models.topic_choice import day_called
from scheduler.occurrences import DUTIES
from tests.handlers.chinese import faults

DAY = date(2026, 11, 16)


def candidate(number: int, dimension: Dimension = Dimension.NEED, **about: object) -> Candidate:
    return Candidate(number, dimension, Depth(about.pop("depth", "easy")), **about)  # type: ignore[arg-type]


def chosen(*candidates: Candidate, before: tuple[Dimension, ...] = (), depth: Depth = Depth.EASY) -> int | None:
    choice = choose(candidates, day=DAY, before=before, depth=depth)
    return None if choice is None else choice.topic.topic_id


class TestChoice:
    """One topic a day."""

    def test_dimensions_take_turns(self) -> None:
        every = [candidate(1), candidate(2, Dimension.BRAND), candidate(3, Dimension.HOT)]
        assert chosen(*every) == 1
        assert chosen(*every, before=(Dimension.NEED,)) == 2
        assert chosen(*every, before=(Dimension.BRAND, Dimension.NEED)) == 3
        assert chosen(*every, before=(Dimension.HOT, Dimension.BRAND, Dimension.NEED)) == 1
        assert chosen(*every[:2], before=(Dimension.BRAND, Dimension.NEED)) == 1

    def test_nothing_comes_again_within_sixty_days(self) -> None:
        young, old = DAY - REST + timedelta(days=1), DAY - REST
        assert chosen(candidate(1, posted_on=young)) is None
        assert chosen(candidate(1, posted_on=young), candidate(2, posted_on=old)) == 2
        assert chosen(candidate(1, posted_on=old), candidate(2)) == 2

    def test_the_nearest_depth_is_taken(self) -> None:
        deep, easy = candidate(1, depth="deep"), candidate(2, depth="easy")
        assert chosen(deep, easy, depth=Depth.EASY) == 2
        assert chosen(deep, easy, depth=Depth.DEEP) == 1
        assert chosen(deep, easy, depth=Depth.NORMAL) == 2

    def test_what_is_promised_goes_first_also_where_it_is_late(self) -> None:
        wanted = candidate(9, Dimension.HOT, wanted_on=DAY - timedelta(days=1), posted_on=DAY - REST)
        today, tomorrow = candidate(8, wanted_on=DAY), candidate(7, wanted_on=DAY + timedelta(days=1))
        choice = choose([candidate(1), today, wanted, tomorrow], day=DAY, before=(), depth=Depth.EASY)
        assert choice is not None
        assert (choice.topic.topic_id, choice.reason) == (9, Reason.WANTED)
        assert chosen(today, tomorrow) == 8
        assert chosen(tomorrow) is None, "what is promised for another day is kept for it"

    def test_what_is_promised_rests_before_it_comes_again(self) -> None:
        for back in (1, 3, REST.days - 1):
            promised = candidate(9, wanted_on=DAY - timedelta(days=1), posted_on=DAY - timedelta(days=back))
            assert chosen(promised) is None
            assert chosen(promised, candidate(1)) == 1

    @given(st.integers(1, 30), st.integers(1, 90))
    def test_over_many_days_each_rests_and_no_dimension_is_forgotten(self, number: int, days: int) -> None:
        bank = {n: candidate(n, list(Dimension)[n % 3]) for n in range(number)}
        posted: list[tuple[date, Candidate]] = []
        for day in (DAY + timedelta(days=n) for n in range(days)):
            before = tuple(topic.dimension for _, topic in reversed(posted[-7:]))
            choice = choose(bank.values(), day=day, before=before, depth=Depth.EASY)
            if choice is not None:
                posted.append((day, choice.topic))
                bank[choice.topic.topic_id] = candidate(choice.topic.topic_id, choice.topic.dimension, posted_on=day)
        for (one, topic), (other, again) in itertools.combinations(posted, 2):
            assert topic.topic_id != again.topic_id or other - one >= REST
        assert len(posted) >= min(days, number)

    @pytest.mark.parametrize(
        ("answered", "active", "depth"),
        [(0, 0, "easy"), (0, 50, "easy"), (3, 50, "easy"), (4, 50, "normal"), (12, 50, "normal"), (13, 50, "deep")],
    )
    def test_depth_follows_who_takes_part(self, answered: int, active: int, depth: str) -> None:
        assert depth_for(answered=answered, active=active) == depth


class TestClosing:
    """When a topic closes."""

    @pytest.mark.parametrize(
        ("opened", "hour", "closes"),
        [
            # At its own hour it closes after its hours, whenever that is; as does one that closes by day.
            ((16, 9, 0), 9, (16, 21, 0)),
            ((16, 18, 2), 18, (17, 6, 2)),
            ((16, 4, 30), 9, (16, 16, 30)),
            # Another one waits for the morning, or for the next one.
            ((16, 15, 4), 9, (17, 8, 0)),
            ((16, 11, 0), 9, (17, 8, 0)),
            ((16, 15, 4), 7, (17, 7, 0)),
        ],
    )
    def test_one_that_comes_at_another_hour_than_usual_does_not_close_at_night(
        self, opened: tuple[int, int, int], hour: int, closes: tuple[int, int, int]
    ) -> None:
        taipei = ZoneInfo("Asia/Taipei")
        (day, at, minute), (last, until, past) = opened, closes
        found = closes_at(
            datetime(2026, 11, day, at, minute, tzinfo=taipei),
            settings=TopicsSettings(on=True, hour=hour, open_hours=12),
            quiet=ReachSettings(quiet_from_hour=22, quiet_until_hour=8),
            time_zone="Asia/Taipei",
        )
        assert found == datetime(2026, 11, last, until, past, tzinfo=taipei)


class TestSilence:
    """What is said to who runs the group of topics that nobody answered."""

    @pytest.mark.parametrize(
        ("before", "told"),
        [
            ((), 1),
            ((4, 5, 3), 1),
            ((0,), None),
            ((0, 0), 3),
            ((0, 0, 7, 0), 3),
            ((0, 0, 0, 2), None),
            ((0,) * 6, 7),
            ((2, 0, 3), None),
            ((2, 1, 1, 1, 1, 1, 1, 0), 1),
            ((0,) * 27, 28),
            ((0,) * 60, None),
        ],
    )
    def test_it_is_said_once_and_again_of_several_in_a_row(self, before: tuple[int, ...], told: int | None) -> None:
        assert silent_to_tell(before) == told


class TestKits:
    """What a group may begin with."""

    @pytest.mark.parametrize("kit", Kit)
    def test_each_kit_holds_ten_topics_of_all_dimensions_and_depths_in_all_languages(self, kit: Kit) -> None:
        for language in LANGUAGES:
            found = topics_of(kit, language=language)
            assert len(found) == 10
            assert {topic.dimension for topic in found} == set(Dimension)
            assert {topic.depth for topic in found} == set(Depth)
            assert len({topic.text for topic in found}) == 10
            for topic in found:
                assert 10 <= len(topic.text) <= LONGEST_TEXT
                assert 0 < len(topic.tags) <= LONGEST_TAGS
                assert language == "en" or faults(topic.tags, language=language) == [], topic.tags
                assert topic.text == " ".join(topic.text.split())
                assert "!" not in topic.text
                assert language == "en" or faults(topic.text, language=language) == [], topic.text

    def test_kits_are_called_as_the_templates_are_and_the_templates_switch_the_topic_on(self) -> None:
        assert {kit.value for kit in Kit} == {template.value for template in Template}
        assert all(values["topics"]["on"] for values in TEMPLATES.values())
        assert TopicsSettings().on is False


texts = st.text(min_size=1, max_size=60).map(tidy).filter(bool)
new = st.builds(NewTopic, texts, st.sampled_from(Dimension), st.sampled_from(Depth), st.just("a, b"))


class TestFiles:
    """Topics as people write them."""

    @given(st.lists(new, min_size=1, max_size=5))
    @example([NewTopic('"a\\b"', Dimension.NEED, Depth.EASY, "a, b")])
    def test_what_is_saved_reads_as_the_same(self, given_topics: list[NewTopic]) -> None:
        assert topic_files.read(topic_files.written(given_topics).encode("utf-8", "surrogatepass")) == given_topics

    def test_a_table_needs_no_more_than_texts(self) -> None:
        assert topic_files.read("text\nWhich book?\n今天怎麼樣？".encode()) == [
            NewTopic("Which book?"),
            NewTopic("今天怎麼樣？"),
        ]
        table = "\ufefftext,depth,dimension,tags\nWhich book?,deep,hot,a b\n"
        assert topic_files.read(table.encode()) == [NewTopic("Which book?", Dimension.HOT, Depth.DEEP, "a b")]

    @pytest.mark.parametrize(
        ("content", "problem", "number"),
        [
            (b"", Problem.NO_FILE, 0),
            (b"\xff\xfe", Problem.NO_FILE, 0),
            (b"title\nWhich book?", Problem.NO_FILE, 0),
            (b"topic = 3", Problem.NO_FILE, 0),
            pytest.param(b"topic = " + b"9" * 5000, Problem.NO_FILE, 0, id="a number too long for Python"),
            ("text\n\u200b\u202e".encode(), Problem.NO_TEXT, 1),
            (b"text,depth\nOne?,easy\n ,easy", Problem.NO_TEXT, 2),
            (b"[[topic]]\ntext = 7", Problem.NO_TEXT, 1),
            (b"text\n" + b"x" * (LONGEST_TEXT + 1), Problem.TOO_LONG, 1),
            (b"text,dimension\nOne?,cold", Problem.NO_DIMENSION, 1),
            (b"text,depth\nOne?,abyss", Problem.NO_DEPTH, 1),
            (b"text\n" + b"One?\n" * 501, Problem.TOO_MANY, 0),
        ],
    )
    def test_what_cannot_be_taken_is_named(self, content: bytes, problem: Problem, number: int) -> None:
        with pytest.raises(UnfitFile) as refused:
            topic_files.read(content)
        assert (refused.value.problem, refused.value.number) == (problem, number)

    def test_what_nobody_sees_stands_in_no_topic(self) -> None:
        hidden = [NewTopic("Which book did you lend?")]
        assert topic_files.read(b'[[topic]]\ntext = "Which\\u0000 book\\u202e did you lend?"') == hidden
        assert topic_files.read(b"text\nWhich\0 book did \x07you lend?\n") == hidden


def test_a_days_number_and_the_day_are_one() -> None:
    assert day_called(key_of(Beat.DAY, DAY)) == DAY
    recurrence = topics.comes_round(TopicsSettings(on=True))
    assert recurrence is not None
    assert day_of(recurrence, 2026_11_16) == DAY
    assert topics.comes_round(TopicsSettings()) is None
    assert BEST == 3


def test_every_kind_of_timed_work_has_somebody_who_does_it() -> None:
    assert [duty.occasion for duty in DUTIES] == list(OCCASIONS)
