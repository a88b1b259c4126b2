"""Submission to a real SMTP server on the loopback: each of its answers has one outcome, and words arrive whole."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.contract import Context, Outcome, Party, PointKind, SendRequest, Sent
from app.channels.kit.mime.message import read_mail

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
REQUEST = SendRequest(
    ref="0190-b",
    to=Party(PointKind.EMAIL, "usager@example.fr", "Usager"),
    text="Bonjour,\n.\n..\nFrom là\nQUIT\nmerci.\n",
    subject="Réponse",
    message_id="<0190-b@example.org>",
)


class Sink:
    """Keeps what it takes; `answers` overrides the reply to a command."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answers: dict[str, str] = {}

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers.get("DATA") == "silence":
            await asyncio.sleep(2)
        self.taken.append(envelope)
        return self.answers.get("DATA", "250 OK")


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"bon", handled=False)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Sink, int]]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", authenticator=_login, auth_require_tls=False, decode_data=False)
    # The controller only knows a port given beforehand: it is asked of the system.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    yield sink, controller.port
    controller.stop()


@pytest.fixture
def sink(server: tuple[Sink, int]) -> Sink:
    server[0].taken.clear()
    server[0].answers.clear()
    return server[0]


@pytest.fixture
def config(server: tuple[Sink, int]) -> EmailConfig:
    return EmailConfig(
        address="contact@example.org",
        smtp_host="127.0.0.1",
        smtp_port=server[1],
        smtp_security="none",
        smtp_timeout_s=1,
    )


@pytest_asyncio.fixture
async def context() -> AsyncIterator[Context]:
    async with httpx.AsyncClient() as client:
        yield Context(http=client, now=lambda: NOW)


async def send(config: EmailConfig, context: Context, **changes: object) -> Sent:
    return await EmailAdapter().send(replace(REQUEST, **changes), config, context)  # type: ignore[arg-type]


async def test_a_mail_arrives_whole_and_dated(sink: Sink, config: EmailConfig, context: Context):
    sent = await send(config, context)
    assert (sent.outcome, sent.external_ids) == (Outcome.OK, ("<0190-b@example.org>",))
    (envelope,) = sink.taken
    assert isinstance(envelope.content, bytes)
    assert envelope.content.startswith(b"Date: Tue, 10 Mar 2026 09:00:00 +0000\r\nFrom: ")
    assert read_mail(envelope.content).text == REQUEST.text
    assert (envelope.mail_from, envelope.rcpt_tos) == ("contact@example.org", ["usager@example.fr"])


async def test_an_automatic_answer_leaves_with_the_null_sender(sink: Sink, config: EmailConfig, context: Context):
    await send(config, context, automatic=True)
    assert sink.taken[0].mail_from in {"", "<>"}


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("MAIL", "451 4.3.0 plus tard", Outcome.RETRY),
        ("MAIL", "552 5.3.4 trop gros", Outcome.PERMANENT),
        ("RCPT", "450 4.2.0 liste grise", Outcome.RETRY),
        ("RCPT", "450 4.7.1 trop vite", Outcome.THROTTLED),
        ("RCPT", "550 5.1.1 inconnu", Outcome.PERMANENT),
        ("RCPT", "530 5.7.0 identifiez-vous", Outcome.AUTH),
        ("DATA", "452 4.3.1 disque plein", Outcome.RETRY),
        ("DATA", "554 5.7.1 contenu refusé", Outcome.PERMANENT),
        ("DATA", "silence", Outcome.UNKNOWN),
    ],
)
async def test_each_answer_has_one_outcome(
    command: str, answer: str, outcome: Outcome, sink: Sink, config: EmailConfig, context: Context
):
    sink.answers[command] = answer.encode("ascii", "replace").decode()
    sent = await send(config, context)
    assert sent.outcome is outcome
    assert sent.detail


@pytest.mark.parametrize(("password", "outcome"), [("bon", Outcome.OK), ("faux", Outcome.AUTH)])
async def test_a_refused_password_is_the_settings_business(
    password: str, outcome: Outcome, sink: Sink, config: EmailConfig, context: Context
):
    own = config.model_copy(update={"smtp_username": "contact", "smtp_password": SecretStr(password)})
    sent = await send(own, context)
    assert sent.outcome is outcome
    assert password not in (sent.detail or "")


async def test_a_server_that_stops_offering_tls_gets_no_mail(sink: Sink, config: EmailConfig, context: Context):
    sent = await send(config.model_copy(update={"smtp_security": "starttls"}), context)
    assert sent.outcome is Outcome.RETRY
    assert not sink.taken


async def test_a_server_that_is_away_is_tried_again(config: EmailConfig, context: Context):
    assert (await send(config.model_copy(update={"smtp_port": 9}), context)).outcome is Outcome.RETRY


async def test_without_a_server_it_is_the_settings_business(config: EmailConfig, context: Context):
    assert (await send(config.model_copy(update={"smtp_host": None}), context)).outcome is Outcome.CONFIG


async def test_what_cannot_be_written_is_permanent_and_said(sink: Sink, config: EmailConfig, context: Context):
    sent = await send(config, context, subject="a\r\nBcc: x@example.fr")
    assert sent.outcome is Outcome.PERMANENT
    assert not sink.taken
