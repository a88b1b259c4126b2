"""F15, F16, T126: whatever a mail server does, an attempt ends in time, in one outcome, and never sends what it may not."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.channels.adapters.email import EmailAdapter, EmailConfig, smtp_send
from app.channels.contract import Attachment, CheckState, Context, Outcome, Party, PointKind, SendRequest, Sent
from tests.simulators.certificates import LONG_AGO, Authority
from tests.simulators.smtp import CLOSE, DRIP, HANG, STAGES, MailServer

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
REQUEST = SendRequest(
    ref="0190-b",
    to=Party(PointKind.EMAIL, "usager@example.org", "Usager Élu"),
    text="Bonjour,\n.\nété à l'hôtel de ville\n",
    subject="Réponse à votre demande",
    message_id="<0190-b@example.org>",
)
ACCOUNT = {"smtp_username": "contact", "smtp_password": "secret-de-test"}


class Post:
    """A server in some mood, and one sender."""

    def __init__(self, server: MailServer, port: int, context: Context) -> None:
        self.server, self._context = server, context
        self._plain = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_timeout_s": 0.3}

    def config(self, **more: Any) -> EmailConfig:
        return EmailConfig.model_validate({"address": "contact@example.org", **self._plain, **more})

    async def send(self, request: SendRequest = REQUEST, **more: Any) -> Sent:
        return await EmailAdapter().send(request, self.config(**more), self._context)

    async def check(self, **more: Any) -> Any:
        return await EmailAdapter().check(self.config(**more), self._context)


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    server = MailServer()
    async with httpx.AsyncClient() as client, server.served() as port:
        yield Post(server, port, Context(http=client, now=lambda: NOW))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "mood", [HANG, CLOSE, DRIP, "421 4.3.2 shutting down", "451 4.3.0 later", "554 5.7.1 no", "hello"]
)
async def test_every_mood_at_every_stage_has_its_outcome(post: Post, stage: str, mood: str) -> None:
    post.server.answers = {stage: mood}
    sent = await post.send(**ACCOUNT)
    assert sent.outcome in _expected(stage, mood)
    assert sent.detail or sent.outcome is Outcome.OK
    assert "secret-de-test" not in (sent.detail or "")
    # A second copy may only ever leave where nobody knows of the first.
    taken = 1 if stage in {"BODY", "QUIT", "STARTTLS"} else 0
    assert len(post.server.taken) == taken


def _expected(stage: str, mood: str) -> set[Outcome]:
    if stage in {"QUIT", "STARTTLS"}:  # it is taken; and without encryption nobody asks for it
        return {Outcome.OK}
    if stage == "BODY" and mood in {HANG, CLOSE, DRIP, "hello"}:
        return {Outcome.UNKNOWN}
    if mood.startswith("5"):
        # A greeting or a password is refused to everybody: no judgement on this mail.
        return {"GREETING": {Outcome.RETRY}, "AUTH": {Outcome.AUTH}}.get(stage, {Outcome.PERMANENT})
    if mood.startswith("421") and stage not in {"GREETING", "AUTH"}:
        return {Outcome.THROTTLED}
    return {Outcome.RETRY}


async def test_a_refusal_is_told_in_words_and_with_its_code(post: Post) -> None:
    post.server.answers = {"RCPT": "550 5.1.1 No such user here"}
    sent = await post.send()
    assert sent.detail == "cette adresse n'existe pas (5.1.1) : 550 5.1.1 No such user here"


async def test_a_server_that_took_it_and_died_before_saying_so_leaves_a_doubt(post: Post) -> None:
    post.server.answers = {"BODY": CLOSE}
    first = await post.send()
    post.server.answers = {}
    second = await post.send()
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.OK)
    # Two copies under one Message-ID: their reader folds them.
    assert [b"Message-ID: <0190-b@example.org>" in one for one in post.server.taken] == [True, True]


async def test_a_server_that_dies_with_half_a_mail_leaves_a_doubt_too(post: Post) -> None:
    post.server.answers = {"BODY": f"{CLOSE} untaken"}
    assert (await post.send()).outcome is Outcome.UNKNOWN
    assert post.server.taken == []


@pytest.mark.parametrize("stage", ["GREETING", "EHLO", "RCPT", "BODY"])
async def test_however_slowly_it_speaks_an_attempt_ends(
    post: Post, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than the lease of a message, another worker would send it again."""
    monkeypatch.setattr(smtp_send, "_UP_TO_DATA_S", 0.2)
    monkeypatch.setattr(smtp_send, "_FROM_DATA_S", 0.2)
    post.server.answers = {stage: DRIP}
    sent = await post.send(smtp_timeout_s=600)
    assert sent.outcome is (Outcome.UNKNOWN if stage == "BODY" else Outcome.RETRY)


async def test_a_server_without_ehlo_is_spoken_to_as_of_old(post: Post) -> None:
    post.server.answers = {"EHLO": "502 5.5.2 what"}
    assert (await post.send()).outcome is Outcome.OK
    assert "HELO example.org" in post.server.heard
    assert not any("SIZE=" in line for line in post.server.heard)


async def test_replies_sent_ahead_are_not_taken_for_others(post: Post) -> None:
    """A server that answers before it is asked: its 250 is no answer to RCPT."""
    post.server.answers = {"MAIL": "250 ok\n550 5.1.1 unknown", "RCPT": "550 5.1.1 unknown"}
    assert (await post.send()).outcome is Outcome.PERMANENT
    assert post.server.taken == []


