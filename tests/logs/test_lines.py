"""A log line says when, what and of which work, and never a secret."""

import asyncio
import io
import json
import logging
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd import logs
from syncd.errors import SyncdError, VendorRefused
from syncd.logs import configure_logging, secrets_of
from syncd.model import Side
from syncd.vendor_answers import Call, Judge, Received
from tests.logs.conftest import Lines, Terminal
from tests.settings.made import document, load

logger = logging.getLogger("syncd.tests")


def test_a_line_is_one_json_object(lines: Lines) -> None:
    """Each record is one line with time, level, logger and message, whatever stands in it."""
    logger.warning("two\nlines and %s", "a value")
    (line,) = lines()
    assert line["message"] == "two\nlines and a value"
    assert (line["level"], line["logger"]) == ("warning", "syncd.tests")
    assert line["time"].endswith("Z")
    assert line.keys() == {"time", "level", "logger", "message"}


async def test_a_line_says_of_which_work_it_is(lines: Lines) -> None:
    """Connection, cycle and intent are those of the task that logs, and of no other."""

    async def cycle(name: str, number: int) -> None:
        logs.work_on(connection=name, cycle=number)
        await asyncio.sleep(0)
        with logs.about(intent=number * 10):
            logger.info("inside")
        logger.info("outside")

    await asyncio.gather(cycle("north", 1), cycle("south", 2))
    found = {(e["message"], e["connection"], e["cycle"], e.get("intent")) for e in lines()}
    assert found == {
        ("inside", "north", 1, 10),
        ("inside", "south", 2, 20),
        ("outside", "north", 1, None),
        ("outside", "south", 2, None),
    }


def test_an_error_brings_its_code_and_no_traceback(lines: Lines) -> None:
    """What is no bug is told in one sentence with its code."""
    error = SyncdError("store_full", "the disk is full", "make room")
    logger.error("northgate: %s", error)
    (line,) = lines()
    assert line["code"] == "store_full"
    assert "traceback" not in line


@pytest.mark.parametrize("form", ["northgate: %s", "%s"])
def test_a_vendors_own_words_stay_out(lines: Lines, form: str) -> None:
    """A line has our words, the code and the operation; a vendor's sentence may name a tenant."""
    judge = Judge(Side.AGENTOS, "a-key")
    said = b'{"Message": "Tenant Mrs Ailsa Farquhar of 12 High Street AB51 3QR"}'
    call = Call("attach_document", "POST", "/jobs/1/attachdocument")
    with pytest.raises(VendorRefused) as refused:
        judge.answer(call, Received(400, {}, said), now=datetime.now(UTC))
    assert "Farquhar" in str(refused.value)
    logger.error(form, refused.value)
    (line,) = lines()
    assert line["code"] == "agentos_refused"
    assert "AgentOS attach_document was answered with 400" in line["message"]
    assert "Farquhar" not in json.dumps(line)
    assert "High Street" not in json.dumps(line)


def test_a_bug_brings_where_it_happened_and_no_value(lines: Lines) -> None:
    """The traceback of a bug is a field of lines, without the words of the exception."""
    try:
        raise KeyError("07700 900123")
    except KeyError:
        logger.exception("bug in syncd")
    (line,) = lines()
    assert line["traceback"][-1] == "KeyError"
    assert any("test_lines.py" in each for each in line["traceback"])
    assert "900123" not in json.dumps(line)


@pytest.mark.parametrize(
    "slip",
    [
        "GET https://x.example/jobs?api_key=canary-key-1",
        "the key canary-key-1",
        "call 07700 900123 first",
        "write to ada@example.com",
        "signature " + "QUJD" * 40,
    ],
)
def test_what_slips_through_is_masked(lines: Lines, slip: str) -> None:
    """Whatever some call logs: no key, phone, address or picture reaches the stream."""
    logging.getLogger("some.library").error("%s", slip)
    said = json.dumps(lines())
    for secret in ("canary-key-1", "900123", "ada@", "QUJDQUJD"):
        assert secret not in said


async def test_httpx_does_not_log_addresses(lines: Lines, stream: io.StringIO) -> None:
    """What other libraries say of their work stays out, also when syncd is verbose."""
    configure_logging(is_verbose=True, stream=stream)
    async with httpx.AsyncClient(transport=httpx.MockTransport(_fine)) as client:
        await client.get("https://vendor.example/jobs?api_key=secret")
    logging.getLogger("apscheduler.scheduler").warning("missed")
    logging.getLogger("uvicorn.access").info("GET /inbox")
    logging.getLogger("apprise").error("failed to send to mailto://user:word@host")
    assert lines() == []


def _fine(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200)


def test_a_terminal_gets_readable_lines() -> None:
    """A person who looks on reads a sentence, not JSON."""
    terminal = Terminal()
    configure_logging(["canary-key-1"], stream=terminal)
    with logs.about(connection="northgate", cycle=7):
        logger.warning("%s", SyncdError("store_full", "no room for canary-key-1"))
    line = terminal.getvalue()
    assert "warning northgate/7: no room for [key] [store_full]" in line
    assert not line.startswith("{")


def test_the_secrets_of_a_configuration_are_known() -> None:
    """Keys, tokens, passwords in addresses and what targets hold, but no word of a path that is
    none."""
    made = load(
        document(
            store={"url": "postgresql://syncd:database-word@db.example/syncd"},
            admin={"token": "admin-token-1"},
            notifications={
                "targets": ["mailto://someone:mail%20word@mail.example?to=boss@example.com"],
                "dead_man_url": "https://ping.example/0f8fad5b-d9cb",
            },
        )
    )
    found = secrets_of(made)
    for secret in (
        "agentos-key",
        "letsjobit-key",
        "database-word",
        "admin-token-1",
        "mail word",
        "mail%20word",
        "boss@example.com",
        "0f8fad5b-d9cb",
    ):
        assert secret in found
    assert "syncd" not in found


@given(st.text(min_size=6).filter(lambda text: text.strip() == text and text.isprintable()))
def test_no_secret_survives_in_a_line(secret: str) -> None:
    """Whatever a key is made of, a line that names it does not hold it."""
    if secret.startswith("[key]") or secret in "unexpected answer to ":
        return
    stream = io.StringIO()
    configure_logging([secret], stream=stream)
    logger.warning("unexpected answer to %s", secret)
    said = json.loads(stream.getvalue())["message"]
    assert secret not in said.replace("[key]", "")
