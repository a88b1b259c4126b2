"""What a process that lives long loads when it starts, and what the collector is spared."""

import subprocess
import sys

# Libraries of what few processes ever do: moving a schema, a passkey, a calendar, a bucket, a letter, a breached password.
FOR_FEW = ["alembic", "icalendar", "obstore", "typst", "webauthn"]


def said_by(code: str) -> str:
    """What a process of its own prints."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_what_few_need_is_not_loaded_by_who_serves() -> None:
    asked = f"import sys, app.main, app.bootstrap; print([one for one in {FOR_FEW} if one in sys.modules])"
    assert said_by(asked) == "[]"


def test_a_start_is_not_collected_and_what_it_loaded_never_again() -> None:
    begun = (
        "import gc; from app.cli import collecting; collecting.hold_off(); held = gc.isenabled(); collecting.settle()"
    )
    assert said_by(f"{begun}; print(held, gc.isenabled(), gc.get_freeze_count() > 0)") == "False True True"
