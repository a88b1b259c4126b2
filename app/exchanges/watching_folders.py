"""Watched folders of the mail room: each letter is kept once, in its own transaction, and put away after.

By polling alone: network folders announce nothing. A letter is moved aside, kept, committed, then put away; a process
that dies in between leaves it aside, where the next look finds it, and the key of its bytes makes it one message.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from app.channels.adapters.post import SCAN, SIDECAR, PostConfig
from app.channels.contract import Delivery
from app.channels.desks import hold_folder
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database
from app.exchanges import letters_found
from app.exchanges.facts import ChannelDegraded
from app.exchanges.inbound import Inbound
from app.exchanges.letters_found import CLAIMED, Found, Mark
from app.exchanges.receptions import Door
from app.facts import FactBook
from app.ids import new_id
from app.tenants.service import Tenants

log = structlog.get_logger()
MOST_BYTES = 25 * 2**20
# A card whose scan has not come by then has lost it: somebody should look.
CARD_ALONE = timedelta(hours=1)
_ALONE = "fiche sans numérisation : aucun fichier de ce nom n’est arrivé en une heure"


class WatchedFolders:
    """Looks into the folder of each post channel that has one: `root/<administration>/<folder>`."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        channels: Channels,
        inbound: Inbound,
        book: FactBook,
        clock: Clock,
        *,
        root: Path,
    ) -> None:
        self._database, self._tenants, self._channels = database, tenants, channels
        self._inbound, self._book, self._clock, self._root = inbound, book, clock, root
        self._seen: dict[Path, tuple[Mark, datetime]] = {}
        self._troubled: set[UUID] = set()

    async def look(self, tenant_id: UUID) -> None:
        """Takes the letters that lie whole in the folders of one administration."""
        async with self._database.transaction(tenant=tenant_id) as session:
            wanted = [one for one in await self._channels.all_of(session, tenant_id) if _folder(one) is not None]
            slug = (await self._tenants.get(session, tenant_id)).slug if wanted else ""
        for channel in wanted:
            try:
                await self._take(channel, self._root / slug / str(_folder(channel)))
            except OSError as error:
                await self._tell(channel, f"dossier du courrier illisible : {error.strerror or type(error).__name__}")
            else:
                if channel.id in self._troubled:
                    await self._tell(channel, "")

    async def _take(self, channel: Channel, folder: Path) -> None:
        assert isinstance(channel.config, PostConfig)
        await asyncio.to_thread(letters_found.prepare, folder)
        left = await asyncio.to_thread(letters_found.look, folder / CLAIMED)
        for found in letters_found.paired(list(left))[0]:
            await self._keep(channel, folder, found, claimed=True)
        files = await asyncio.to_thread(letters_found.look, folder)
        stable = self._stable(folder, files, channel.config)
        letters, cards = letters_found.paired([path for path, since in stable.items() if since is not None])
        now = self._clock()
        for found in letters:
            since = stable[found.scan]
            patience = timedelta(seconds=channel.config.sidecar_wait_s)
            if since is not None and (found.card is not None or now - since >= patience):
                await self._keep(channel, folder, found, claimed=False)
        for card in cards:
            since = stable[card]
            if since is not None and now - since >= CARD_ALONE:
                await asyncio.to_thread(
                    letters_found.reject, folder, Found(card, None), why=_ALONE, word=new_id().hex[-8:]
                )

    def _stable(self, folder: Path, files: Mapping[Path, Mark], config: PostConfig) -> dict[Path, datetime | None]:
        """Says since when each file has not changed; None while it has not been still for long enough."""
        now = self._clock()
        seen = {path: (mark, self._since(path, mark, now)) for path, mark in files.items()}
        gone = [path for path in self._seen if path.parent == folder and path not in seen]
        for path in gone:
            del self._seen[path]
        self._seen |= seen
        still = timedelta(seconds=config.stable_s)
        return {path: since if now - since >= still else None for path, (_, since) in seen.items()}

    def _since(self, path: Path, mark: Mark, now: datetime) -> datetime:
        before = self._seen.get(path)
        return before[1] if before is not None and before[0] == mark else now

    async def _keep(self, channel: Channel, folder: Path, found: Found, *, claimed: bool) -> None:
        """Keeps one letter, then puts it away: what is put away is in the database."""
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            await hold_folder(session, channel.tenant_id, channel.id)
            taken = found if claimed else await asyncio.to_thread(letters_found.claim, folder, found)
            crashpoint("after_folder_claim")
            if taken is None or not await asyncio.to_thread(taken.scan.exists):
                return
            letter = await asyncio.to_thread(letters_found.read, taken, max_bytes=MOST_BYTES)
            if isinstance(letter, str):
                word = new_id().hex[-8:]
                await asyncio.to_thread(letters_found.reject, folder, taken, why=letter, word=word)
                log.info("folder.rejected", channel=str(channel.id))
                return
            delivery = as_delivery(taken, *letter)
            receipt = await self._inbound.keep(session, channel, delivery, door=Door.DESK)
        crashpoint("after_folder_keep")
        await asyncio.to_thread(letters_found.finish, folder, taken, word=receipt.id.hex[-8:])

    async def _tell(self, channel: Channel, reason: str) -> None:
        """Says on the channel that its folder cannot be read, once, and once more when it can."""
        if reason and channel.id in self._troubled:
            return
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            await self._channels.trouble(session, channel, state=ChannelState.ACTIVE, reason=reason)
            if reason:
                fact = ChannelDegraded(tenant_id=channel.tenant_id, subject_id=channel.id, at=self._clock())
                await self._book.record(session, fact)
        self._troubled.symmetric_difference_update({channel.id})


def as_delivery(found: Found, scan: bytes, kind: str, card: bytes | None) -> Delivery:
    """Writes a letter as a scanner that posts it would: the same files make the same bytes."""
    boundary = "parvis" + hashlib.sha256(scan + b"\0" + (card or b"")).hexdigest()[:32]
    parts = [_part(boundary, SCAN, found.scan.name, kind, scan)]
    if card is not None and found.card is not None:
        parts.append(_part(boundary, SIDECAR, found.card.name, "application/octet-stream", card))
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return Delivery(body=body, headers=(("Content-Type", f"multipart/form-data; boundary={boundary}"),))


def _part(boundary: str, field: str, name: str, kind: str, content: bytes) -> bytes:
    plain = "".join(letter for letter in name if letter.isprintable() and letter not in '"\\')[:200]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{plain}"\r\nContent-Type: {kind}'
    return head.encode("utf-8", "replace") + b"\r\n\r\n" + content + b"\r\n"


def _folder(channel: Channel) -> str | None:
    if not isinstance(channel.config, PostConfig) or channel.state is ChannelState.PAUSED:
        return None
    return channel.config.folder
