"""F39: whoever reads the logs stops reading, or is gone: nobody waits, and what was lost is counted."""

import json
import logging
import os

from app import logs_apart
from app.logs_apart import Apart


def said(reader: int, *, until: str) -> list[str]:
    got = b""
    while until.encode() not in got:
        got += os.read(reader, 1 << 16)
    return got.decode().splitlines()


def test_a_pipe_nobody_reads_keeps_nobody_waiting_and_tells_later_what_was_lost() -> None:
    reader, writer = os.pipe()
    handler = Apart(logging.Formatter("%(message)s"), writer)
    try:
        for number in range(logs_apart.KEPT + 3_000):  # more than the pipe and the queue hold
            handler.handle(logging.makeLogRecord({"msg": f"line {number}, long enough that a pipe is soon full"}))
        lines = said(reader, until="log.lost")
        (told,) = [json.loads(line) for line in lines if line.startswith("{")]
        assert lines[0].startswith("line 0,")
        assert told["lines"] > 0
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
