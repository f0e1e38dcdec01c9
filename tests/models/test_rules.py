"""The rules of the game: numbers in, decisions out."""

import dataclasses
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.plain import plain
from handlers.texts.reader import LANGUAGES
from models.rules import settings
from models.rules.communities import Lack, Standing, lacks
from models.rules.days import local_day
from models.rules.earning import (
    NOTHING,
    WORTH,
    Claim,
    DayKey,
    Earned,
    Granted,
    Limits,
    Way,
    day_key,
    within_limits,
)
from models.rules.fairness import Reason, Tier
from models.rules.features import FEATURE_SETTINGS
from models.rules.kits import Kit, topics_of
from models.rules.likeness import exact, find_like, fingerprint, nearly_same
from models.rules.messages import MessagesSettings, length, unworthy
from models.rules.newcomers import Arrival, NewcomersSettings, is_inside_gate
from models.rules.points import BEGINNING, Period, as_points, board_number, divided, in_hundredths, starts_on
from models.rules.reach import (
    Kind,
    No,
    Reachability,
    ReachSettings,
    Verdict,
    end_of_quiet,
    is_day,
    may_send,
    next_morning,
)
from models.rules.reactions import faded
from models.rules.ways import TIERS, WAYS

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


# What members might propose, by which the measure for short Chinese texts was chosen: twice the same.
SAME_IN_CHINESE = (
    ("睡不着的时候读什么", "睡不着时读什么"),
    ("周末适合读什么书", "周末适合读什么样的书呢"),
    ("最近读了什么书", "最近在读什么书"),
    ("哪本书改变了你的生活", "哪一本书改变你的生活"),
    ("大家都怎么做笔记？", "大家怎么做笔记"),
    ("你们是怎么做读书笔记的", "你们怎么做读书笔记"),
    ("地铁上读什么", "在地铁上读什么呢"),
    ("推荐一本最近读过的好书", "推荐一本最近读的好书"),
    ("最喜欢的作家是谁", "你最喜欢的作家是谁？"),
    ("怎麼養成閱讀習慣", "怎样养成阅读的习惯"),
    ("旅行的时候带什么书", "旅行时带什么书"),
    ("一个人吃饭的时候看什么", "一个人吃饭时看什么"),
    ("如何坚持每天阅读", "怎么坚持每天阅读"),
    ("工作日的早餐吃什么", "工作日早餐都吃什么"),
    ("读完一本书之后会做什么", "读完书之后会做什么"),
    ("睡不著的時候讀什麼？", "睡不着时读什么"),
    ("你会不会重读一本书", "你会重读一本书吗"),
)
# And what only looks alike.
OTHER_IN_CHINESE = (
    ("周末读什么", "周末吃什么"),
    ("你最喜欢的书是什么？", "你最喜欢的歌是什么？"),
    ("睡不着的时候读什么", "睡不着的时候听什么"),
    ("早上读什么", "晚上读什么"),
    ("读过最难的书是哪本", "读过最好的书是哪本"),
    ("最喜欢的作家是谁", "最讨厌的作家是谁"),
    ("喜欢纸质书吗", "喜欢电子书吗"),
    ("纸质书还是电子书", "纸质书还是有声书"),
    ("旅行时带什么书", "旅行时带什么吃的"),
    ("你怎么做笔记", "你怎么做计划"),
    ("今年最大的收获是什么", "今年最大的遗憾是什么"),
    ("哪本书改变了你", "哪部电影改变了你"),
    ("去年读了什么", "今年读了什么"),
    ("在家读什么", "在地铁读什么"),
    ("什么书让你哭了", "什么书让你笑了"),
    ("你为什么读书", "你为什么写作"),
    ("雨天读什么", "雪天读什么"),
    ("睡前读什么", "睡醒读什么"),
    ("孩子读什么", "老人读什么"),
    ("送给朋友的书", "送给父母的书"),
    ("最近学了什么", "最近买了什么"),
    ("你会不会重读一本书", "你会不会送一本书"),
    ("读书的时候听什么", "听书的时候做什么"),
    ("什么时候读书", "什么时候买书"),
    ("一个人的时候读什么", "两个人的时候做什么"),
    ("一个人住读什么", "一个人住吃什么"),
    ("怎么开始写日记", "怎么坚持写日记"),
    ("最想见的作家", "最想去的书店"),
    ("想推荐的书", "不想推荐的书"),
    ("读得懂的诗", "读不懂的诗"),
    ("有没有读完的书", "没有读完的书"),
)


