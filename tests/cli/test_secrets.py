"""`parvis secrets`: what stands under which key, and changing keys, from the command line."""

import pytest

from tests.cli.conftest import Parvis, lines

CHANNEL = ["channels", "list"]
FORMER, NEXT = "a secret key of tests, long enough to be one", "another secret key of tests, long enough as well"


def test_a_secret_key_is_changed_step_by_step(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lines(in_the_house("secrets", "status", "--json"))
    former = next(line["master"] for line in before if line.get("present"))
    seeded = in_the_house("secrets", "rotate", "--data-keys")  # whoever has no secret yet has a data key now
    assert seeded.exit_code == 0, seeded.output

    monkeypatch.setenv("PARVIS_SECRET_KEY", NEXT)
    refused = in_the_house("secrets", "rotate")
    assert (refused.exit_code, former in refused.stderr) == (1, True)
    assert "PARVIS_PREVIOUS_SECRET_KEYS" in refused.stderr

    monkeypatch.setenv("PARVIS_PREVIOUS_SECRET_KEYS", f'["{FORMER}"]')
    waiting = next(line for line in lines(in_the_house("secrets", "status", "--json")) if line.get("master") == former)
    assert (waiting["given"], waiting["needed"]) == (True, True)
    assert in_the_house("secrets", "rotate").exit_code == 0
    told = in_the_house("secrets", "status")
    assert f"master {former}  0 data keys, 0 values directly; nothing sealed stands under it" in told.stdout
    assert FORMER not in told.output and NEXT not in told.output  # noqa: PT018

    monkeypatch.setenv("PARVIS_PREVIOUS_SECRET_KEYS", "[]")
    assert in_the_house("secrets", "status").exit_code == 0
