"""A mailbox that is polled (RFC 9051): every message once, by UID, whatever people read, move or flag in it."""

import asyncio
import hashlib
import imaplib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from imap_tools import BaseMailBox
from imap_tools.idle import get_socket_poller

from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.mailbox import MailboxRefused, MailboxUnavailable, opened, where
from app.channels.adapters.email.tidying import tidy
from app.channels.contract import Context, Delivery, Polled

_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{0,40})"')
_NUMBER = re.compile(rb"\d+")
# One poll holds its messages in memory until the platform has committed them.
_BATCH_BYTES = 64 * 2**20
# A server names at most this many UIDs at once: all of them on one line could be more than a line may hold.
_SPAN = 10_000
_ANCHORS = 3
# A message on which the server hung up this often is left to a person: the next ones must not wait for it.
STUCK = 5
IDLE_MAX_S = 8.5 * 60  # RFC 2177 allows 29 minutes; many firewalls forget a silent connection after ten

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a folder was read. `anchors` are the last messages brought, as the server dated and weighed them.

    `mailbox` is a digest of whose it is: many servers give all their mailboxes the same validity.
    `brought` are the UIDs to tidy once they are known to be committed; `stuck` is the message the server hangs up on.
    """

    folder: str
    uidvalidity: int
    mailbox: str = ""
    last_uid: int = 0
    anchors: Mapping[int, str] = field(default_factory=dict)
    brought: Sequence[int] = ()
    stuck: tuple[int, int] = (0, 0)

    def cursor(self) -> dict[str, object]:
        return {
            "folder": self.folder,
            "uidvalidity": self.uidvalidity,
            "mailbox": self.mailbox,
            "last_uid": self.last_uid,
            "anchors": {str(uid): seen for uid, seen in self.anchors.items()},
            "brought": list(self.brought),
            "stuck": list(self.stuck),
        }


async def poll(config: EmailConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
    r"""Returns the messages after the cursor, at most a batch, and the cursor to commit with them.

    The cursor is (mailbox, folder, UIDVALIDITY, last UID). Another of the first three starts again from the first message,
    as does a mailbox made again under the same validity: the platform's own deduplication absorbs what it has already.
    `\\Seen` is never read. What a server hung up on is asked for again, the messages before it are not. Raises
    `MailboxUnavailable` or `MailboxRefused`.
    """
    place = await where(config, context)
    return await _in_thread(context, lambda: _poll(config, cursor, place))


async def probe(config: EmailConfig, context: Context) -> None:
    """Opens the folder and closes it. Raises `MailboxUnavailable` or `MailboxRefused`."""
    place = await where(config, context)
    await _in_thread(context, lambda: _probe(config, place))


async def wait_for_mail(config: EmailConfig, context: Context, *, timeout_s: float) -> bool:
    """Waits until the server announces something (IDLE), at most `timeout_s`; True when it did.

    A hint only: whatever it answers, the caller polls, for servers forget to announce.
    """
    place = await where(config, context)
    return await _in_thread(context, lambda: _wait(config, min(timeout_s, IDLE_MAX_S), place))


async def _in_thread(context: Context, work: Callable[[], T]) -> T:
    if context.in_thread is None:
        return await asyncio.to_thread(work)
    return await context.in_thread(work)  # type: ignore[return-value]  # the platform returns what `work` returns


def _poll(config: EmailConfig, cursor: Mapping[str, object], place: str) -> Polled:
    with opened(config, place, readonly=config.imap_after == "leave") as box:
        validity, next_uid = _announced(box, "UIDVALIDITY"), _announced(box, "UIDNEXT")
        if validity is None:
            raise MailboxRefused("la boîte n'annonce pas d'UIDVALIDITY")
        here = Place(folder=config.imap_folder, uidvalidity=validity, mailbox=_mailbox(config))
        at = _known(cursor, here)
        if at.last_uid and _made_again(box, at, next_uid):
            at = here
        left, problem = tidy(box, at.brought, config)
        waiting, beyond = _uids_after(box, at.last_uid, next_uid)
        return _bring(box, config, replace(at, brought=left), waiting, beyond=beyond, problem=problem)


def _bring(
    box: BaseMailBox, config: EmailConfig, at: Place, waiting: Sequence[int], *, beyond: bool, problem: str | None
) -> Polled:
    """Fetches a batch. What was fetched before the server hung up is brought all the same."""
    batch = waiting[: config.imap_batch]
    found = _described(box, batch)
    deliveries: list[Delivery] = []
    held = 0
    for uid in batch:
        if uid not in found:
            at = replace(at, last_uid=uid)  # moved or expunged between the search and now
            continue
        size, seen = found[uid]
        oversize = size > config.max_bytes
        if deliveries and not oversize and held + size > _BATCH_BYTES:
            break
        hung_up = at.stuck[1] if at.stuck[0] == uid else 0
        try:
            delivery = _delivery(box, uid, size=size, oversize=oversize, at=at, given_up=hung_up >= STUCK)
        except (imaplib.IMAP4.abort, OSError):
            at = replace(at, stuck=(uid, hung_up + 1))
            told = f"la boîte raccroche pendant la lecture d'un message (UID {uid}) ; il sera redemandé"
            return Polled(deliveries=tuple(deliveries), cursor=at.cursor(), problem=told)
        anchors = dict([*at.anchors.items(), (uid, seen)][-_ANCHORS:])
        at = replace(at, last_uid=uid, anchors=anchors, stuck=(0, 0))
        if delivery is not None:
            held += len(delivery.body)
            deliveries.append(delivery)
            whole = not oversize and not delivery.envelope.get("refused")
            if whole and config.imap_after != "leave":
                at = replace(at, brought=(*at.brought, uid))
    more = bool(waiting) and (at.last_uid < waiting[-1] or beyond)
    return Polled(deliveries=tuple(deliveries), cursor=at.cursor(), more=more, problem=problem)


def _mailbox(config: EmailConfig) -> str:
    named = f"{(config.imap_host or '').lower()}\n{config.imap_username or ''}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _known(cursor: Mapping[str, object], here: Place) -> Place:
    """Reads a cursor; one of another mailbox, folder or validity, or that cannot be read, is the beginning."""
    if cursor.get("folder") != here.folder or cursor.get("uidvalidity") != here.uidvalidity:
        return here
    if cursor.get("mailbox", here.mailbox) != here.mailbox:
        return here
    anchors, brought, stuck = cursor.get("anchors"), cursor.get("brought"), cursor.get("stuck")
    return replace(
        here,
        last_uid=_number(cursor.get("last_uid")),
        anchors={int(uid): str(seen) for uid, seen in anchors.items() if str(uid).isdecimal()}
        if isinstance(anchors, Mapping)
        else {},
        brought=tuple(filter(None, map(_number, brought))) if isinstance(brought, list) else (),
        stuck=(_number(stuck[0]), _number(stuck[1])) if isinstance(stuck, list) and len(stuck) == 2 else (0, 0),
    )


def _made_again(box: BaseMailBox, at: Place, next_uid: int | None) -> bool:
    """Tells a mailbox put back from a copy: UIDs that go backwards, or that name other messages than those brought.

    The validity should then have changed (RFC 9051 § 2.3.1.1); not every server keeps to it.
    """
    if next_uid is not None and next_uid <= at.last_uid:
        return True
    present = _described(box, sorted(at.anchors))
    return any(seen != at.anchors[uid] for uid, (_, seen) in present.items() if uid in at.anchors)


def _probe(config: EmailConfig, place: str) -> None:
    with opened(config, place) as box:
        if _announced(box, "UIDVALIDITY") is None:
            raise MailboxRefused("la boîte n'annonce pas d'UIDVALIDITY")


def _wait(config: EmailConfig, timeout_s: float, place: str) -> bool:
    with opened(config, place) as box:
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if _told_of_mail(box, left):
                return True
        return False


def _told_of_mail(box: BaseMailBox, timeout_s: float) -> bool:
    """One round of IDLE; True when it told of new messages, rather than of a keep-alive or a flag.

    The library's own `wait` reads without blocking and breaks on a line that arrives in two: here the socket is only
    watched, and read once IDLE is over.
    """
    box.idle.start()  # type: ignore[no-untyped-call]  # the library annotates half of this class
    get_socket_poller(box.client.sock, timeout_s)  # type: ignore[arg-type]  # poll takes fractions of a second too
    _, lines = box.idle.stop()  # type: ignore[no-untyped-call]
    return any(b" EXISTS" in line or b" RECENT" in line for line in lines if isinstance(line, bytes))


# ---------------------------------------------------------------------------------------------------- the server


def _announced(box: BaseMailBox, name: str) -> int | None:
    """A number the SELECT just announced: a STATUS could speak of another moment."""
    _, found = box.client.response(name)
    match = _NUMBER.search(found[0] or b"") if found else None
    return int(match[0]) if match else None


def _uids_after(box: BaseMailBox, last: int, next_uid: int | None) -> tuple[list[int], bool]:
    """Returns UIDs after `last`, in order, and whether there may be more than these.

    `n:*` always names the newest message, even when its UID is below n: what the server finds is filtered.
    """
    if next_uid is None:
        return _search(box, last, f"{last + 1}:*"), False
    low, span = last + 1, _SPAN
    while low < next_uid:
        high = min(low + span, next_uid) - 1
        found = _search(box, last, f"{low}:{high}")
        if found:
            return found, high < next_uid - 1
        low, span = high + 1, span * 8
    return [], False


def _search(box: BaseMailBox, last: int, uids: str) -> list[int]:
    status, data = box.client.uid("SEARCH", "UID", uids)
    if status != "OK":
        raise MailboxUnavailable("la boîte n'a pas pu être parcourue")
    found = (int(word) for line in data if line for word in line.split() if word.isdigit())
    return sorted({uid for uid in found if uid > last})


def _described(box: BaseMailBox, uids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Returns the size of messages, and what tells one from another that would bear its UID."""
    if not uids:
        return {}
    status, data = box.client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
    if status != "OK":
        raise MailboxUnavailable("la boîte n'a pas donné la taille des messages")
    out: dict[int, tuple[int, str]] = {}
    for item in data:
        line = (item[0] if isinstance(item, tuple) else item) or b""
        uid, size, date = _UID.search(line), _SIZE.search(line), _DATE.search(line)
        if uid and size:
            dated = date[1].decode("ascii", "replace").strip() if date else ""
            out[int(uid[1])] = (int(size[1]), f"{int(size[1])} {dated}")
    return out


def _delivery(box: BaseMailBox, uid: int, *, size: int, oversize: bool, at: Place, given_up: bool) -> Delivery | None:
    """Fetches one message without marking it; of one too large, its headers, so that somebody sees it exists."""
    envelope: dict[str, object] = {
        "door": "imap", "uid": uid, "uidvalidity": at.uidvalidity, "folder": at.folder, "size": size
    }  # fmt: skip
    # Stands for a message the server cannot give: held for a person, and not in the way of the next ones.
    stub = Delivery(body=b"", method="IMAP", envelope={**envelope, "refused": True})
    if given_up:
        return stub
    section = "(UID BODY.PEEK[HEADER])" if oversize else "(UID BODY.PEEK[])"
    status, data = box.client.uid("FETCH", str(uid), section)
    body = next((item[1] for item in data or () if isinstance(item, tuple) and len(item) > 1), None)
    if status != "OK":
        return stub
    if not isinstance(body, bytes):
        return None  # expunged meanwhile
    return Delivery(body=body, method="IMAP", envelope={**envelope, "oversize": True} if oversize else envelope)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
