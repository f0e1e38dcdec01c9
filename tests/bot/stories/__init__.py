"""Stories of what Kith posts by the clock or because of what people did, and of what must come of each."""

from tests.bot.stories.cocreations import COCREATIONS
from tests.bot.stories.members import BOARDS, MEMBERS
from tests.bot.stories.polls import POLLS
from tests.bot.stories.topics import QUESTIONS, TOPICS
from tests.bot.stories.works import WORKS

STORIES = (*TOPICS, *QUESTIONS, *WORKS, *POLLS, *COCREATIONS, *BOARDS, *MEMBERS)
