"""A mailbox that is polled (RFC 9051): every message once, by UID, whatever people read, move or flag in it."""

import asyncio
import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.idle import get_socket_poller

from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.pinned import place_of, tls_for
from app.channels.contract import Context, Delivery, Polled
from app.channels.errors import ChannelError

_SIZE = re.compile(rb"\bUID (\d+)\b.*?\bRFC822\.SIZE (\d+)|\bRFC822\.SIZE (\d+)\b.*?\bUID (\d+)\b", re.DOTALL)
_VALIDITY = re.compile(rb"\d+")
# One poll holds its messages in memory until the platform has committed them.
_BATCH_BYTES = 64 * 2**20
_SILENT = "la boîte ne répond pas, ou ne peut être appelée d'ici"
IDLE_MAX_S = 8.5 * 60  # RFC 2177 allows 29 minutes; many firewalls forget a silent connection after ten

T = TypeVar("T")


class MailboxUnavailable(ChannelError):
    """The server did not answer, or asked to come back: the poll is tried again later."""


class MailboxRefused(ChannelError):
    """The server refused the name, the password, the token or the folder: somebody must look at the settings."""


async def poll(config: EmailConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
    r"""Returns the messages after the cursor, at most a batch, and the cursor to commit with them.

    The cursor is (folder, UIDVALIDITY, last UID). Another folder or validity starts again from the first message:
    the platform's own deduplication absorbs what it has already. `\\Seen` is neither read nor set. Raises
    `MailboxUnavailable` or `MailboxRefused`.
    """
    place = await _place(config, context)
    return await _in_thread(context, lambda: _poll(config, cursor, place))


async def probe(config: EmailConfig, context: Context) -> None:
    """Opens the folder and closes it. Raises `MailboxUnavailable` or `MailboxRefused`."""
    place = await _place(config, context)
    await _in_thread(context, lambda: _probe(config, place))


async def wait_for_mail(config: EmailConfig, context: Context, *, timeout_s: float) -> bool:
    """Waits until the server announces something (IDLE), at most `timeout_s`; True when it did.

    A hint only: whatever it answers, the caller polls, for servers forget to announce.
    """
    place = await _place(config, context)
    return await _in_thread(context, lambda: _wait(config, min(timeout_s, IDLE_MAX_S), place))


async def _in_thread(context: Context, work: Callable[[], T]) -> T:
    if context.in_thread is None:
        return await asyncio.to_thread(work)
    return await context.in_thread(work)  # type: ignore[return-value]  # the platform returns what `work` returns


def _poll(config: EmailConfig, cursor: Mapping[str, object], place: str) -> Polled:
    with _opened(config, place) as box:
        validity = _uid_validity(box)
        known = cursor.get("folder") == config.imap_folder and cursor.get("uidvalidity") == validity
        last = _number(cursor.get("last_uid")) if known else 0
        waiting = _uids_after(box, last)
        batch = waiting[: config.imap_batch]
        sizes = _sizes(box, batch)
        deliveries: list[Delivery] = []
        held = 0
        for uid in batch:
            size = sizes.get(uid)
            if size is None:
                last = uid  # moved or expunged between the search and now
                continue
            oversize = size > config.max_bytes
            if deliveries and not oversize and held + size > _BATCH_BYTES:
                break
            delivery = _fetch(box, uid, size=size, oversize=oversize, validity=validity, folder=config.imap_folder)
            last = uid
            if delivery is not None:
                held += len(delivery.body)
                deliveries.append(delivery)
        reached: dict[str, object] = {"folder": config.imap_folder, "uidvalidity": validity, "last_uid": last}
        return Polled(deliveries=tuple(deliveries), cursor=reached, more=bool(waiting) and last < waiting[-1])


def _probe(config: EmailConfig, place: str) -> None:
    with _opened(config, place) as box:
        _uid_validity(box)


def _wait(config: EmailConfig, timeout_s: float, place: str) -> bool:
    with _opened(config, place) as box:
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if _announced(box, left):
                return True
        return False


def _announced(box: BaseMailBox, timeout_s: float) -> bool:
    """One round of IDLE; True when it told of new messages, rather than of a keep-alive or a flag.

    The library's own `wait` reads without blocking and breaks on a line that arrives in two: here the socket is only
    watched, and read once IDLE is over.
    """
    box.idle.start()  # type: ignore[no-untyped-call]  # the library annotates half of this class
    get_socket_poller(box.client.sock, timeout_s)  # type: ignore[arg-type]  # poll takes fractions of a second too
    _, lines = box.idle.stop()  # type: ignore[no-untyped-call]
    return any(b" EXISTS" in line or b" RECENT" in line for line in lines if isinstance(line, bytes))


# ---------------------------------------------------------------------------------------------------- the server


@contextmanager
def _opened(config: EmailConfig, place: str) -> Iterator[BaseMailBox]:
    """Opens the mailbox at an address, read-only, so that nothing here can mark a message as read."""
    if config.imap_host is None or config.imap_username is None:
        raise MailboxRefused("la boîte à relever n'est pas réglée")
    box: BaseMailBox | None = None
    try:
        box = _connect(config, place)
        _login(box, config)
        box.folder.set(_safe(config.imap_folder), readonly=True)
        yield box
    except MailboxLoginError as error:
        raise MailboxRefused("la boîte refuse l'identifiant, le mot de passe ou le jeton") from error
    except imaplib.IMAP4.abort as error:
        raise MailboxUnavailable("la boîte a interrompu la connexion") from error
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        raise MailboxRefused(f"la boîte refuse une commande : {type(error).__name__}") from error
    except (OSError, ssl.SSLError) as error:
        raise MailboxUnavailable(_SILENT) from error  # closed, filtered or refused: told alike (T32)
    finally:
        _close(box)


async def _place(config: EmailConfig, context: Context) -> str:
    try:
        return await place_of(_safe(config.imap_host or ""), config.imap_port, speech="imap", context=context)
    except OSError as error:
        raise MailboxUnavailable(_SILENT) from error


def _connect(config: EmailConfig, place: str) -> BaseMailBox:
    timeout, tls = config.imap_timeout_s, tls_for(_safe(config.imap_host or ""))
    if config.imap_security == "tls":
        return MailBox(place, config.imap_port, timeout=timeout, ssl_context=tls)
    if config.imap_security == "starttls":
        return MailBoxStartTls(place, config.imap_port, timeout=timeout, ssl_context=tls)
    return MailBoxUnencrypted(place, config.imap_port, timeout=timeout)


def _login(box: BaseMailBox, config: EmailConfig) -> None:
    name = _safe(config.imap_username or "")
    if config.imap_token is not None:
        try:
            box.xoauth2(name, _safe(config.imap_token.get_secret_value()), initial_folder=None)
        except imaplib.IMAP4.error as error:  # imaplib raises for a refused AUTHENTICATE, where LOGIN returns
            raise MailboxRefused("la boîte refuse le jeton") from error
        return
    password = _safe(config.imap_password.get_secret_value() if config.imap_password else "")
    if password.isascii() and name.isascii():
        box.login(name, password, initial_folder=None)
    else:
        box.login_utf8(name, password, initial_folder=None)


def _safe(argument: str) -> str:
    """Refuses what imaplib would let end a command (CVE-2025-15366, T80)."""
    if any(char in argument for char in "\r\n\0"):
        raise MailboxRefused("un réglage de la boîte contient un saut de ligne")
    return argument


def _close(box: BaseMailBox | None) -> None:
    if box is not None:
        with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            box.logout()  # what was read is read; the server may have hung up first


def _uid_validity(box: BaseMailBox) -> int:
    """UIDVALIDITY as the SELECT just announced it: a STATUS could speak of another moment."""
    _, found = box.client.response("UIDVALIDITY")
    match = _VALIDITY.search(found[0] or b"") if found else None
    if match is None:
        raise MailboxRefused("la boîte n'annonce pas d'UIDVALIDITY")
    return int(match[0])


def _uids_after(box: BaseMailBox, last: int) -> list[int]:
    """Filters what the server finds: `n:*` always names the newest message, even when its UID is below n."""
    status, data = box.client.uid("SEARCH", "UID", f"{last + 1}:*")
    if status != "OK":
        raise MailboxUnavailable("la boîte n'a pas pu être parcourue")
    found = (int(word) for line in data if line for word in line.split() if word.isdigit())
    return sorted({uid for uid in found if uid > last})


def _sizes(box: BaseMailBox, uids: Sequence[int]) -> dict[int, int]:
    if not uids:
        return {}
    status, data = box.client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
    if status != "OK":
        raise MailboxUnavailable("la boîte n'a pas donné la taille des messages")
    out: dict[int, int] = {}
    for item in data:
        line = item[0] if isinstance(item, tuple) else item
        if line and (match := _SIZE.search(line)):
            out[int(match[1] or match[4])] = int(match[2] or match[3])
    return out


def _fetch(box: BaseMailBox, uid: int, *, size: int, oversize: bool, validity: int, folder: str) -> Delivery | None:
    """Fetches one message without marking it; of one too large, its headers, so that somebody sees it exists."""
    section = "(UID BODY.PEEK[HEADER])" if oversize else "(UID BODY.PEEK[])"
    status, data = box.client.uid("FETCH", str(uid), section)
    body = next((item[1] for item in data or () if isinstance(item, tuple) and len(item) > 1), None)
    if status != "OK" or not isinstance(body, bytes):
        return None if status == "OK" else _unreadable(uid, size=size, validity=validity, folder=folder)
    envelope: dict[str, object] = {"door": "imap", "uid": uid, "uidvalidity": validity, "folder": folder, "size": size}
    if oversize:
        envelope["oversize"] = True
    return Delivery(body=body, method="IMAP", envelope=envelope)


def _unreadable(uid: int, *, size: int, validity: int, folder: str) -> Delivery:
    """Stands for a message the server cannot give: held for a person, and not in the way of the next ones."""
    envelope = {"door": "imap", "uid": uid, "uidvalidity": validity, "folder": folder, "size": size, "refused": True}
    return Delivery(body=b"", method="IMAP", envelope=envelope)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
