"""Every worked case of the law, read by `parvis sve simulate` from one file."""

import json
from pathlib import Path

from tests.cli.conftest import Parvis
from tests.sve.law.worked import everything


def test_all_the_worked_cases_come_out_of_one_file_as_the_law_wants_them(parvis: Parvis, tmp_path: Path) -> None:
    cases = everything()
    (tmp_path / "cases.json").write_text(json.dumps([document for document, _ in cases]), encoding="utf-8")
    readings = json.loads(parvis("sve", "simulate", "cases.json").stdout)
    assert len(readings) == len(cases)
    differences = {
        index: wrong(reading) for index, ((_, wrong), reading) in enumerate(zip(cases, readings, strict=True))
    }
    assert {index: found for index, found in differences.items() if found} == {}
