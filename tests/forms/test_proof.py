"""A proof of work holds for one form, one submission, a while, and only when the work was done."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.channels.adapters.webform_questions import ProofDemand
from app.forms.doubts import Doubt, too_many_links, weighed
from app.forms.guarding import network_of
from app.forms.proof import LIVES, Standing, challenge, derive, judge
from app.sealing import KeyRing

RING, FORM, OTHER = KeyRing(["k" * 32]), UUID(int=1), UUID(int=2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def packed(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


def solved(given: dict[str, Any]) -> str:
    """Does what a browser does."""
    asked = given["parameters"]
    for counter in range(1 << 16):
        key = derive(asked["nonce"], asked["salt"], counter)
        if key.startswith(asked["keyPrefix"]):
            return packed({"challenge": given, "solution": {"counter": counter, "derivedKey": key}})
    raise AssertionError


@pytest.fixture(scope="module")
def proof() -> str:
    return solved(challenge(RING, FORM, "s-1", now=NOW))


def test_the_known_vector_of_the_format_is_derived_alike() -> None:
    # PBKDF2-HMAC-SHA-256 of 32 hexadecimal zeros then the counter, 5 000 times: what the format's own library gives.
    assert derive("00" * 16, "00" * 16, 1) == "c09258467a155677f6ecafbf2bf6ded6367d2256fbeb44663b4d21623e95a1a6"


def test_a_solved_challenge_holds_for_its_form_and_its_submission_until_it_expires(proof: str) -> None:
    def standing(form: UUID = FORM, submission: str = "s-1", *, now: datetime = NOW) -> Standing:
        return judge(RING, form, submission, proof, now=now).standing

    assert standing() is Standing.SOLVED
    assert standing(OTHER) is Standing.ELSEWHERE
    assert standing(submission="s-2") is Standing.ELSEWHERE
    assert standing(now=NOW + LIVES - timedelta(seconds=1)) is Standing.SOLVED
    assert standing(now=NOW + LIVES) is Standing.EXPIRED
    assert judge(KeyRing(["o" * 32]), FORM, "s-1", proof, now=NOW).standing is Standing.FORGED
    assert judge(KeyRing(["o" * 32, "k" * 32]), FORM, "s-1", proof, now=NOW).standing is Standing.SOLVED


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        (lambda d: d["solution"].update(counter=d["solution"]["counter"] + 1), Standing.UNSOLVED),
        (lambda d: d["solution"].update(derivedKey="00" * 32), Standing.UNSOLVED),
        (lambda d: d["solution"].update(derivedKey="é"), Standing.UNREADABLE),
        (lambda d: d["solution"].update(counter=-1), Standing.UNREADABLE),
        (lambda d: d["solution"].update(counter=1 << 40), Standing.UNREADABLE),
        (lambda d: d["challenge"]["parameters"].update(keyPrefix=""), Standing.FORGED),
        (lambda d: d["challenge"]["parameters"].update(cost=1), Standing.FORGED),
        (lambda d: d["challenge"]["parameters"].update(expiresAt=9_999_999_999), Standing.FORGED),
        (lambda d: d["challenge"].update(signature="zz"), Standing.UNREADABLE),
        (lambda d: d["challenge"].update(signature=""), Standing.FORGED),
        (lambda d: d.pop("solution"), Standing.UNREADABLE),
    ],
)
def test_what_was_not_worked_for_is_worth_nothing(proof: str, change: Any, standing: Standing) -> None:
    document = json.loads(base64.b64decode(proof))
    change(document)
    assert judge(RING, FORM, "s-1", packed(document), now=NOW).standing is standing


@pytest.mark.parametrize(
    ("payload", "standing"),
    [
        ("", Standing.MISSING),
        ("  ", Standing.MISSING),
        ("é", Standing.UNREADABLE),
        ("AAAA", Standing.UNREADABLE),
        ("A" * 5_000, Standing.UNREADABLE),
        (packed([1]), Standing.UNREADABLE),
        (base64.b64encode(b"[" * 2_000).decode(), Standing.UNREADABLE),
    ],
)
def test_garbage_is_named_and_raises_nothing(payload: str, standing: Standing) -> None:
    assert judge(RING, FORM, "s-1", payload, now=NOW).standing is standing


def test_a_challenge_given_to_another_site_names_no_submission() -> None:
    proof = solved(challenge(RING, FORM, "", now=NOW))
    assert judge(RING, FORM, "whatever", proof, now=NOW).standing is Standing.SOLVED


@pytest.mark.parametrize(
    ("demand", "standing", "found", "left"),
    [
        (ProofDemand.OFF, Standing.MISSING, [], []),
        (ProofDemand.OFF, Standing.SOLVED, [Doubt.FLOOD], [Doubt.FLOOD]),
        (ProofDemand.WHEN_DOUBTFUL, Standing.MISSING, [], []),
        (ProofDemand.WHEN_DOUBTFUL, Standing.MISSING, [Doubt.LINKS], [Doubt.LINKS]),
        (ProofDemand.WHEN_DOUBTFUL, Standing.SOLVED, [Doubt.LINKS, Doubt.FLOOD], []),
        (ProofDemand.ALWAYS, Standing.SOLVED, [Doubt.HONEYPOT, Doubt.FLOOD], [Doubt.HONEYPOT]),
        (ProofDemand.ALWAYS, Standing.MISSING, [], [Doubt.NO_PROOF]),
        (ProofDemand.ALWAYS, Standing.EXPIRED, [], [Doubt.STALE_PROOF]),
        (ProofDemand.ALWAYS, Standing.FORGED, [Doubt.TOO_FAST], [Doubt.TOO_FAST, Doubt.FALSE_PROOF]),
    ],
)
def test_work_answers_some_doubts_and_its_absence_counts_where_it_is_asked(
    demand: ProofDemand, standing: Standing, found: list[Doubt], left: list[Doubt]
) -> None:
    assert weighed(found, demand=demand, standing=standing) == left


def test_five_links_are_many_for_a_person_and_six_too_many() -> None:
    assert not too_many_links(["http://example.org " * 5])
    assert too_many_links(["HTTPS://example.org www.example.org", "http://example.org " * 4])


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("10.1.2.3", None),
        ("fe80::1%eth0", None),
        ("testclient", None),
        (None, None),
    ],
)
def test_a_network_is_a_line_and_a_relay_of_ours_is_none(remote: str | None, network: str | None) -> None:
    assert network_of(remote) == network
