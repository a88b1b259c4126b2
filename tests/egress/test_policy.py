"""Which addresses are called, in every spelling somebody may try (T27, T28, T30, T31)."""

from collections.abc import Sequence

import pytest

from app.egress.policy import LONGEST_URL, EgressPolicy
from app.egress.ports import Speech
from app.egress.refusing import EgressRefused
from app.errors import Misconfigured

INSIDE = [
    "127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0", "[::]", "169.254.169.254", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16", "[fd00::1]", "[fe80::1]",
    "[fe80::1%25eth0]", "[ff02::1]", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.88.99.1",
    # an inner address carried by another
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]", "[2001:0:53aa:64c:0:0:80ff:fffe]", "[2001:db8::1]",
    # decimal, octal, hexadecimal, shortened
    "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "127.0.1", "017700000001", "127.0.0.01",
    # dots and digits that look otherwise
    "127.0.0.1.", "127。0。0。1", "127．0．0．1", "１２７.0.0.1", "①27.0.0.1", "ⓛocalhost",
    # names that mean something inside only
    "localhost", "localhost.", "LOCALHOST", "a.localhost", "metadata", "metadata.google.internal", "postgres",
    "imprimante.local", "serveur.lan", "1.0.0.127.in-addr.arpa", "pbx.intranet",
    # no name at all
    "", ".", "..", "-", "a..example.fr", "exa mple.fr", "example.fr%00", "x" * 64 + ".fr",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_an_inner_address_is_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(EgressRefused):
        EgressPolicy().check_url(f"https://{host}/chemin")


@pytest.mark.parametrize(
    "url",
    [
        "http://ville.example.fr/",
        "ftp://ville.example.fr/",
        "file:///etc/passwd",
        "gopher://ville.example.fr/",
        "//ville.example.fr/",
        "https:ville.example.fr",
        "https://",
        "https://api.example.fr@127.0.0.1/",
        "https://127.0.0.1@api.example.fr/",
        "https://:secret@api.example.fr/",
        "https://api.example.fr\\@127.0.0.1/",
        "https://api.example.fr/a\r\nX-Injected: 1",
        "https://api.example.fr/\x00",
        "https://api.example.fr /",
        "https://api.example.fr:99999/",
        "https://[::1/",
        "https://api.example.fr/" + "a" * LONGEST_URL,
        *(
            f"https://api.example.fr:{port}/"
            for port in (0, 22, 25, 53, 80, 110, 143, 587, 993, 5432, 6379, 9200, 11211)
        ),
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(EgressRefused):
        EgressPolicy().check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.fr/v1?a=b",
        "https://api.example.fr:8443/",
        "https://mairie-élancourt.example.fr/",
        "https://93.184.215.14/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    ],
)
def test_a_public_address_passes(url: str) -> None:
    assert EgressPolicy().check_url(url).scheme == "https"


def test_mail_ports_are_for_mail_alone() -> None:
    policy = EgressPolicy()
    policy.look("smtp.example.fr", 587, speech=Speech.SMTP)
    policy.look("imap.example.fr", 993, speech=Speech.IMAP)
    with pytest.raises(EgressRefused):
        policy.look("smtp.example.fr", 6379, speech=Speech.SMTP)
    with pytest.raises(EgressRefused):
        policy.look("imap.example.fr", 22, speech=Speech.IMAP)


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("10.1.0.0/16", "10.1.2.3", 8080),
        ("smtp.mairie.lan:25", "smtp.mairie.lan", 25),
        ("127.0.0.1", "127.0.0.1", 11211),
        ("[fd00::/8]:8443", "fd00::25", 8443),
        ("localhost", "localhost", 80),
    ],
)
def test_what_the_installation_allows_inside_is_reached(entry: str, host: str, port: int) -> None:
    EgressPolicy([entry]).look(host, port, speech=Speech.HTTP, plain=True)


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [("10.1.0.0/16", "10.2.0.1", 443), ("smtp.mairie.lan:25", "smtp.mairie.lan", 26), ("localhost:80", "lan", 80)],
)
def test_what_is_allowed_opens_nothing_beside(entry: str, host: str, port: int) -> None:
    with pytest.raises(EgressRefused):
        EgressPolicy([entry]).look(host, port, speech=Speech.HTTP)


@pytest.mark.parametrize("entry", ["", "http://lan", "a b", "10.0.0.0/99", "lan:"])
def test_an_entry_that_cannot_be_read_is_told_at_start(entry: str) -> None:
    with pytest.raises(Misconfigured, match="PARVIS_EGRESS_ALLOW"):
        EgressPolicy([entry])


def _answers(*addresses: str) -> EgressPolicy:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return EgressPolicy(["10.9.0.0/16"], resolve=resolve)


async def test_a_name_that_points_inside_is_refused() -> None:
    for answer in ("127.0.0.1", "::ffff:10.0.0.1", "fd00::1", "169.254.169.254"):
        with pytest.raises(EgressRefused):
            await _answers(answer).addresses("ville.example.fr", 443, speech=Speech.HTTP)


async def test_one_inner_answer_condemns_the_others() -> None:
    with pytest.raises(EgressRefused):
        await _answers("93.184.215.14", "192.168.0.1").addresses("ville.example.fr", 443, speech=Speech.HTTP)


async def test_a_name_that_points_to_an_allowed_network_is_reached() -> None:
    assert await _answers("10.9.0.4").addresses("ville.example.fr", 443, speech=Speech.HTTP) == ["10.9.0.4"]


async def test_a_name_without_any_address_is_no_refusal_but_a_failure() -> None:
    with pytest.raises(OSError, match="no address"):
        await _answers().addresses("ville.example.fr", 443, speech=Speech.HTTP)
