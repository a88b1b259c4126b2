"""One attempt to submit one mail (RFC 6409), and which of the outcomes it had."""

import asyncio
import ssl
from contextlib import suppress
from email.utils import format_datetime

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPResponseException,
)

from app.channels.adapters.email.bounce_prose import STATUS
from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.outgoing import envelope_sender, render, stable_message_id
from app.channels.adapters.email.pinned import place_of, tls_for, unchecked_tls
from app.channels.contract import Context, Outcome, SendRequest, Sent
from app.channels.kit.certificates import certificate_flaw
from app.channels.kit.compose import Unsendable, ascii_domain, date_field
from app.channels.kit.mail_status import words_of

_DETAIL_MAX = 300
_THROTTLED = frozenset({"4.7.0", "4.7.1", "4.7.28", "4.3.2"})
# However slowly a server speaks, an attempt ends before the platform believes its worker dead and sends again.
_UP_TO_DATA_S, _FROM_DATA_S, _GOODBYE_S = 60.0, 60.0, 5.0
_START_INPUT = 354
_UNKNOWN_COMMAND = frozenset({500, 501, 502, 504})


async def submit(request: SendRequest, config: EmailConfig, context: Context) -> Sent:
    """Submits a mail once. Never raises for what a server answers; raises nothing of the network either.

    Until the message's bytes leave, every silence is `RETRY`. After, a silence is `UNKNOWN`: the server may have
    taken the mail. Repeating is then safe only because the Message-ID stays the same, and it is the platform's choice.
    """
    if config.smtp_host is None:
        return Sent(outcome=Outcome.CONFIG, detail="aucun serveur d'envoi n'est réglé")
    if config.lacks_token:
        return Sent(outcome=Outcome.RETRY, detail="le jeton de la boîte n'est pas encore obtenu")
    try:
        message = date_field(format_datetime(context.now())) + render(request, config).body
        recipient = _envelope_recipient(request)
    except Unsendable as refusal:
        return Sent(outcome=Outcome.PERMANENT, detail=str(refusal))
    client: aiosmtplib.SMTP | None = None
    try:
        async with asyncio.timeout(_UP_TO_DATA_S):
            client = await client_for(config, context)
            await client.connect()
            refused = await _up_to_data(client, message, recipient, request, config)
        return refused or await _data(client, message, request, config)
    except (SMTPException, OSError, ValueError) as error:  # a TimeoutError is an OSError
        return Sent(outcome=Outcome.RETRY, detail=before(error))
    finally:
        if client is not None:
            client.close()


async def _up_to_data(
    client: aiosmtplib.SMTP, message: bytes, recipient: str, request: SendRequest, config: EmailConfig
) -> Sent | None:
    """Says everything before the message itself. Returns what became of a mail that goes no further, else None."""
    try:
        await authenticate(client, config)
        most = _announced_size(client)
        if most and len(message) > most:
            told = f"le serveur d'envoi ne prend que {most // 1000} ko, et le message en fait {len(message) // 1000}"
            return Sent(outcome=Outcome.PERMANENT, detail=told)
        options = [f"SIZE={len(message)}"] if client.supports_extension("size") else []
        if not recipient.isascii():
            if not client.supports_extension("smtputf8"):
                told = "le serveur d'envoi ne connaît pas les adresses accentuées (SMTPUTF8) : demandez-en une autre"
                return Sent(outcome=Outcome.PERMANENT, detail=told)
            options.append("SMTPUTF8")
        encoding = "utf-8" if not recipient.isascii() else "ascii"
        await client.mail(envelope_sender(request, config), options=options, encoding=encoding)
        await client.rcpt(recipient, encoding=encoding)
        ready = await client.execute_command(b"DATA")
    except SMTPAuthenticationError as error:
        outcome = Outcome.RETRY if 400 <= error.code < 500 else Outcome.AUTH
        return Sent(outcome=outcome, detail=_answer(error.code, error.message))
    except SMTPNotSupported:
        return Sent(outcome=Outcome.AUTH, detail="le serveur ne propose pas l'identification réglée")
    except SMTPResponseException as error:
        return _refused(error.code, error.message)
    return None if ready.code == _START_INPUT else _refused(ready.code, ready.message)


