"""What is said about questions, with values that somebody could really meet."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from handlers.texts import questions
from handlers.texts.reader import Html, Reader
from models.questions import Questions

NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
NAMES = {1: "Lin", 3: "小安"}
ASKED = (
    Questions(chat_id=-1001234567890, message_id=77, asker_id=1, asked_at=NOW, answers=0),
    Questions(chat_id=-1001234567890, message_id=78, asker_id=3, asked_at=NOW, answers=1),
    Questions(chat_id=-4321, message_id=5, asker_id=9, asked_at=NOW, answers=12),
)

SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "questions.about_ask": questions.about_ask,
    "questions.about_helped": questions.about_helped,
    "questions.about_open": questions.about_open,
    "questions.asked": questions.asked,
    "questions.helped": partial(questions.helped, name="小安"),
    "questions.helped: by the group itself": partial(questions.helped, name=None),
    "questions.helped_before": questions.helped_before,
    "questions.take_back": questions.take_back,
    "questions.taken_back": questions.taken_back,
    "questions.open_brief": partial(questions.open_brief, questions=ASKED, count=3, names=NAMES),
    "questions.open_brief: one": partial(questions.open_brief, questions=ASKED[:1], count=1, names=NAMES),
    "questions.open_brief: none": partial(questions.open_brief, questions=(), count=0, names={}),
    "questions.open_full": partial(questions.open_full, title="Book Club", questions=ASKED, count=1203, names=NAMES),
    "questions.open_full: none": partial(questions.open_full, title="Book Club", questions=(), count=0, names={}),
    "questions.unanswered": partial(questions.unanswered, title="Book Club", count=3),
    "questions.unanswered: one": partial(questions.unanswered, title="Book Club", count=1),
    "questions.unanswered_oldest": partial(
        questions.unanswered_oldest, title="Book Club", questions=ASKED, count=1203, names=NAMES
    ),
    "questions.unanswered_oldest: one": partial(
        questions.unanswered_oldest, title="Book Club", questions=ASKED[:1], count=1, names=NAMES
    ),
    "questions.all_open": questions.all_open,
    "questions.are_off": questions.are_off,
    "questions.ask_in_group": questions.ask_in_group,
    "questions.written_as_group": questions.written_as_group,
    "questions.nothing_asked": questions.nothing_asked,
    "questions.not_your_message": questions.not_your_message,
    "questions.nothing_answered": questions.nothing_answered,
    "questions.which_question": questions.which_question,
    "questions.own_answer": questions.own_answer,
    "questions.not_your_question": questions.not_your_question,
}
