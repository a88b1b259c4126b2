"""The benchmarks measure what they say; no figure is asserted. Scenarios that start processes run by `make bench`."""

import json
from datetime import UTC, datetime
from typing import Self

import pytest
from pydantic import SecretStr

from app.channels.adapters.email import EmailAdapter
from app.channels.adapters.http.adapter import HttpAdapter, HttpConfig
from app.channels.contract import Delivery
from bench import __main__ as command
from bench import figures, machine
from bench.corpus import mails, threads
from bench.figures import Pair, Round
from bench.ground import WEBHOOK_SECRET
from bench.scenarios import SCENARIOS, clocks
from bench.scenarios.accept import requests
from bench.thin import mail as thin


def test_a_corpus_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert mails(30, seed=3) == mails(30, seed=3)
    assert not {mail.raw for mail in mails(30, seed=3)} & {mail.raw for mail in mails(30, seed=4)}


def test_every_mail_is_read_by_both_sides_with_its_words_its_thread_and_its_pieces() -> None:
    adapter = EmailAdapter()
    corpus = mails(120, seed=5)
    assert 1 < threads(corpus) < len(corpus)
    for mail in corpus:
        (event,) = adapter.parse(Delivery(body=mail.raw), adapter.config_for(None))
        assert event.sender
        assert event.sender.address == mail.sender
        assert "salutations distinguées" in (event.text or "")
        assert len(event.attachments) == mail.pieces
        assert bool(event.references) == (mail.root != mail.number)
        row = thin._row(mail.raw)
        assert (row[3], row[5]) == (mail.sender, event.external_id)
        assert "salutations distinguées" in str(row[8])


def test_a_request_of_the_door_is_a_signed_message() -> None:
    (request,) = requests("/hook", 1, first=1)
    head, _, body = request.partition(b"\r\n\r\n")
    headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")[1:]]
    delivery = Delivery(body=body, headers=[(name, value) for name, value in headers])
    config = HttpConfig(secrets=(SecretStr(WEBHOOK_SECRET),))
    assert HttpAdapter().verify(delivery, config, now=datetime.now(UTC)).verified is True
    assert 1_500 < len(body) < 3_000


def test_figures_compare_rounds_and_judge_budgets() -> None:
    pairs = [Pair(Round(100, 1.0, [0.001] * 100), Round(100, seconds, [0.003] * 100)) for seconds in (2.0, 4.0, 1.0)]
    shown = figures.compared(pairs)
    assert (shown["thin_per_s"], shown["parvis_per_s"], shown["ratio"]) == (100.0, 50.0, 0.5)
    assert (shown["p99_ratio"], shown["parvis_p99_ms"]) == (3.0, 3.0)
    assert figures.at_least(0.5, 0.5)["met"] is True
    assert figures.at_most(4, 4.1)["met"] is False


async def test_the_scenario_that_needs_nothing_yields_the_shape_of_all() -> None:
    shown = await clocks.run(None, quick=True)  # type: ignore[arg-type]
    assert {"what", "budgets", "readings_per_s"} <= shown.keys()
    assert all({"budget", "found", "met"} == budget.keys() for budget in dict(shown["budgets"]).values())  # type: ignore[call-overload]
    assert json.dumps(machine.facts())


def test_an_unknown_scenario_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["nothing"])
    told = capsys.readouterr().err
    assert all(name in told for name in ("nothing", *SCENARIOS))


async def test_a_scenario_that_breaks_is_named_and_takes_nothing_of_the_others_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def well(_ground: object, *, quick: bool) -> dict[str, object]:
        return {"what": "a figure", "quick": quick, "budgets": {}}

    async def broken(_ground: object, *, quick: bool) -> dict[str, object]:
        raise RuntimeError(str(quick))

    class Nowhere:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(command, "Ground", Nowhere)
    monkeypatch.setattr(command, "SCENARIOS", {"breaks": broken, "holds": well})
    document = await command.measured(["breaks", "holds"], quick=True)
    assert document["broke"] == ["breaks"]
    assert document["scenarios"] == {"holds": {"what": "a figure", "quick": True, "budgets": {}}}
