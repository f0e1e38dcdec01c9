"""Who the crowd is: names, languages and habits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

TRADITIONAL, SIMPLIFIED, ENGLISH = "zh-hant", "zh-hans", "en"


class Habit(StrEnum):
    """How somebody lives in a group."""

    TALKER = "talker"
    REGULAR = "regular"
    HELPER = "helper"
    ASKER = "asker"
    LURKER = "lurker"
    PAIR = "pair"  # likes whatever the other of the two writes
    SPAMMER = "spammer"
    NEWCOMER = "newcomer"  # comes in only while the others live


@dataclass(frozen=True)
class Role:
    name: str
    language: str
    habit: Habit
    last_name: str | None = None
    username: str | None = None


# How much somebody of a habit does of each thing, compared with the others.
OPENS: Mapping[Habit, float] = MappingProxyType(
    {Habit.TALKER: 6, Habit.REGULAR: 2, Habit.HELPER: 1.5, Habit.PAIR: 3, Habit.NEWCOMER: 1, Habit.LURKER: 0.15}
)
ASKS: Mapping[Habit, float] = MappingProxyType(
    {Habit.ASKER: 6, Habit.NEWCOMER: 3, Habit.REGULAR: 1, Habit.TALKER: 0.7, Habit.LURKER: 0.3}
)
ANSWERS: Mapping[Habit, float] = MappingProxyType(
    {Habit.HELPER: 6, Habit.TALKER: 4, Habit.REGULAR: 2.5, Habit.PAIR: 2, Habit.ASKER: 1, Habit.LURKER: 0.3}
)
LIKES: Mapping[Habit, float] = MappingProxyType(
    {Habit.LURKER: 2, Habit.REGULAR: 2, Habit.TALKER: 1.5, Habit.HELPER: 2, Habit.ASKER: 1, Habit.PAIR: 0.7}
)

CAST: tuple[Role, ...] = (
    Role("怡君", TRADITIONAL, Habit.TALKER, "陳"),
    Role("志明", TRADITIONAL, Habit.HELPER, "林", "ming_reads"),
    Role("雅婷", TRADITIONAL, Habit.REGULAR),
    Role("阿宏", TRADITIONAL, Habit.TALKER),
    Role("淑芬", TRADITIONAL, Habit.HELPER, "王"),
    Role("柏翰", TRADITIONAL, Habit.ASKER, None, "bohan"),
    Role("佳穎", TRADITIONAL, Habit.PAIR),
    Role("冠宇", TRADITIONAL, Habit.PAIR, "張"),
    Role("思妤", TRADITIONAL, Habit.LURKER),
    Role("小魚🐟", TRADITIONAL, Habit.REGULAR),
    Role("家豪", TRADITIONAL, Habit.LURKER, "黃"),
    Role("詩涵", TRADITIONAL, Habit.REGULAR, "李", "shihan_l"),
    Role("阿嬤書房", TRADITIONAL, Habit.LURKER),
    Role("子晴", TRADITIONAL, Habit.NEWCOMER),
    Role("建国", SIMPLIFIED, Habit.TALKER, "赵"),
    Role("晓燕", SIMPLIFIED, Habit.HELPER, "刘", "xiaoyan88"),
    Role("小磊", SIMPLIFIED, Habit.REGULAR),
    Role("思远", SIMPLIFIED, Habit.TALKER, "周"),
    Role("静怡", SIMPLIFIED, Habit.REGULAR, "吴"),
    Role("老王", SIMPLIFIED, Habit.HELPER),
    Role("一诺", SIMPLIFIED, Habit.ASKER),
    Role("梓涵", SIMPLIFIED, Habit.LURKER, None, "zihan_z"),
    Role("慢慢读", SIMPLIFIED, Habit.LURKER),
    Role("小米粒", SIMPLIFIED, Habit.REGULAR),
    Role("海涛", SIMPLIFIED, Habit.LURKER, "孙"),
    Role("雨桐", SIMPLIFIED, Habit.REGULAR, "郑"),
    Role("天天", SIMPLIFIED, Habit.NEWCOMER),
    Role("Priya", ENGLISH, Habit.TALKER, "Nair", "priya_n"),
    Role("Tomás", ENGLISH, Habit.TALKER, "Rivera"),
    Role("Hannah", ENGLISH, Habit.HELPER, "Okafor"),
    Role("Jonas", ENGLISH, Habit.REGULAR, "Weber"),
    Role("Grace", ENGLISH, Habit.HELPER, "Lin", "gracelin"),
    Role("Oliver", ENGLISH, Habit.ASKER, "Hughes"),
    Role("Fatima", ENGLISH, Habit.REGULAR, "Haddad"),
    Role("Marek", ENGLISH, Habit.LURKER),
    Role("Sofia", ENGLISH, Habit.REGULAR, "Rossi", "sofiareads"),
    Role("Ken", ENGLISH, Habit.LURKER, "Tanaka"),
    Role("Aoife", ENGLISH, Habit.LURKER, "Byrne"),
    Role("Bea", ENGLISH, Habit.NEWCOMER, "Santos"),
    Role("Rich Fast 💰", ENGLISH, Habit.SPAMMER, None, "richfast_signals"),
)
