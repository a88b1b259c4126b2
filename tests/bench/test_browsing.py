"""What a screen waits for, told from when its requests began and ended."""

import pytest

from bench.browsing import Request, chain, shortest


def asked(path: str, begun: float, ended: float) -> Request:
    return Request(path, begun, begun, ended, 0)


def test_a_chain_leads_through_what_had_ended_before_the_next_began() -> None:
    me, beside, rows, again = (
        asked("/me", 0, 5),
        asked("/tenant", 0, 9),
        asked("/list?a", 6, 20),
        asked("/list?b", 30, 40),
    )
    assert chain([again, rows, beside, me], "/list") == [me, rows]
    assert chain([me, beside], "/list") == []


def test_the_longest_of_several_ways_is_told_and_what_never_ends_leads_nowhere() -> None:
    stream, first, second, rows = asked("/stream", 0, 0), asked("/a", 1, 2), asked("/b", 3, 4), asked("/list", 5, 6)
    assert chain([stream, first, second, rows], "/list") == [first, second, rows]
    assert chain([stream, asked("/list", 5, 6)], "/list") == [asked("/list", 5, 6)]


def test_what_every_round_waited_for_is_told_and_a_round_that_asked_for_nothing_is_no_good_news() -> None:
    me, count, rows = asked("/me", 0, 2), asked("/count", 3, 4), asked("/list", 5, 6)
    assert shortest([[me, count, rows], [me, rows], [me, count, rows]]) == [me, rows]
    with pytest.raises(RuntimeError, match="never asked"):
        shortest([[me, rows], []])
