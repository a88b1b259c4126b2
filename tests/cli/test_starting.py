"""What a process that lives long loads when it starts, and what the collector is spared."""

import gc
import subprocess
import sys

import pytest

from app.cli import collecting

# Libraries of what few processes ever do: moving a schema, a passkey, a calendar, a bucket, a letter, a breached password.
FOR_FEW = ["alembic", "icalendar", "obstore", "typst", "webauthn"]


def test_what_few_need_is_not_loaded_by_who_serves() -> None:
    asked = f"import sys, app.main, app.bootstrap; print([one for one in {FOR_FEW} if one in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"


def test_a_start_is_not_collected_and_what_it_loaded_never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "freeze", lambda: told.append("frozen"))
    told: list[str] = []
    try:
        collecting.hold_off()
        assert not gc.isenabled()
    finally:
        collecting.settle()
    assert gc.isenabled()
    assert told == ["frozen"]
