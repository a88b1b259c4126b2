"""F39: whoever reads the logs stops reading, or is gone: nobody waits, and what was lost is counted."""

import json
import logging
import os

from app import logs_apart
from app.logs_apart import Apart


def told_or_lost(reader: int, lines: int) -> tuple[list[str], int]:
    """Reads until every one of the `lines` was read or told as lost."""
    got, said, lost = b"", list[str](), 0
    while len(said) + lost < lines:
        got += os.read(reader, 1 << 16)
        *whole, got = got.split(b"\n")
        for line in (one.decode() for one in whole):
            if line.startswith("{"):
                lost += json.loads(line)["lines"]
            else:
                said.append(line)
    assert len(said) + lost == lines
    return said, lost


def test_a_pipe_nobody_reads_keeps_nobody_waiting_and_tells_later_what_was_lost() -> None:
    reader, writer = os.pipe()
    handler = Apart(logging.Formatter("%(message)s"), writer)
    many = logs_apart.KEPT + 3_000  # more than the pipe and the queue hold
    try:
        for number in range(many):
            handler.handle(logging.makeLogRecord({"msg": f"line {number}, long enough that a pipe is soon full"}))
        said, lost = told_or_lost(reader, many)
        assert said[0].startswith("line 0,")
        assert lost > 0
    finally:
        os.close(reader)
        handler.end()
        os.close(writer)


def test_a_reader_that_is_gone_ends_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    handler = Apart(logging.Formatter("%(message)s"), writer)
    for number in range(10):
        handler.handle(logging.makeLogRecord({"msg": f"line {number}"}))
    handler.end()
    assert handler.lost == 10
    os.close(writer)
