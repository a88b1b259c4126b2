"""Every worked case, ours and those shared beside the checkout, and what makes an answer right."""

import json
from pathlib import Path

from tests.sve.law.own_cases import ROWS as FIRST
from tests.sve.law.own_cases_further import FURTHER
from tests.sve.law.own_cases_reviewed import REVIEWED

ROWS = [*FIRST, *FURTHER, *REVIEWED]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "law" / "cases.json"
# Worded freely in the shared file: their presence is what matters.
WORDED = {"warning", "late_refusal_is", "are_mentions", "effect", "closed_by", "flag"}


def shared_cases():
    """Gives the shared cases when the file stands beside the checkout, and none at all in a bare clone."""
    return json.loads(SHARED.read_text(encoding="utf-8"))["cases"] if SHARED.exists() else []


def as_document(case):
    """Gives what a user would send of a shared case."""
    return {key: case[key] for key in ("id", "territory", "timezone", "procedure", "events")}


def wrong(case, answer):
    """Gives what an answer says otherwise than a shared case."""
    return {
        key: answer.get(key)
        for key, wanted in case["expected"].items()
        if not _same(key, wanted=wanted, got=answer.get(key))
    }


def _same(key, *, wanted, got):
    if key in WORDED:
        return bool(got) or wanted in (None, False)
    if key.endswith(("_local", "_utc")) and isinstance(got, str):
        return got[:16] == wanted[:16]
    return got == wanted


def everything():
    """Gives all the documents of all the worked cases, and a list of (document, what is wrong with an answer)."""
    told = [(row.document, lambda answer, row=row: _differences(row, answer)) for row in ROWS]
    return told + [(as_document(case), lambda answer, case=case: wrong(case, answer)) for case in shared_cases()]


def _differences(row, answer):
    return {key: answer.get(key) for key, wanted in row.expected.items() if answer.get(key, "absent") != wanted}