class TestPoints:
    """Hundredths and periods."""

    @pytest.mark.parametrize(
        ("points", "stored"),
        [("0.005", 1), ("0.015", 2), ("0.025", 3), ("-0.005", -1), ("-0.015", -2), ("1.999", 200), ("7", 700)],
    )
    def test_halves_go_up_away_from_zero(self, points: str, stored: int) -> None:
        assert in_hundredths(Decimal(points)) == stored

    @given(st.integers(-(2**40), 2**40), st.integers(1, 2**20))
    def test_a_part_of_points_is_rounded_like_points_that_are_written(self, hundredths: int, by: int) -> None:
        assert divided(hundredths, by) == in_hundredths(Decimal(hundredths) / by / 100)

    @given(st.integers(-(2**62), 2**62))
    def test_what_is_written_is_what_is_stored(self, hundredths: int) -> None:
        assert in_hundredths(as_points(hundredths)) == hundredths

    @pytest.mark.parametrize(
        ("hundredths", "written"),
        [(20, "0.2"), (1000, "10"), (0, "0"), (-125, "-1.25"), (100_000, "1000"), (1, "0.01")],
    )
    def test_people_write_points_without_needless_zeros(self, hundredths: int, written: str) -> None:
        assert f"{as_points(hundredths)}" == written

    @given(st.dates(BEGINNING), st.sampled_from(Period))
    def test_a_period_begins_on_or_before_its_days_and_is_the_same_for_all_of_them(
        self, day: date, period: Period
    ) -> None:
        first = starts_on(period, day=day)
        assert first <= day
        assert starts_on(period, day=first) == first
        if period is not Period.ALL:
            assert starts_on(period, day=first - timedelta(days=1)) < first

    @given(st.dates(date(1, 1, 8)))
    def test_weeks_begin_on_monday_also_over_the_turn_of_the_year(self, day: date) -> None:
        monday = starts_on(Period.WEEK, day=day)
        assert monday.isocalendar()[:2] == day.isocalendar()[:2]
        assert monday.weekday() == 0

    @pytest.mark.parametrize(
        ("today", "week", "month", "season"),
        [
            ("2026-12-31", "2026-12-28", "2026-12-01", "2026-10-01"),
            ("2027-01-01", "2026-12-28", "2027-01-01", "2027-01-01"),
            ("2024-02-29", "2024-02-26", "2024-02-01", "2024-01-01"),
            ("2026-03-31", "2026-03-30", "2026-03-01", "2026-01-01"),
            ("2026-04-01", "2026-03-30", "2026-04-01", "2026-04-01"),
        ],
    )
    def test_periods_at_their_edges(self, today: str, week: str, month: str, season: str) -> None:
        found = [starts_on(period, day=date.fromisoformat(today)).isoformat() for period in Period]
        assert found == [today, week, month, season, BEGINNING.isoformat()]

    def test_a_board_keeps_the_number_under_which_scores_are_stored(self) -> None:
        found = {board_number(period, day=date(2026, 11, 18)) for period in Period}
        assert found == {1_2026_11_18, 2_2026_11_16, 3_2026_11_01, 4_2026_10_01, 5_1970_01_01}

    @given(st.sampled_from(Period), st.sampled_from(Period), st.dates(), st.dates())
    def test_boards_are_the_same_where_the_periods_are_and_later_ones_greater(
        self, period: Period, other: Period, day: date, other_day: date
    ) -> None:
        one, two = (period, starts_on(period, day=day)), (other, starts_on(other, day=other_day))
        assert (board_number(period, day=day) == board_number(other, day=other_day)) == (one == two)
        if period is other:
            assert (board_number(period, day=day) < board_number(other, day=other_day)) == (one[1] < two[1])


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-03-28T22:59:59+00:00", "Europe/Berlin", "2026-03-28"),
        ("2026-03-28T23:00:00+00:00", "Europe/Berlin", "2026-03-29"),  # a day of 23 hours begins
        ("2026-03-29T21:59:59+00:00", "Europe/Berlin", "2026-03-29"),
        ("2026-03-29T22:00:00+00:00", "Europe/Berlin", "2026-03-30"),
        ("2026-10-24T22:00:00+00:00", "Europe/Berlin", "2026-10-25"),  # a day of 25 hours begins
        ("2026-10-25T22:59:59+00:00", "Europe/Berlin", "2026-10-25"),
        ("2026-10-25T23:00:00+00:00", "Europe/Berlin", "2026-10-26"),
        ("2026-11-16T10:00:00+00:00", "Pacific/Kiritimati", "2026-11-17"),
        ("2026-11-16T11:59:59+00:00", "Etc/GMT+12", "2026-11-15"),
        ("2026-11-16T18:15:00+00:00", "Asia/Kathmandu", "2026-11-17"),
        ("1969-12-31T23:59:59.999999+00:00", "UTC", "1969-12-31"),
    ],
)
def test_the_day_is_the_groups_own(moment: str, zone: str, day: str) -> None:
    assert local_day(datetime.fromisoformat(moment), time_zone=zone).isoformat() == day


