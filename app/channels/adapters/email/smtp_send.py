"""One attempt to submit one mail (RFC 6409), and which of the outcomes it had."""

import ssl
from contextlib import suppress
from email.utils import format_datetime

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPResponseException,
)

from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.outgoing import envelope_sender, render, stable_message_id
from app.channels.adapters.email.pinned import place_of, tls_for
from app.channels.contract import Context, Outcome, SendRequest, Sent
from app.channels.kit.compose import Unsendable, ascii_domain, date_field

_DETAIL_MAX = 300
_THROTTLED = frozenset({"4.7.0", "4.7.1", "4.7.28", "4.3.2"})


async def submit(request: SendRequest, config: EmailConfig, context: Context) -> Sent:
    """Submits a mail once. Never raises for what a server answers; raises nothing of the network either.

    Until the message's bytes leave, every silence is `RETRY`. After, a silence is `UNKNOWN`: the server may have
    taken the mail. Repeating is then safe only because the Message-ID stays the same, and it is the platform's choice.
    """
    if config.smtp_host is None:
        return Sent(outcome=Outcome.CONFIG, detail="aucun serveur d'envoi n'est réglé")
    try:
        message = date_field(format_datetime(context.now())) + render(request, config).body
        recipient = _envelope_recipient(request)
    except Unsendable as refusal:
        return Sent(outcome=Outcome.PERMANENT, detail=str(refusal))
    try:
        client = await client_for(config, context)
        await client.connect()
    except ssl.SSLError as error:
        return Sent(outcome=Outcome.RETRY, detail=f"le certificat du serveur est refusé : {type(error).__name__}")
    except (SMTPException, OSError, ValueError) as error:
        return Sent(outcome=Outcome.RETRY, detail=_before(error))
    try:
        return await _transaction(client, message, recipient, request, config)
    finally:
        client.close()


async def _transaction(
    client: aiosmtplib.SMTP, message: bytes, recipient: str, request: SendRequest, config: EmailConfig
) -> Sent:
    try:
        await authenticate(client, config)
        options = [f"SIZE={len(message)}"] if client.supports_extension("size") else []
        if not recipient.isascii():
            if not client.supports_extension("smtputf8"):
                return Sent(outcome=Outcome.PERMANENT, detail="le serveur ne connaît pas les adresses accentuées")
            options.append("SMTPUTF8")
        encoding = "utf-8" if not recipient.isascii() else "ascii"
        await client.mail(envelope_sender(request, config), options=options, encoding=encoding)
        await client.rcpt(recipient, encoding=encoding)
    except SMTPAuthenticationError as error:
        outcome = Outcome.RETRY if 400 <= error.code < 500 else Outcome.AUTH
        return Sent(outcome=outcome, detail=_answer(error))
    except SMTPNotSupported:
        return Sent(outcome=Outcome.AUTH, detail="le serveur ne propose pas l'identification réglée")
    except SMTPResponseException as error:
        return _refused(error)
    except (SMTPException, OSError) as error:
        return Sent(outcome=Outcome.RETRY, detail=_before(error))
    return await _data(client, message, request, config)


async def _data(client: aiosmtplib.SMTP, message: bytes, request: SendRequest, config: EmailConfig) -> Sent:
    try:
        await client.data(message)
    except SMTPDataError as error:
        return _refused(error)
    except (SMTPException, OSError):
        return Sent(outcome=Outcome.UNKNOWN, detail="le serveur n'a pas dit s'il a pris le message")
    with suppress(SMTPException, OSError):
        await client.quit()  # the mail is taken; how the conversation ends changes nothing
    return Sent(outcome=Outcome.OK, external_ids=(request.message_id or stable_message_id(request, config),))


async def client_for(config: EmailConfig, context: Context) -> aiosmtplib.SMTP:
    """Returns a client that connects where the egress policy judged. Raises `OSError`."""
    host = config.smtp_host or ""
    tls = tls_for(host)
    return aiosmtplib.SMTP(
        hostname=await place_of(host, config.smtp_port, speech="smtp", context=context),
        port=config.smtp_port,
        timeout=config.smtp_timeout_s,
        use_tls=config.smtp_security == "tls",
        # Not « if offered »: a server that stops offering it is an attacker or a mistake, and both must show.
        start_tls=config.smtp_security == "starttls",
        validate_certs=True,
        tls_context=tls if config.smtp_security != "none" else None,
        local_hostname=ascii_domain(config.address.rpartition("@")[2]),
    )


async def authenticate(client: aiosmtplib.SMTP, config: EmailConfig) -> None:
    if not config.smtp_username:
        return
    if config.smtp_token is not None:
        await client.auth_xoauth2(config.smtp_username, config.smtp_token.get_secret_value())
    elif config.smtp_password is not None:
        await client.login(config.smtp_username, config.smtp_password.get_secret_value())


def _envelope_recipient(request: SendRequest) -> str:
    local, _, domain = (request.to.address or "").rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def _refused(error: SMTPResponseException) -> Sent:
    """A code of the server: 4yz asks to come back, 5yz never to (RFC 5321 § 4.2.1)."""
    detail = _answer(error)
    if error.code >= 500 or error.code < 400:
        authentication = error.code in {530, 534, 535, 538}
        return Sent(outcome=Outcome.AUTH if authentication else Outcome.PERMANENT, detail=detail)
    throttled = error.code == 421 or any(code in error.message for code in _THROTTLED)
    return Sent(outcome=Outcome.THROTTLED if throttled else Outcome.RETRY, detail=detail)


def _answer(error: SMTPResponseException) -> str:
    words = " ".join(str(error.message).split())
    return f"{error.code} {''.join(char for char in words if char.isprintable())}"[:_DETAIL_MAX]


def _before(error: Exception) -> str:
    return f"le serveur d'envoi n'a pas répondu : {type(error).__name__}"