# ----------------------------------------------------------------------------------------------- what it can do


async def test_a_mail_larger_than_the_server_takes_is_not_begun(post: Post) -> None:
    post.server.powers = ("SIZE 20000",)
    piece = Attachment(name="plan.bin", content_type="application/octet-stream", size=50_000, content=b"x" * 50_000)
    sent = await post.send(replace(REQUEST, attachments=(piece,)))
    assert sent.outcome is Outcome.PERMANENT
    assert "ne prend que 20 ko" in (sent.detail or "")
    assert not any(line.startswith("MAIL") for line in post.server.heard)


async def test_a_size_nobody_can_read_is_no_limit(post: Post) -> None:
    post.server.powers = ("SIZE beaucoup",)
    assert (await post.send()).outcome is Outcome.OK


async def test_without_8bitmime_every_byte_is_ascii(post: Post) -> None:
    post.server.powers = ()
    assert (await post.send()).outcome is Outcome.OK
    assert post.server.taken[0].isascii()
    assert max(len(line) for line in post.server.taken[0].split(b"\r\n")) <= 998


async def test_an_accented_address_needs_a_server_that_knows_them(post: Post) -> None:
    accented = replace(REQUEST, to=Party(PointKind.EMAIL, "élu@example.org"))
    assert (await post.send(accented)).outcome is Outcome.OK
    assert any(line.startswith("MAIL") and line.endswith("SMTPUTF8") for line in post.server.heard)
    assert "RCPT TO:<élu@example.org>" in post.server.heard
    post.server.powers = ("8BITMIME",)
    post.server.heard.clear()
    sent = await post.send(accented)
    assert sent.outcome is Outcome.PERMANENT
    assert "adresses accentuées" in (sent.detail or "")
    assert not any(line.startswith("MAIL") for line in post.server.heard)


async def test_an_accented_domain_needs_nothing(post: Post) -> None:
    post.server.powers = ()
    assert (await post.send(replace(REQUEST, to=Party(PointKind.EMAIL, "usager@café.example")))).outcome is Outcome.OK
    assert "RCPT TO:<usager@xn--caf-dma.example>" in post.server.heard


# --------------------------------------------------------------------------------------------- who it is, and we


async def test_no_secret_leaves_for_a_server_that_asks_for_none(post: Post) -> None:
    post.server.powers = ("SIZE 1000000",)
    for account in (ACCOUNT, {"smtp_username": "contact", "smtp_token": "jeton"}):
        assert (await post.send(**account)).outcome is Outcome.AUTH
    assert not any(line.startswith("AUTH") for line in post.server.heard)


async def test_a_token_is_shown_and_a_refused_one_is_answered_by_an_empty_line(post: Post) -> None:
    account = {"smtp_username": "contact", "smtp_token": "jeton"}
    assert (await post.send(**account)).outcome is Outcome.OK
    assert "AUTH XOAUTH2 dXNlcj1jb250YWN0AWF1dGg9QmVhcmVyIGpldG9uAQE=" in post.server.heard
    post.server.answers = {"AUTH": "334 eyJzdGF0dXMiOiI0MDEifQ==", "": "535 5.7.3 no"}
    assert (await post.send(**account)).outcome is Outcome.AUTH
    assert "" in post.server.heard


Show = Callable[[Authority], Any]


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (lambda a: a.context(), None),
        (lambda a: a.context(ends=LONG_AGO), "il a expiré"),
        (lambda a: a.context(name="autre.example.org"), "il est au nom d'un autre serveur"),
        (lambda a: a.context(signed_by_itself=True), "il est signé par lui-même"),
    ],
)
@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_only_a_certificate_that_holds_gets_the_mail(
    shown: Show, told: str | None, security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    powers = ("AUTH PLAIN", *(("STARTTLS",) if security == "starttls" else ()))
    server = MailServer(powers=powers, tls=shown(authority), at_once=security == "tls")
    async with httpx.AsyncClient() as client, server.served() as port:
        post = Post(server, port, Context(http=client, now=lambda: NOW))
        sent = await post.send(**ACCOUNT, smtp_security=security, smtp_timeout_s=5)
        checked = await post.check(**ACCOUNT, smtp_security=security, smtp_timeout_s=5)
        unchecked = await post.send(smtp_security=security, smtp_timeout_s=5, smtp_certificate="any")
    if told is None:
        assert (sent.outcome, checked.ok) == (Outcome.OK, True)
    else:
        assert (sent.outcome, sent.detail) == (Outcome.RETRY, f"le certificat du serveur d'envoi est refusé : {told}")
        assert (checked.state, told in checked.words_fr) == (CheckState.UNREACHABLE, True)
        assert not any(line.startswith("AUTH") for line in server.heard)
    # A relay of one's own network, which asks for no password, may be let off by a setting.
    assert unchecked.outcome is Outcome.OK


async def test_a_server_that_stops_offering_encryption_gets_neither_password_nor_mail(post: Post) -> None:
    sent = await post.send(**ACCOUNT, smtp_security="starttls")
    assert sent.outcome is Outcome.RETRY
    assert "STARTTLS" in (sent.detail or "")
    assert not any(line.startswith(("AUTH", "MAIL")) for line in post.server.heard)
