"""Addresses: which one a header really names, whether it may be written to, and the tags of our own."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.kit.addresses import (
    normalise,
    plus_address,
    read_mailboxes,
    token_of,
    unrepliable,
    untagged,
    verp_address,
)


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("Usager <U@EXAMPLE.fr>", ["U@example.fr"]),
        ('"a, b" <a@example.fr>, c@example.fr', ["a@example.fr", "c@example.fr"]),
        ("groupe: a@example.fr, b@example.fr;, c@example.fr", ["a@example.fr", "b@example.fr", "c@example.fr"]),
        ("a@example.fr (Usager (le))", ["a@example.fr"]),
        ("<@relais.fr,@autre.fr:a@example.fr>", ["a@example.fr"]),
        ("a @ example . fr", ["a@example.fr"]),
        ('"espace ici"@example.fr', ['"espace ici"@example.fr']),
        ("é@exämple.fr", ["é@exämple.fr"]),
        ("undisclosed-recipients:;", []),
        ("", []),
    ],
)
def test_a_well_formed_header_names_its_addresses(written: str, addresses: list[str]):
    found = read_mailboxes(written.encode())
    assert [one.address for one in found.items] == addresses
    assert not found.damaged


@pytest.mark.parametrize(
    "written",
    [
        "alice@example.org)bob@example.fr", "<alice@example.org]bob@example.fr>", "<a@example.fr> <b@example.fr>",
        "a@example.fr b@example.fr", "a@b@example.fr", "<a@example.fr", '"a" <b@example.fr', "(", '"', "(c):", "a@",
    ],
)  # fmt: skip
def test_an_ambiguous_header_is_never_read_as_if_it_were_clear(written: str):
    found = read_mailboxes(written.encode())
    assert found.damaged or all(not one.valid for one in found.items)


@given(st.binary(max_size=200))
def test_any_header_is_read(raw: bytes):
    for one in read_mailboxes(raw).items:
        assert not one.valid or normalise(one.address) == one.address


@pytest.mark.parametrize("address", ["a@example.fr", "a.b+c@example.fr", "o'neil@sub.example.fr", "é@example.fr"])
def test_a_persons_address_may_be_written_to(address: str):
    assert unrepliable(address) is None


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (None, "absente"), ("", "absente"), ("x", "mal-formee"), ("a b@example.fr", "mal-formee"), ("a\u202e@example.fr", "mal-formee"),
        ("a@[::1]", "adresse-ip"), ("a@1.2.3.4", "adresse-ip"), ("a@localhost", "domaine-local"), ("a@x.internal", "domaine-local"),
        ("NoReply@example.fr", "sans-reponse"), ("do-not-reply@example.fr", "sans-reponse"), ("contact+x@example.org", "la-notre"),
    ],
)  # fmt: skip
def test_why_an_address_may_not(address: str | None, code: str):
    assert unrepliable(address, ours=["Contact@example.org"]) == code


@given(st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True).filter(lambda one: ".." not in one and one[-1] != "."))
def test_a_tag_goes_out_and_comes_back(token: str):
    tagged = plus_address("contact@example.org", token=token)
    assert token_of([tagged], base="contact@example.org") == token
    assert untagged(tagged) == "contact@example.org"


def test_a_tag_is_read_at_the_reply_domain_too():
    assert token_of(["contact+x@reponse.example.org"], base="contact@example.org", domain="reponse.example.org") == "x"


@pytest.mark.parametrize("token", ["", "a b", "a@b", "x" * 70, "a\r\nb", "é\u200b"])
def test_a_token_that_does_not_fit_is_refused(token: str):
    with pytest.raises(ValueError, match="token"):
        plus_address("contact@example.org", token=token)


def test_a_return_address_does_not_tell_whom_it_is_about():
    assert verp_address("retours@example.org", recipient="usager@example.fr", token="t1") == "retours+t1@example.org"


@pytest.mark.parametrize(
    "crumb", ['"', '\\"', "(", ")", "<", ">", ",", ":", ";", "@", ".", " ", "a@b.fr ", '"\\', "a ", "=?u?q?"]
)
def test_no_header_costs_more_than_its_size(crumb: str):
    raw = (crumb * 64_000)[:64_000].encode()
    started = time.process_time()
    read_mailboxes(raw)
    assert time.process_time() - started < 0.5