# Of each zone a moment at which its clock changes: where midnight is missing, comes twice, or is left again for an hour
# of the day before, and where a whole day is missing.
CLOCK_CHANGES = {
    "America/Havana": ("2026-03-08T05:00", "2026-11-01T05:00"),
    "Africa/Cairo": ("2026-04-23T22:00", "2026-10-29T21:00"),
    "Asia/Beirut": ("2026-03-28T22:00", "2026-10-24T21:00"),
    "America/St_Johns": ("2006-04-02T03:31", "2006-10-29T02:31"),
    "Pacific/Apia": ("2011-12-30T10:00",),
    "Africa/Casablanca": ("2026-02-15T02:00", "2026-03-22T02:00"),
    "Australia/Lord_Howe": ("2026-04-04T15:00", "2026-10-03T15:30"),
    "Asia/Shanghai": ("2026-11-16T16:00",),
}


@st.composite
def near_a_clock_change(draw: st.DrawFn) -> tuple[str, datetime]:
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CLOCK_CHANGES[zone]))).replace(tzinfo=UTC)
    away = st.one_of(st.integers(-3600, 3600), st.integers(-260_000, 260_000))
    return zone, change + draw(st.builds(timedelta, seconds=away, microseconds=st.sampled_from([0, 999_999])))


@given(asked=st.lists(near_a_clock_change(), min_size=2, max_size=12))
def test_the_day_that_is_remembered_is_the_one_that_the_zone_would_tell(asked: list[tuple[str, datetime]]) -> None:
    for zone, moment in asked:
        assert local_day(moment, time_zone=zone) == moment.astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize("moment", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)])
def test_a_moment_at_either_end_of_time_has_a_day(moment: datetime) -> None:
    for _ in range(2):
        assert local_day(moment, time_zone="UTC") == moment.date()


DAYS = st.sampled_from([date(2026, 11, 16), date(2026, 11, 17)])
TALK, LIKE, WORK = Way("message", Tier.BASIC), Way("like", Tier.BASIC), Way("work", Tier.ADVANCED)
WAYS_OF_TESTS = {way.action: way.tier for way in (TALK, LIKE, WORK)}
CAPS = {("message", 1): 50, ("message", 2): 0, ("like", 1): 100, ("like", 2): 35, ("work", 1): 90, ("work", 2): 500}
TIER_CAPS = {Tier.BASIC: 120, Tier.ADVANCED: 100}