async def _data(client: aiosmtplib.SMTP, message: bytes, request: SendRequest, config: EmailConfig) -> Sent:
    """Hands the message over. From its first byte on, only a code of the server tells what became of it."""
    protocol = client.protocol
    if protocol is None:
        return Sent(outcome=Outcome.RETRY, detail="le serveur d'envoi a raccroché avant le message")
    try:
        # `SMTP.data` would send the command again, and could not tell a silence before the message from one after it.
        async with asyncio.timeout(_FROM_DATA_S):
            protocol.write(_dotted(message))
            answer = await protocol.read_response(timeout=config.smtp_timeout_s)
    except (SMTPException, OSError):
        return Sent(outcome=Outcome.UNKNOWN, detail="le serveur n'a pas dit s'il a pris le message")
    if answer.code >= 400:
        return _refused(answer.code, answer.message)
    if answer.code < 200 or answer.code >= 300:
        return Sent(outcome=Outcome.UNKNOWN, detail=_answer(answer.code, answer.message))
    with suppress(SMTPException, OSError):
        await client.quit(
            timeout=min(_GOODBYE_S, config.smtp_timeout_s)
        )  # the mail is taken; how the conversation ends changes nothing
    return Sent(outcome=Outcome.OK, external_ids=(request.message_id or stable_message_id(request, config),))


async def client_for(config: EmailConfig, context: Context) -> aiosmtplib.SMTP:
    """Returns a client that connects where the egress policy judged. Raises `OSError`."""
    host = config.smtp_host or ""
    encrypted = config.smtp_security != "none"
    tls = (tls_for(host) if config.smtp_certificate == "checked" else unchecked_tls()) if encrypted else None
    return aiosmtplib.SMTP(
        hostname=await place_of(host, config.smtp_port, speech="smtp", context=context),
        port=config.smtp_port,
        timeout=config.smtp_timeout_s,
        use_tls=config.smtp_security == "tls",
        # Not « if offered »: a server that stops offering it is an attacker or a mistake, and both must show.
        start_tls=config.smtp_security == "starttls",
        validate_certs=True,
        tls_context=tls,
        local_hostname=ascii_domain(config.address.rpartition("@")[2]),
    )


async def authenticate(client: aiosmtplib.SMTP, config: EmailConfig) -> None:
    """Identifies, where a name is set. Raises `SMTPException`; no secret leaves for a server that asks for none."""
    await _greet(client)
    if not config.smtp_username:
        return
    if not client.supports_extension("auth"):
        raise SMTPNotSupported("AUTH")
    if config.smtp_bearer is not None:
        await client.auth_xoauth2(config.smtp_username, config.smtp_bearer.get_secret_value())
    elif config.smtp_password is not None:
        await client.login(config.smtp_username, config.smtp_password.get_secret_value())


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Asks what the server offers; one that knows no EHLO offers nothing (RFC 5321 § 4.1.4)."""
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except SMTPHeloError as refused:
        if refused.code not in _UNKNOWN_COMMAND:
            raise
        await client.helo()


def before(error: Exception) -> str:
    """Says in words why nothing could be handed over."""
    if flaw := certificate_flaw(error):
        return f"le certificat du serveur d'envoi est refusé : {flaw}"
    if isinstance(error, SMTPResponseException):
        return f"le serveur d'envoi n'accueille personne : {_answer(error.code, error.message)}"[:_DETAIL_MAX]
    if isinstance(error, SMTPException) and "STARTTLS" in str(error):
        return "le serveur d'envoi n'offre pas le chiffrement (STARTTLS) que le réglage exige"
    if any(isinstance(one, ssl.SSLError) for one in (error, error.__cause__, error.__context__)):
        return "le serveur d'envoi ne parle pas TLS comme attendu"
    return f"le serveur d'envoi n'a pas répondu : {type(error).__name__}"


def _announced_size(client: aiosmtplib.SMTP) -> int:
    """Reads the SIZE the server announced (RFC 1870); 0 when it says none, or nothing readable."""
    if not client.supports_extension("size"):
        return 0
    word = str(client.esmtp_extensions.get("size") or "").strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) < 16 else 0


def _dotted(message: bytes) -> bytes:
    """The message as DATA wants it: dots doubled at the start of lines, one alone at the end (RFC 5321 § 4.5.2)."""
    ended = message if message.endswith(b"\r\n") else message + b"\r\n"
    return (b"\r\n" + ended).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


def _envelope_recipient(request: SendRequest) -> str:
    local, _, domain = (request.to.address or "").rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def _refused(code: int, words: str) -> Sent:
    """A code of the server: 4yz asks to come back, 5yz never to (RFC 5321 § 4.2.1); another is no answer at all."""
    detail = _answer(code, words)
    if found := STATUS.search(words):
        detail = f"{words_of(found[0]).fr} : {detail}"[:_DETAIL_MAX]
    if 500 <= code < 600:
        authentication = code in {530, 534, 535, 538}
        return Sent(outcome=Outcome.AUTH if authentication else Outcome.PERMANENT, detail=detail)
    throttled = code == 421 or (400 <= code < 500 and any(one in words for one in _THROTTLED))
    return Sent(outcome=Outcome.THROTTLED if throttled else Outcome.RETRY, detail=detail)


def _answer(code: int, words: str) -> str:
    said = " ".join(str(words).split())
    told = f"{code} " if code >= 100 else "réponse incompréhensible : "
    return f"{told}{''.join(char for char in said if char.isprintable())}"[:_DETAIL_MAX]
