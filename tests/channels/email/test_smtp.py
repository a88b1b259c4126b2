"""Submission to a real SMTP server on the loopback: each of its answers has one outcome, and words arrive whole."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller, UnthreadedController
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
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


@pytest.fixture(scope="module")
def impostor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sink, int]]:
    """A server whose certificate nobody vouches for (T126)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain = tmp_path_factory.mktemp("tls") / "chain.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    sink = Sink()
    # Its own start would probe it with a handshake that must fail here.
    controller = UnthreadedController(
        sink, hostname="127.0.0.1", port=0, ssl_context=tls, loop=asyncio.new_event_loop()
    )
    server = controller.loop.run_until_complete(
        controller.loop.create_server(controller._factory_invoker, "127.0.0.1", 0, ssl=tls)
    )
    thread = threading.Thread(target=controller.loop.run_forever, daemon=True)
    thread.start()
    yield sink, server.sockets[0].getsockname()[1]
    controller.loop.call_soon_threadsafe(server.close)
    controller.loop.call_soon_threadsafe(controller.loop.stop)
    thread.join()
    controller.loop.close()


async def test_a_certificate_nobody_vouches_for_gets_no_mail(
    impostor: tuple[Sink, int], config: EmailConfig, context: Context
):
    own = config.model_copy(update={"smtp_port": impostor[1], "smtp_security": "tls"})
    sent = await send(own, context)
    assert sent.outcome is Outcome.RETRY
    assert not impostor[0].taken
