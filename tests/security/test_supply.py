"""T127: what Parvis is made of is known, allowed and without known flaws; and each check finds what it looks for."""

import base64
import json
import secrets
from email.message import Message

import pytest

from supply import flaws, licences, sbom
from supply import secrets as kept
from supply.locks import Locked, locked


def test_every_locked_package_may_be_shipped_beside_an_mit_work() -> None:
    assert len(locked()) > 100
    assert licences.findings(locked()) == []


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("MIT", True),
        ("MIT AND PSF-2.0", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("MIT AND (GPL-2.0-only OR (GPL-3.0-only AND MIT))", False),
        ("AGPL-3.0-or-later", False),
        ("LGPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_licence_is_judged_part_by_part(expression: str, taken: bool) -> None:
    assert licences.allowed(expression) is taken


def test_an_exception_is_for_its_package_alone() -> None:
    assert licences.allowed("LGPL-3.0-only", name="psycopg")
    assert not licences.allowed("GPL-3.0-only", name="psycopg")


def test_a_package_that_states_nothing_known_states_nothing() -> None:
    package = Message()
    package["License"] = "see the file"
    package["Classifier"] = "License :: Other/Proprietary License"
    assert licences.stated(package) == ""


def test_the_tree_holds_no_secret() -> None:
    assert kept.findings() == []


def test_each_kind_of_secret_is_found_and_never_repeated() -> None:
    drawn = base64.b64encode(b"\xff" + secrets.token_bytes(31)).decode()
    planted = {
        "key of this API": "parvis_" + "k9" * 20,
        "secret of a webhook": "whsec_" + drawn,
        "private key": "-----BEGIN EC PRIVATE " + "KEY-----",
        "key of AWS": "AK" + "IAQQQQRRRRSSSSTTTT",
        "token of GitHub": "gh" + "p_" + "Zz9" * 12,
        "token of Slack": "xo" + "xb-" + "9" * 24,
        "address with a password": "postgres" + "ql://u:Zz9Zz9Zz9Zz9Zz@h/d",
    }
    assert set(planted) == set(kept.PATTERNS)
    for kind, word in planted.items():
        (found,) = kept.in_text(f"\nx = '{word}'")
        assert found == f"2: {kind}"


def test_a_bill_of_materials_that_forgets_a_package_is_found_out(tmp_path) -> None:
    bill = tmp_path / "sbom.json"
    bill.write_text(json.dumps({"components": [{"name": "un", "version": "1.0"}]}))
    there, elsewhere = Locked("un", "1.0", conditional=False), Locked("un", "1.1", conditional=False)
    assert sbom.findings([there], target=bill) == []
    assert sbom.findings([elsewhere], target=bill) == ["un 1.1: absent from sbom.json"]


def said(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": [{"name": "un", "version": "1", "vulns": [], **one} for one in packages]})


def test_a_known_flaw_is_a_finding_and_so_is_a_package_nobody_knows() -> None:
    assert flaws.judged(0, said({}), "") == []
    assert flaws.judged(1, said({"vulns": [{"id": "CVE-2026-1"}]}), "") == ["un 1: CVE-2026-1"]
    assert flaws.judged(0, said({}, {"skip_reason": "not found"}), "") == ["un: not found"]
    assert flaws.judged(2, "", "Traceback: KeyError") == ["pip-audit failed (2): Traceback: KeyError"]


@pytest.mark.parametrize(("out", "err"), [("", "ConnectionError: x"), (said({"skip_reason": "not found"}), "")])
def test_a_database_out_of_reach_is_told_from_a_clean_answer(out: str, err: str) -> None:
    with pytest.raises(flaws.Away):
        flaws.judged(1, out, err)
