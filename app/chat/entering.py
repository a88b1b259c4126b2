"""How a visitor comes in: a ticket used once within a minute, then a signed session.

The page that shows the widget asks for the ticket: its browser names its origin, which must be one of the channel's
sites or ours. So a frame on anybody's page opens no conversation, and what a site vouches for never stands in an address.
"""

import hashlib
import json
import secrets
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from app.channels.adapters.chat import ChatConfig
from app.channels.contract import Delivery, Verdict, Webhook
from app.channels.registry import Registry
from app.channels.values import Channel
from app.chat import repository, sessions
from app.chat.limits import ENTRIES, refuse_beyond
from app.chat.values import Visitor
from app.chat.words import FOREIGN, NOT_VOUCHED
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Forbidden, Unauthenticated
from app.ids import new_id, new_secret
from app.sealing import KeyRing

GOOD_FOR = timedelta(seconds=60)
MAX_NAME = 80


class Entrance:
    """Gives tickets and takes them back for sessions."""

    def __init__(self, database: Database, registry: Registry, ring: KeyRing, clock: Clock, *, base_url: str) -> None:
        self._database, self._registry, self._ring, self._clock = database, registry, ring, clock
        parts = urlsplit(base_url)
        self._own = f"{parts.scheme}://{parts.netloc}"

    def welcome(self, channel: Channel, origin: str | None) -> str:
        """Returns the origin that a browser names. Raises `Forbidden` for anybody else's, and for none."""
        assert isinstance(channel.config, ChatConfig)
        if origin is None or origin not in {self._own, *channel.config.sites}:
            raise Forbidden(FOREIGN)
        return origin

    async def ticket(
        self,
        channel: Channel,
        *,
        origin: str | None,
        identifier: str | None,
        identifier_hash: str | None,
        name: str,
        remote: str,
    ) -> str:
        """Returns a new ticket. Raises `Forbidden`, `Unauthenticated` for a false proof, `TooManyRequests`."""
        site = self.welcome(channel, origin)
        verdict = self._judged(channel, identifier, identifier_hash)
        now, word, hidden = self._clock(), new_secret("che", bits=192), self.hidden(remote)
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            asked = await repository.entries_from(session, channel.tenant_id, hidden, now - ENTRIES.within)
            refuse_beyond(ENTRIES, asked)
            await repository.keep_entry(
                session,
                {
                    "tenant_id": channel.tenant_id,
                    "id": new_id(),
                    "channel_id": channel.id,
                    "digest": _digest(word),
                    # A channel without a secret vouches for nobody: the identifier is then a claim, and is not kept.
                    "identifier": identifier if verdict.verified else None,
                    "name": _name(name),
                    "site": site,
                    "remote": hidden,
                    "made_at": now,
                    "used_at": None,
                },
            )
        return word

    async def enter(self, channel: Channel, word: str) -> Visitor:
        """Takes a ticket and returns whose session it opens. Raises `Unauthenticated` for one that is not good."""
        now = self._clock()
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            entry = await repository.use_entry(
                session, channel.tenant_id, channel.id, _digest(word), made_after=now - GOOD_FOR, now=now
            )
        if entry is None:
            raise sessions.SessionOver
        return sessions.begun(channel.id, identifier=entry.identifier, name=entry.name, site=entry.site, now=now)

    def straight_in(self, channel: Channel) -> Visitor:
        """Returns the session of our own page's form, which no script carries a ticket for. Raises `Unauthenticated`."""
        self._judged(channel, None, None)
        return sessions.begun(channel.id, identifier=None, name="", site=self._own, now=self._clock())

    def read(self, channel: Channel, word: str) -> Visitor:
        """Raises `SessionOver`."""
        return sessions.read(self._ring, word, channel_id=channel.id, now=self._clock())

    def written(self, visitor: Visitor) -> str:
        return sessions.written(self._ring, visitor)

    def hidden(self, remote: str) -> str:
        """Returns the name under which an address is counted: nobody reads the address in it."""
        return self._ring.token(remote.encode(), purpose="chat-remote")

    async def forget(self, tenant_id: UUID) -> None:
        """Drops tickets nobody counts any more."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await repository.forget_entries(session, tenant_id, before=self._clock() - ENTRIES.within - GOOD_FOR)

    def _judged(self, channel: Channel, identifier: str | None, proof: str | None) -> Verdict:
        """Judges what a site vouches for by the adapter's own rule. Raises `Unauthenticated`."""
        adapter = self._registry.get(channel.type)
        assert isinstance(adapter, Webhook)
        said = {"identifier": identifier, "identifier_hash": proof} if identifier is not None else {}
        verdict = adapter.verify(Delivery(body=json.dumps(said).encode()), channel.config, now=self._clock())
        if verdict.verified is False:
            raise Unauthenticated(NOT_VOUCHED)
        return verdict


def _name(text: str) -> str:
    return " ".join(text.split())[:MAX_NAME]


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()


def fresh_name() -> str:
    """Returns a name for a message of a page without script."""
    return secrets.token_hex(16)