@st.composite
def claims(draw: st.DrawFn, *, cool_down: int = 0) -> list[Claim]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        way = draw(st.sampled_from((TALK, LIKE, WORK)))
        community_id = draw(st.integers(1, 2))
        limits = Limits(CAPS[way.action, community_id], TIER_CAPS[way.tier], timedelta(minutes=cool_down))
        found.append(
            Claim(
                community_id=community_id,
                user_id=draw(st.integers(1, 2)),
                way=way,
                points=draw(st.integers(1, 60)),
                source=f"message:{number}",
                at=MONDAY + timedelta(minutes=draw(st.integers(0, 5))),
                day=draw(DAYS),
                limits=limits,
            )
        )
    return found


def limited(asked: list[Claim], earned: dict[DayKey, Earned] | None = None) -> Granted:
    """What is granted of the claims."""
    return within_limits(asked, earned=earned or {}, tiers=WAYS_OF_TESTS)


class TestLimits:
    """What a day's limits leave of what is claimed."""

    @given(claims(), st.integers(0, 60))
    def test_each_day_gets_what_is_claimed_or_what_the_caps_leave(self, asked: list[Claim], before: int) -> None:
        earned: dict[DayKey, Earned] = {day_key(claim): (before, None) for claim in asked if claim.user_id == 1}
        granted = limited(asked, earned)
        assert len(granted.claims) + len(granted.uncounted) == len(asked), "each is granted or told as uncounted"
        members = {(claim.community_id, claim.user_id, claim.day) for claim in asked}
        for member, tier in itertools.product(members, TIER_CAPS):
            here = [c for c in asked if day_key(c)[:3] == member and c.way.tier is tier]
            known = {day_key(c): earned.get(day_key(c), NOTHING)[0] for c in here}
            # What a tier's cap lets through: each action up to its own cap, all together up to the tier's.
            wanted = {key: sum(c.points for c in here if day_key(c) == key) for key in known}
            own = {c.way.action: c.limits.a_day for c in here}
            possible = {key: min(wanted[key], max(0, own[key[3]] - known[key])) for key in known}
            got = sum(c.points for c in granted.claims if day_key(c)[:3] == member and c.way.tier is tier)
            assert got == min(sum(possible.values()), max(0, TIER_CAPS[tier] - sum(known.values())))

    @given(claims(cool_down=2), st.randoms(use_true_random=False))
    def test_who_was_first_earns_first_in_whatever_order_it_is_told(self, asked: list[Claim], chance: Any) -> None:
        mixed = list(asked)
        chance.shuffle(mixed)
        assert limited(mixed) == limited(asked)
        assert [claim.at for claim in limited(mixed).claims] == sorted(claim.at for claim in limited(mixed).claims)

    @given(claims(cool_down=2))
    def test_between_two_that_count_lies_a_pause(self, asked: list[Claim]) -> None:
        granted = limited(asked).claims
        for one, other in itertools.combinations(granted, 2):
            if day_key(one) == day_key(other):
                assert abs(one.at - other.at) >= timedelta(minutes=2)
        counted = {(day_key(claim), claim.at) for claim in granted}
        for refused in limited(asked).uncounted:
            if refused.reason is Reason.COOL_DOWN:
                key = (refused.community_id, refused.user_id, refused.day, refused.action)
                assert any(k == key and refused.at - at < timedelta(minutes=2) for k, at in counted)

    @given(claims(cool_down=1), st.integers(0, 12))
    def test_in_the_order_of_time_it_matters_not_where_it_is_cut(self, asked: list[Claim], cut: int) -> None:
        in_order = sorted(asked, key=lambda claim: (claim.at, claim.source))
        first = limited(in_order[:cut])
        earned: dict[DayKey, Earned] = {}
        for claim in first.claims:
            earned[day_key(claim)] = (earned.get(day_key(claim), NOTHING)[0] + claim.points, claim.at)
        second = limited(in_order[cut:], earned)
        whole = limited(asked)
        assert first.claims + second.claims == whole.claims
        assert first.uncounted + second.uncounted == whole.uncounted

    @given(claims())
    def test_what_was_earned_before_is_left_as_it_was(self, asked: list[Claim]) -> None:
        earned: dict[DayKey, Earned] = {day_key(claim): (10, None) for claim in asked}
        before = dict(earned)
        limited(asked, earned)
        assert earned == before


