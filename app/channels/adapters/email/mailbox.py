"""An IMAP mailbox, opened: the connection, the identification, the folder, and what each refusal means (RFC 9051, 5530)."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.pinned import place_of, tls_for
from app.channels.contract import Context
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.kit.certificates import certificate_flaw

SILENT = "la boîte ne répond pas, ou ne peut être appelée d'ici"
# RFC 5530 § 3: the server, not the password. A mailbox must not ask for new credentials because its server is ill.
_PASSING = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|THROTTLED|SERVERBUG|OVERQUOTA|CONTACTADMIN)\b", re.IGNORECASE)
_LITERAL_MARGIN = 2**20
_FOLDERS_TOLD = 10


class MailboxUnavailable(ChannelError):
    """The server did not answer, or asked to come back: the poll is tried again later."""


class MailboxRefused(ChannelError):
    """The server refused a command or the folder: somebody must look at the settings."""


class LoginRefused(MailboxRefused, CredentialsRefused):
    """The server refused the name, the password or the token."""


async def where(config: EmailConfig, context: Context) -> str:
    """Returns the judged address of the mailbox's server. Raises `MailboxUnavailable` or `MailboxRefused`."""
    try:
        return await place_of(safe(config.imap_host or ""), config.imap_port, speech="imap", context=context)
    except OSError as error:
        raise MailboxUnavailable(SILENT) from error


@contextmanager
def opened(config: EmailConfig, place: str, *, readonly: bool = True) -> Iterator[BaseMailBox]:
    """Opens the mailbox at an address; read-only, nothing done here can mark a message as read."""
    if config.imap_host is None or config.imap_username is None:
        raise MailboxRefused("la boîte à relever n'est pas réglée")
    if config.lacks_token:
        raise MailboxUnavailable("le jeton de la boîte n'est pas encore obtenu")
    box: BaseMailBox | None = None
    try:
        box = _connect(config, place)
        _bound(box, config.max_bytes + _LITERAL_MARGIN)
        _login(box, config)
        _select(box, safe(config.imap_folder), readonly=readonly)
        yield box
    except imaplib.IMAP4.abort as error:
        raise MailboxUnavailable("la boîte a interrompu la connexion") from error
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        if _PASSING.search(str(error)):
            raise MailboxUnavailable("la boîte demande de revenir plus tard") from error
        raise MailboxRefused(f"la boîte refuse une commande : {type(error).__name__}") from error
    except (OSError, ssl.SSLError) as error:
        if flaw := certificate_flaw(error):
            raise MailboxUnavailable(f"le certificat de la boîte est refusé : {flaw}") from error
        raise MailboxUnavailable(SILENT) from error  # closed, filtered or refused: told alike (T32)
    finally:
        _close(box)


def safe(argument: str) -> str:
    """Refuses what imaplib would let end a command (CVE-2025-15366, T80)."""
    if any(char in argument for char in "\r\n\0"):
        raise MailboxRefused("un réglage de la boîte contient un saut de ligne")
    return argument


def _connect(config: EmailConfig, place: str) -> BaseMailBox:
    """Connects, and encrypts as set. Raises `MailboxUnavailable` when the server greets nobody."""
    try:
        return _connected(config, place)
    except imaplib.IMAP4.error as error:
        if config.imap_security == "starttls" and "TLS" in str(error):
            raise MailboxRefused("la boîte n'offre pas le chiffrement (STARTTLS) que le réglage exige") from error
        raise MailboxUnavailable("la boîte n'accueille personne pour l'instant") from error


def _connected(config: EmailConfig, place: str) -> BaseMailBox:
    timeout, tls = config.imap_timeout_s, tls_for(safe(config.imap_host or ""))
    if config.imap_security == "tls":
        return MailBox(place, config.imap_port, timeout=timeout, ssl_context=tls)
    if config.imap_security == "starttls":
        return MailBoxStartTls(place, config.imap_port, timeout=timeout, ssl_context=tls)
    return MailBoxUnencrypted(place, config.imap_port, timeout=timeout)


def _bound(box: BaseMailBox, limit: int) -> None:
    """Hangs up on a literal larger than any message that is asked for (F18): imaplib would read two gigabytes."""
    read = box.client.read

    def bounded(size: int) -> bytes:
        if size > limit:
            raise imaplib.IMAP4.abort("literal larger than announced")
        return read(size)

    box.client.read = bounded  # type: ignore[method-assign]  # imaplib has no setting for it


def _login(box: BaseMailBox, config: EmailConfig) -> None:
    name = safe(config.imap_username or "")
    try:
        if config.imap_bearer is not None:
            _with_token(box, name, safe(config.imap_bearer.get_secret_value()))
            return
        password = safe(config.imap_password.get_secret_value() if config.imap_password else "")
        if password.isascii() and name.isascii():
            box.login(name, password, initial_folder=None)
        else:
            box.login_utf8(name, password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        # imaplib raises for a refused AUTHENTICATE, where LOGIN returns: both end here.
        if _PASSING.search(str(error)):
            raise MailboxUnavailable("la boîte demande de revenir plus tard") from error
        token = "le jeton" if config.imap_bearer is not None else "l'identifiant ou le mot de passe"
        raise LoginRefused(f"la boîte refuse {token}") from error


def _with_token(box: BaseMailBox, name: str, token: str) -> None:
    """Identifies by XOAUTH2. A refusal comes as a challenge, answered by an empty line before the final NO."""
    answers = iter([f"user={name}\x01auth=Bearer {token}\x01\x01".encode()])
    box.client.authenticate("XOAUTH2", lambda _challenge: next(answers, b""))


def _select(box: BaseMailBox, folder: str, *, readonly: bool) -> None:
    try:
        box.folder.set(folder, readonly=readonly)
    except MailboxFolderSelectError as error:
        if _PASSING.search(str(error)):
            raise MailboxUnavailable("la boîte demande de revenir plus tard") from error
        present: list[str] = []
        with suppress(ImapToolsError, imaplib.IMAP4.error):
            present = sorted(one.name for one in box.folder.list())[:_FOLDERS_TOLD]
        told = f" ; dossiers présents : {', '.join(present)}" if present else ""
        raise MailboxRefused(
            f"le dossier « {folder} » n'existe pas dans la boîte, ou a été renommé{told} ; corrigez le réglage imap_folder"[
                :280
            ]
        ) from error


def _close(box: BaseMailBox | None) -> None:
    if box is not None:
        with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            box.logout()  # what was read is read; the server may have hung up first
