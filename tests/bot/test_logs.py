"""The logs: one stream for every logger, and no secret in it, whichever way it comes."""

import json
import subprocess
import sys
import textwrap

import pytest

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"
SHORT = "100:SIM"
PASSWORD = 'hush-"ü"-hush'

SET_UP = f"""
import asyncio, logging, sys, threading, warnings
import structlog
from bot.config import Log
from bot.logs import set_up
TOKEN, SHORT, PASSWORD = {TOKEN!r}, {SHORT!r}, {PASSWORD!r}
set_up(Log(level=sys.argv[2], format=sys.argv[1]), secrets=[SHORT, PASSWORD])
log = structlog.get_logger("kith.test")
"""


def written(program: str, *, form: str = "json", level: str = "debug", code: int = 0) -> str:
    """What a process of its own writes to standard error."""
    whole = SET_UP + textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", whole, form, level], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    return done.stderr


def test_a_line_of_ours_has_time_level_name_and_its_values() -> None:
    line = json.loads(written('log.info("batch stored", updates=100)'))

    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "batch stored", "updates": 100, "level": "info", "logger": "kith.test"}


def test_the_libraries_loggers_come_in_the_same_form() -> None:
    line = json.loads(written('logging.getLogger("telegram.ext").info("step %s of %d", "one", 2)'))

    assert (line["event"], line["logger"], line["level"]) == ("step one of 2", "telegram.ext", "info")


def test_a_human_reads_one_line_without_colours_in_a_file() -> None:
    text = written('log.warning("群組 is quiet", days=3)', form="human")

    assert text.count("\n") == 1
    assert "warning" in text
    assert "群組 is quiet" in text
    assert "days=3" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("form", ["human", "json"])
def test_the_level_holds_for_all(form: str) -> None:
    program = """
    log.info("small"); logging.getLogger("x").info("small")
    log.error("great"); logging.getLogger("x").error("great")
    logging.getLogger("telegram.ext").warning("small")
    """
    text = written(program, form=form, level="error")

    assert text.count("great") == 2
    assert "small" not in text


def test_what_would_tell_urls_or_peoples_words_is_silent_even_at_debug() -> None:
    program = """
    for name in ("httpx", "httpcore.http11", "aiosqlite", "sqlalchemy.engine.Engine", "uvicorn.access"):
        logging.getLogger(name).info("told")
    logging.getLogger("telegram.ext.ExtBot").debug("told")
    """
    assert written(program) == ""


EVERY_WAY = """
class Odd:
    def __repr__(self): return f"<odd {TOKEN} {SHORT}>"
secret = f"{TOKEN} bot{SHORT}/getMe {PASSWORD}"
log.info(f"said {secret}")
log.info("as a value", value=secret, inner={"deep": [secret, Odd()]}, odd=Odd())
log.info("as argument %s", secret)
foreign = logging.getLogger("telegram.ext")
foreign.warning("said %s", secret)
foreign.warning(secret)
foreign.warning("odd %r", Odd())
foreign.warning("encoded https://host/bot" + TOKEN.replace(":", "%3A") + "/x")
logging.getLogger("httpx").warning("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
logging.getLogger("x").warning("postgresql://kith:another@host/kith")
def fails(): raise ValueError(f"no {secret}") from KeyError(secret)
for logger in (log, foreign):
    try: fails()
    except ValueError: logger.exception("failed")
warnings.warn(f"old {secret}")
structlog.contextvars.bind_contextvars(where=secret)
log.info("in a context")
async def loop():
    async def task(): raise RuntimeError(secret)
    running = asyncio.create_task(task(), name=f"poll {TOKEN}")
    await asyncio.sleep(0.01)
    del running
    asyncio.get_running_loop().call_soon(fails)
    await asyncio.sleep(0.01)
asyncio.run(loop())
thread = threading.Thread(target=fails); thread.start(); thread.join()
class Grave:
    def __del__(self): fails()
Grave()
fails()
"""


@pytest.mark.parametrize("form", ["human", "json"])
def test_no_secret_is_told_whichever_way_it_comes(form: str) -> None:
    text = written(EVERY_WAY, form=form, code=1)

    for secret in (TOKEN, TOKEN.partition(":")[2], SHORT, "hush", "another", TOKEN.replace(":", "%3A")):
        assert secret not in text
    for told in ("as a value", "getMe", "postgresql://kith:***@host/kith", "in a context", "***"):
        assert told in text
    for caught in ("Task exception was never retrieved", "nobody caught this in a thread", "could not be raised"):
        assert caught in text
    assert text.count("Traceback (most recent call last)") >= 6
    if form == "json":
        assert [json.loads(line)["level"] for line in text.splitlines()][-1] == "critical"


def test_a_line_that_cannot_be_written_does_not_tell_its_arguments() -> None:
    text = written("""logging.getLogger("x").warning("%d", SHORT)""")

    assert SHORT not in text
    assert text == "a line of x could not be written: TypeError\n"


def test_setting_up_twice_tells_each_line_once() -> None:
    text = written("""
    set_up(Log(level="info", format="json"), secrets=[])
    log.debug("small"); log.info("great")
    """)

    assert text.count("\n") == 1


def test_what_interrupts_is_no_failure() -> None:
    text = written("raise KeyboardInterrupt", code=-2)

    assert "nobody caught" not in text


def test_the_real_library_that_cannot_reach_its_server_tells_no_token() -> None:
    text = written(
        """
        import telegram
        async def ask():
            async with telegram.Bot(SHORT, base_url="http://127.0.0.1:9/bot"): pass
        try: asyncio.run(ask())
        except telegram.error.TelegramError: log.exception("not reached")
        """
    )

    assert "ConnectError" in text
    assert SHORT not in text