class TestWays:
    """What may be earned by what."""

    @pytest.mark.parametrize("name", FEATURE_SETTINGS)
    def test_what_a_deed_is_worth_lies_within_its_tier(self, name: str) -> None:
        for field in dataclasses.fields(FEATURE_SETTINGS[name]):
            about = settings.about(field)
            if field.type is int and (
                field.name == "points" or field.name.endswith(("given_points", "received_points"))
            ):
                assert (about.least, about.most) in WORTH.values()
                default: Any = field.default
                assert about.least is not None
                assert about.most is not None
                assert about.least <= default <= about.most

    def test_no_two_ways_share_a_name(self) -> None:
        assert len(TIERS) == len(WAYS)


class TestMessages:
    """Which messages count."""

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("ok", Reason.TOO_SHORT),
            ("+1", Reason.TOO_SHORT),
            ("thanks", Reason.TOO_SHORT),
            ("good job", None),
            ("好", Reason.TOO_SHORT),
            ("谢谢", Reason.TOO_SHORT),
            ("谢谢你", None),
            ("謝謝你", None),
            ("👍👍👍👍👍👍👍👍", Reason.TOO_SHORT),
            ("!!!!!!!!!!!!!!", Reason.TOO_SHORT),
            ("\u200b" * 40 + "ok", Reason.TOO_SHORT),
            ("o k . . . . . . .", Reason.TOO_SHORT),
        ],
    )
    def test_what_says_too_little_does_not_count_in_english_or_chinese(self, text: str, reason: Reason | None) -> None:
        found = unworthy(letters=length(plain(text)), has_work=False, is_forward=False, settings=MessagesSettings())
        assert found is reason

    def test_a_picture_needs_no_words_and_a_forward_is_nobodys_own(self) -> None:
        chosen = MessagesSettings()
        assert unworthy(letters=0, has_work=True, is_forward=False, settings=chosen) is None
        assert unworthy(letters=50, has_work=True, is_forward=True, settings=chosen) is Reason.FORWARD


