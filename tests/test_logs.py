"""Logs tell what happened, not what people said: T111 and its canaries."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from app import logs
from app.errors import Conflict

CANARIES = (
    "canary-configured-secret",
    "parvis_" + "c4n4ry" * 6,
    "hunter2canary",
    "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl",
    "canary.usager@example.org",
    "canary+tag@sous.domaine.example.fr",
    "+33612345678",
    "0033 6 12 34 56 78",
    "canary-dsn-password",
)
Told = Callable[[], list[dict[str, Any]]]


def raising(error: Exception) -> None:
    held_in_a_local = str(error)  # a traceback with variables would show it
    assert held_in_a_local
    raise error


@pytest.fixture
def told() -> Iterator[Told]:
    root = logging.getLogger()
    kept = list(root.handlers), root.level
    out = io.StringIO()
    logs.configure(level="info", secrets=["canary-configured-secret"], stream=out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:], level = kept
    root.setLevel(level)
    logging.captureWarnings(False)
    logs._state.update(done=False, debugging=False)


def test_no_canary_leaves_by_any_way(told: Told) -> None:
    log = structlog.get_logger()
    log.info(
        "intake.kept",
        words=f"from {CANARIES[4]} and {CANARIES[6]}",
        key=CANARIES[1],
        password=CANARIES[2],
        headers={"Authorization": f"Bearer {CANARIES[3]}", "X": [CANARIES[5], {"token": CANARIES[2]}]},
        url=f"postgresql://parvis:{CANARIES[8]}@db.example.fr/parvis",
        configured=f"x{CANARIES[0]}x",
        number=CANARIES[7],
        **{CANARIES[4]: 1},
    )
    named_after_somebody = f"event of {CANARIES[4]}"
    log.info(named_after_somebody)
    logging.getLogger("library").warning("sending to %s with %s", CANARIES[5], CANARIES[0])
    for words in CANARIES:
        try:
            raising(ValueError(words))
        except ValueError:
            log.exception("intake.failed")
            logging.getLogger("library").exception("failed")
    written = json.dumps(told())
    assert not [canary for canary in CANARIES if canary in written]
    assert len(told()) == 3 + 2 * len(CANARIES)


def test_one_event_is_one_line(told: Told) -> None:
    """M:d22: a subject that forges a log line stays inside its own."""
    forged = 'x\r\n{"event": "forged", "level": "info"}\n\u2028\x85\x1b[31mred\x00'
    structlog.get_logger().info(forged, subject=forged, **{forged: forged})
    logging.getLogger("library").warning(forged)
    assert [line["event"] for line in told()] == [logs._hushed(forged)] * 2
    assert not any(line["event"] == "forged" for line in told())


def test_one_event_is_one_line_on_a_console_too() -> None:
    out = io.StringIO()
    root = logging.getLogger()
    kept = list(root.handlers), root.level
    try:
        logs.configure(form="console", stream=out)
        structlog.get_logger().info("a\r\nb", subject="c\nd\x1b[31m")
    finally:
        structlog.reset_defaults()
        root.handlers[:] = kept[0]
        root.setLevel(kept[1])
        logging.captureWarnings(False)
    assert len(out.getvalue().splitlines()) == 1
    assert "\x1b[31m" not in out.getvalue()


def test_an_exception_is_its_type_and_its_place(told: Told) -> None:
    try:
        int("les mots d'un usager")
    except ValueError:
        structlog.get_logger().exception("intake.failed", reception="018f")
    (line,) = told()
    assert (line["exception"], line["reception"]) == ("ValueError", "018f")
    assert line["frames"][-1].endswith("test_an_exception_is_its_type_and_its_place")
    assert "usager" not in json.dumps(line)


def test_our_own_words_are_kept_with_their_cause(told: Told) -> None:
    try:
        try:
            raising(OSError(28, "No space left on device"))
        except OSError as cause:
            raise Conflict("the piece exists already") from cause
    except Conflict:
        structlog.get_logger().exception("files.failed")
    assert told()[0]["exception"] == "app.errors.Conflict: the piece exists already < OSError: No space left on device"


def test_libraries_that_quote_messages_are_silent(told: Told) -> None:
    """aiosmtpd logs every command with its addresses, httpx every URL with its tokens."""
    logging.getLogger("mail.log").error("RCPT TO:<x>")
    logging.getLogger("httpx").info("GET https://api.example.org/bot123:token/getMe")
    assert told() == []


def test_a_warning_is_a_log_line(told: Told) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs.configure(stream=(out := io.StringIO()))
        warnings.warn("something is deprecated", stacklevel=1)
    assert "something is deprecated" in json.loads(out.getvalue())["event"]


def test_identifiers_and_figures_are_left_alone(told: Told) -> None:
    values = {"ticket": "tkt_01k0000000000000000000000", "uuid": "01a201b2-a233-79ec-8ddc-b0c357637e56", "days": 3}
    structlog.get_logger().info("sve.due_soon", **values, at="2026-03-02T10:00:00+01:00", ok=True, none=None)
    (line,) = told()
    assert {name: line[name] for name in values} == values
    assert (line["at"], line["ok"], line["none"]) == ("2026-03-02T10:00:00+01:00", True, None)
