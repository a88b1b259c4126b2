"""How long the longest runs last: a minute in `make long`, all that the catalogue of faults asks for in `make faults`.

These set `PARVIS_FAULTS` to `long` and to `whole`. What a run found lies in `bench/results/` (not kept by git).
"""

import json
import os
from collections.abc import Mapping
from typing import TypeVar

from tests.faults.processes import ROOT

_T = TypeVar("_T")
WHOLE = os.environ.get("PARVIS_FAULTS") == "whole"


def at_length(*, short: _T, whole: _T) -> _T:
    """Chooses by what is asked for."""
    return whole if WHOLE else short


def written(name: str, found: Mapping[str, object]) -> None:
    """Keeps what a run found, for the page of the long run."""
    folder = ROOT / "bench" / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