class TestLikeness:
    """Which texts say the same."""

    KEY = b"k" * 32

    def prints(self, *texts: str) -> list[int]:
        return [fingerprint(plain(text), key=self.KEY) for text in texts]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("I'll try later", "I will try later"),
            ("when the process continue running", "When the proces continue running!!"),
            ("Good morning everybody, how are you?", "GOOD  MORNING everybody 👋 — how are you"),
            ("Ｇｏｏｄ morning everybody", "good\u200b morning\u2060 everybody"),
            ("今天我们一起读这本书吧,大家觉得怎么样", "今天我們一起讀這本書吧，大家覺得怎麼樣？"),
            ("好的", "好的！！"),
            ("再見", "再见"),
        ],
    )
    def test_the_same_with_small_changes_is_the_same(self, one: str, other: str) -> None:
        first, second = self.prints(one, other)
        assert find_like(first, [second]) == 0

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("it crashes on load", "it works on the second load now"),
            ("good morning", "good evening all"),
            ("你好吗", "你好啊"),
            ("今天天气很好,我们出去走走吧", "今天心情很好,我们晚上吃火锅吧"),
            ("Does it support amd?", "Doesn't it support using ivm mode in local machine?"),
        ],
    )
    def test_what_only_shares_words_is_not(self, one: str, other: str) -> None:
        first, second = self.prints(one, other)
        assert find_like(first, [second]) is None

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("Which book has changed your life?", "Which book changed your life", True),
            ("What did you learn this week?", "What did you learn this week, friends?", True),
            ("How do you keep notes of what you read?", "How do you keep notes ON what you read", True),
            ("哪一本书改变了你？", "哪本書改變了你", True),
            ("周末适合读什么书？", "周末适合读什么样的书？", True),
            ("Which book changed your life?", "Which film changed your life?", False),
            ("What would you tell yourself about money?", "What would you tell yourself about love?", False),
            ("你最喜欢的书是什么？", "你最喜欢的歌是什么？", False),
            ("What did you read this week?", "What did you read this week, and where, and who told you of it?", False),
            ("書", "歌", False),
        ],
    )
    def test_sentences_that_were_kept_are_told_without_chance(self, one: str, other: str, same: bool) -> None:
        assert nearly_same(plain(one), plain(other)) is same
        assert nearly_same(plain(other), plain(one)) is same

    @pytest.mark.parametrize(("one", "other"), SAME_IN_CHINESE)
    def test_a_chinese_sentence_is_the_same_with_a_particle_or_a_word_more(self, one: str, other: str) -> None:
        assert nearly_same(plain(one), plain(other))
        assert nearly_same(plain(other), plain(one))

    @pytest.mark.parametrize(("one", "other"), OTHER_IN_CHINESE)
    def test_a_chinese_sentence_with_another_word_or_a_denial_is_another(self, one: str, other: str) -> None:
        assert not nearly_same(plain(one), plain(other))
        assert not nearly_same(plain(other), plain(one))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_two_topics_of_the_kits_are_taken_for_one(self, language: str) -> None:
        written = [plain(topic.text) for kit in Kit for topic in topics_of(kit, language=language)]
        assert [pair for pair in itertools.combinations(written, 2) if nearly_same(*pair)] == []

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_nearly_the_same_goes_both_ways(self, one: str, other: str) -> None:
        assert nearly_same(one, one)
        assert nearly_same(one, other) == nearly_same(other, one)

    @given(st.text(max_size=300), st.binary(min_size=16, max_size=64))
    def test_any_text_has_64_bits_and_the_same_ones_each_time(self, text: str, key: bytes) -> None:
        found = fingerprint(text, key=key)
        assert 0 <= found < 2**64
        assert found == fingerprint(text, key=key)

    @given(st.text(min_size=10, max_size=60))
    def test_each_bit_is_what_most_pairs_vote_for(self, text: str) -> None:
        pairs = list(dict.fromkeys(a + b for a, b in itertools.pairwise(text)))
        digests = [exact(pair, key=self.KEY) for pair in pairs]
        wanted = sum(1 << bit for bit in range(64) if 2 * sum(d >> bit & 1 for d in digests) > len(pairs))
        assert fingerprint(text, key=self.KEY) == wanted

    def test_another_key_tells_nothing(self) -> None:
        one = fingerprint("a text of some length", key=b"a" * 32)
        assert find_like(one, [fingerprint("a text of some length", key=b"b" * 32)]) is None


class TestFading:
    """What goes back and forth between two fades."""

    @pytest.mark.parametrize(
        ("given_before", "returned", "left"),
        [
            (0, 0, 10),
            (50, 0, 10),
            (0, 50, 10),
            (3, 3, 10),
            (4, 4, 5),
            (4, 9, 5),
            (5, 5, 3),
            (6, 6, 1),
            (7, 7, 1),
            (8, 8, 0),
        ],
    )
    def test_it_halves_with_each_like_that_came_back_beyond_those_in_full(
        self, given_before: int, returned: int, left: int
    ) -> None:
        assert faded(10, given=given_before, returned=returned, in_full=3) == left

    @given(st.integers(0, 100), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 1000))
    def test_it_never_grows_and_never_falls_below_nothing(
        self, points: int, given_before: int, returned: int, in_full: int
    ) -> None:
        left = faded(points, given=given_before, returned=returned, in_full=in_full)
        assert 0 <= left <= points
        assert faded(points, given=given_before + 1, returned=returned, in_full=in_full) <= left


class TestGate:
    """Who is new."""

    @pytest.mark.parametrize(
        ("joined", "seen", "messages", "hours_later", "inside"),
        [
            (None, 0, 0, 0, False),
            (0, 0, 5, 23, True),
            (0, 0, 5, 24, False),
            (0, 0, 0, 24, True),
            (0, -1, 0, 1, False),
        ],
        ids=["was there before us", "too soon", "through", "never said a word", "came back"],
    )
    def test_only_who_came_before_our_eyes_is_new(
        self, joined: int | None, seen: int, messages: int, hours_later: int, inside: bool
    ) -> None:
        arrival = Arrival(
            first_seen_at=MONDAY + timedelta(hours=seen),
            first_joined_at=None if joined is None else MONDAY + timedelta(hours=joined),
        )
        at = MONDAY + timedelta(hours=hours_later)
        assert is_inside_gate(arrival, messages=messages, at=at, settings=NewcomersSettings()) is inside


class TestReach:
    """Whether a message may go to somebody now."""

    open_door = Reachability(door_is_closed=False, opted_out=False, pings_this_week=0)

    @pytest.mark.parametrize(
        ("begin", "end", "quiet"),
        [
            (22, 8, [22, 23, *range(8)]),
            (1, 6, [1, 2, 3, 4, 5]),
            (0, 8, list(range(8))),
            (23, 0, [23]),
            (8, 8, []),
            (0, 0, []),
        ],
    )
    def test_the_quiet_hours_may_lie_over_midnight(self, begin: int, end: int, quiet: list[int]) -> None:
        chosen = ReachSettings(quiet_from_hour=begin, quiet_until_hour=end)
        midnight = MONDAY.replace(hour=0, minute=30)
        found = [h for h in range(24) if end_of_quiet(midnight.replace(hour=h), settings=chosen) is not None]
        assert found == sorted(quiet)

    @given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 24 * 60 - 1))
    def test_a_ping_waits_for_the_next_end_of_the_quiet_hours(self, begin: int, end: int, minute: int) -> None:
        now = MONDAY.replace(hour=0) + timedelta(minutes=minute)
        chosen = ReachSettings(quiet_from_hour=begin, quiet_until_hour=end)
        over = end_of_quiet(now, settings=chosen)
        if over is not None:
            assert timedelta() < over - now <= timedelta(days=1)
            assert (over.hour, over.minute) == (end, 0)
            assert end_of_quiet(over, settings=chosen) is None

    @pytest.mark.parametrize(
        ("begin", "end", "day"),
        [(22, 8, range(8, 22)), (1, 6, range(6, 24)), (23, 0, range(23)), (9, 8, [8]), (5, 5, range(8, 22))],
    )
    def test_a_day_lies_between_two_nights_also_where_anybody_may_be_pinged_at_any_hour(
        self, begin: int, end: int, day: Sequence[int]
    ) -> None:
        chosen = ReachSettings(quiet_from_hour=begin, quiet_until_hour=end)
        found = [h for h in range(24) if is_day(MONDAY.replace(hour=h, minute=30), settings=chosen)]
        assert found == list(day)

    @given(
        st.integers(0, 23),
        st.integers(0, 23),
        st.integers(0, 400 * 24 * 60),
        st.sampled_from(["UTC", "Asia/Taipei", "Europe/Berlin", "America/New_York"]),
    )
    def test_the_next_morning_is_the_first_moment_of_a_day_of_its_own(
        self, begin: int, end: int, minute: int, time_zone: str
    ) -> None:
        chosen, now = ReachSettings(begin, end), MONDAY + timedelta(minutes=minute)
        morning = next_morning(now, time_zone=time_zone, settings=chosen)
        assert timedelta() < morning - now <= timedelta(hours=25)
        local = morning.astimezone(ZoneInfo(time_zone))
        # Where the clock is put forward over that hour, the day begins with the next.
        assert (local.hour, local.minute) in {(end if begin != end else 8, 0), (3, 0)}
        assert is_day(local, settings=chosen) or local.hour != end

    @pytest.mark.parametrize("kind", list(Kind))
    def test_nothing_goes_through_a_closed_door(self, kind: Kind) -> None:
        closed = dataclasses.replace(self.open_door, door_is_closed=True)
        assert may_send(kind=kind, to=closed, local_now=MONDAY, settings=ReachSettings()).refusal is No.DOOR_CLOSED

    @pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.NOTICE])
    def test_what_a_person_caused_goes_at_night_and_however_often(self, kind: Kind) -> None:
        night = MONDAY.replace(hour=3)
        weary = Reachability(door_is_closed=False, opted_out=True, pings_this_week=99)
        verdict = may_send(kind=kind, to=weary, local_now=night, settings=ReachSettings())
        assert verdict == Verdict(is_silent=kind is Kind.NOTICE)
        assert may_send(kind=kind, to=weary, local_now=MONDAY, settings=ReachSettings()) == Verdict()

    def test_an_honour_waits_for_the_morning_and_goes_however_often(self) -> None:
        weary = Reachability(door_is_closed=False, opted_out=True, pings_this_week=99)

        def verdict(hour: int, **chosen: int) -> Verdict:
            now = MONDAY.replace(hour=hour)
            return may_send(kind=Kind.HONOUR, to=weary, local_now=now, settings=ReachSettings(**chosen))

        assert verdict(21) == verdict(8) == Verdict()
        assert verdict(23) == Verdict(not_before=(MONDAY + timedelta(days=1)).replace(hour=8))
        assert verdict(7) == Verdict(not_before=MONDAY.replace(hour=8))
        # A group without quiet hours has its news at any hour.
        assert verdict(3, quiet_from_hour=5, quiet_until_hour=5) == Verdict()

    def test_a_ping_respects_the_wish_then_the_cap_then_the_night(self) -> None:
        def verdict(hour: int = 12, **about: Any) -> Verdict:
            to = dataclasses.replace(self.open_door, **about)
            return may_send(
                kind=Kind.PING, to=to, local_now=MONDAY.replace(hour=hour), settings=ReachSettings(pings_a_week=2)
            )

        assert verdict() == Verdict()
        assert verdict(pings_this_week=1) == Verdict()
        assert verdict(pings_this_week=2).refusal is No.TOO_OFTEN
        assert verdict(opted_out=True, pings_this_week=2).refusal is No.OPTED_OUT
        assert verdict(hour=23).not_before == (MONDAY + timedelta(days=1)).replace(hour=8)


@pytest.mark.parametrize(
    ("standing", "missing"),
    [
        (Standing(is_administrator=True, rights=("can_delete_messages",)), ()),
        (Standing(is_administrator=True), (Lack.TIDYING,)),
        (Standing(is_administrator=False, reads_all=True), (Lack.REACTIONS, Lack.JOINS, Lack.TIDYING)),
        (Standing(is_administrator=False), (Lack.ALL_MESSAGES, Lack.REACTIONS, Lack.JOINS, Lack.TIDYING)),
    ],
)
def test_what_does_not_work_follows_from_the_rights(standing: Standing, missing: tuple[Lack, ...]) -> None:
    assert lacks(standing) == missing


class TestSettings:
    """A feature's numbers."""

    @pytest.mark.parametrize("made", FEATURE_SETTINGS.values())
    def test_every_default_stands_within_its_bounds(self, made: type) -> None:
        settings.check(made())

    @pytest.mark.parametrize("made", FEATURE_SETTINGS.values())
    def test_both_bounds_are_admitted_and_what_lies_beyond_is_not(self, made: type) -> None:
        for field in dataclasses.fields(made):
            told = settings.about(field)
            if told.least is None or told.most is None:
                continue
            for value in (told.least, told.most):
                settings.check(settings.changed(made(), {field.name: value}))
            for value in (told.least - 1, told.most + 1):
                with pytest.raises(settings.SettingIsOutOfBounds, match=field.name):
                    settings.check(settings.changed(made(), {field.name: value}))

    def test_what_a_newer_version_dropped_is_left_out(self) -> None:
        assert settings.changed(MessagesSettings(), {"points": 7, "gone": 1}) == MessagesSettings(points=7)
