"""Connecting channels: configuration checked by the adapter's own model, secrets sealed, keys opaque."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import structlog
from pydantic import ValidationError

from app.channels import repository
from app.channels.calling import refused_places
from app.channels.contract import ChannelAdapter, ChannelConfig, Poller, Probe
from app.channels.errors import ChannelError
from app.channels.opening import opened
from app.channels.registry import Registry
from app.channels.secrecy import bound, revealed, sentence, split
from app.channels.tables import ChannelRecord
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, ChannelState, Unopened
from app.clock import Clock
from app.db.transaction import Database, Session, enter_presented, enter_tenant
from app.egress.policy import EgressPolicy
from app.errors import Conflict, Flaw, Invalid, NotFound, Stale
from app.ids import new_id
from app.rest.languages import Said
from app.vault.service import OpenKeys, Vault

log = structlog.get_logger()
KEPT_FOR = timedelta(seconds=5)


@runtime_checkable
class Addressed(Protocol):
    """A configuration with public addresses: its own, and others that reach the same channel."""

    @property
    def address(self) -> str: ...

    def other_addresses(self) -> Sequence[str]:
        """Returns them as doors are presented them; `@domain` stands for all that nobody else has there."""
        ...


class Channels:
    """Finds channels for the doors and manages them for administrators."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        vault: Vault,
        clock: Clock,
        *,
        egress: EgressPolicy | None = None,
    ) -> None:
        self.registry = registry
        self._database, self._vault, self._clock = database, vault, clock
        self._egress = egress or EgressPolicy()
        self._kept: dict[str, tuple[datetime, Channel]] = {}

    async def at_door(self, presented: str) -> Channel:
        """Finds the channel with that opaque key or public address. Raises `NotFound` without a hint."""
        now = self._clock()
        kept = self._kept.get(presented)
        if kept and now - kept[0] < KEPT_FOR:
            return kept[1]
        async with self._database.transaction(presented=presented) as session:
            record = await repository.by_presented(session, presented) or await _by_alias(session, presented)
            if record is None:
                raise NotFound
            await enter_tenant(session, record.tenant_id)
            keys = await self._vault.of(session, record.tenant_id)
        channel = opened(self.registry, record, keys)
        if len(self._kept) > 10_000:
            self._kept.clear()
        self._kept[presented] = (now, channel)
        return channel

    async def changed_since(self, presented: str, channel: Channel) -> Channel | None:
        """Looks again at a channel a door remembers: what another process changed of it, None when it is the same.

        Whoever signs with the key that was just set is never refused for what this process still remembers.
        """
        self._kept.pop(presented, None)
        present = await self.at_door(presented)
        return None if present.version == channel.version else present

    async def at_work(self, tenant_id: UUID, channel_id: UUID) -> Channel:
        """Finds a channel for a job, through the same short memory as the doors."""
        now, name = self._clock(), f"{tenant_id}/{channel_id}"
        kept = self._kept.get(name)
        if kept and now - kept[0] < KEPT_FOR:
            return kept[1]
        async with self._database.transaction(tenant=tenant_id) as session:
            channel = await self.get(session, tenant_id, channel_id)
        self._kept[name] = (now, channel)
        return channel

    async def get(self, session: Session, tenant_id: UUID, channel_id: UUID) -> Channel:
        record = await repository.by_id(session, tenant_id, channel_id)
        if record is None:
            raise NotFound
        return opened(self.registry, record, await self._vault.of(session, tenant_id))

    async def known(self, session: Session, tenant_id: UUID, channel_id: UUID) -> Channel | Unopened:
        """Returns a channel, or what is known of one that cannot be opened. Raises `NotFound`."""
        try:
            return await self.get(session, tenant_id, channel_id)
        except ChannelUnusable as unusable:
            return unusable.channel

    async def living(self, session: Session, tenant_id: UUID, channel_id: UUID) -> Channel:
        """Returns a channel that was not removed. Raises `NotFound` or `ChannelUnusable`."""
        channel = await self.get(session, tenant_id, channel_id)
        if channel.health.removed_at is not None:
            raise NotFound
        return channel

    async def page(
        self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[Channel | Unopened]:
        """Returns a page of connected channels, in the order they were; those that cannot be opened say why."""
        keys = await self._vault.of(session, tenant_id)
        records = await repository.page(session, tenant_id, after=after, limit=limit)
        return [self._known(record, keys) for record in records]

    async def all_of(self, session: Session, tenant_id: UUID) -> Sequence[Channel]:
        """Returns the connected channels; one that cannot be opened is told and left out, and costs the others nothing."""
        keys = await self._vault.of(session, tenant_id)
        found = [self._known(record, keys) for record in await repository.all_of(session, tenant_id)]
        return [channel for channel in found if isinstance(channel, Channel)]

    async def own_addresses(self, session: Session, tenant_id: UUID) -> set[str]:
        """Returns the addresses that are ours: nothing is ever sent to them."""
        return await repository.own_addresses(session, tenant_id)

    async def to_poll(self, session: Session, tenant_id: UUID) -> Sequence[UUID]:
        return await repository.to_poll(session, tenant_id, now=self._clock())

    async def connect(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        type: str,  # noqa: A002 — the contract's own word
        name: str,
        address: str | None,
        config: Mapping[str, Any],
        key: str | None = None,
        credentials_expire_at: datetime | None = None,
    ) -> Channel:
        """Connects a channel.

        Raises `Invalid` with pointers when the adapter refuses the configuration, `Conflict` when the name or address
        is already connected.
        """
        adapter = self._adapter(type)
        checked = self.validated(type, config)
        channel_id, now = new_id(), self._clock()
        plain, secret = split(checked)
        added = await repository.add(
            session,
            {
                "tenant_id": tenant_id,
                "id": channel_id,
                "type": type,
                "name": name,
                "key": key or secrets.token_urlsafe(24),
                "address": address,
                "config": plain,
                "sealed": await self._seal(session, tenant_id, channel_id, secret),
                "state": ChannelState.ACTIVE.value,
                "cursor": {},
                "poll_at": self._first_poll(adapter, checked),
                "check_at": now if isinstance(adapter, Probe) else None,
                "credentials_expire_at": credentials_expire_at,
                "created_at": now,
                "version": 1,
            },
        )
        if not added:
            raise Conflict(
                Said(
                    "un canal de ce nom ou de cette adresse est déjà branché : changez-le, ou choisissez-en un autre",
                    en="a channel of this name or address is already connected: change it instead, or choose another",
                )
            )
        await self._declare(session, tenant_id, channel_id, checked)
        return await self.get(session, tenant_id, channel_id)

    async def _declare(self, session: Session, tenant_id: UUID, channel_id: UUID, config: ChannelConfig) -> None:
        """Keeps the other addresses of a channel. Raises `Conflict` for one that is somebody else's."""
        others = _other_addresses(config)
        taken = await repository.declare(session, tenant_id, channel_id, others)
        # Row-level security hides other administrations': each address is presented, as a door would.
        for one in [*others, *([config.address.lower()] if isinstance(config, Addressed) else [])]:
            await enter_presented(session, one)
            record, alias = await repository.by_presented(session, one), await repository.by_alias(session, one)
            if (record and record.id != channel_id) or (alias and alias[1] != channel_id):
                taken.append(one)
        await enter_presented(session, "")
        if taken:
            names = ", ".join(sorted(set(taken)))
            raise Conflict(
                Said(
                    f"{names} : cette adresse est déjà celle d'un autre canal ; retirez-la des autres adresses",
                    en=f"{names}: this address is already another channel's; take it out of the other addresses",
                )
            )

    def _first_poll(self, adapter: ChannelAdapter, config: ChannelConfig) -> datetime | None:
        polls = isinstance(adapter, Poller) and adapter.capabilities(config).polls
        return self._clock() if polls else None

    async def change(
        self,
        session: Session,
        channel: Channel,
        *,
        version: int,
        name: str | None,
        state: str | None,
        config: Mapping[str, Any] | None,
        also: Mapping[str, Any] | None = None,
    ) -> Channel:
        """Changes what is given; secrets left out of `config` stay as they are. Raises `Stale` on another version.

        `also` are columns of its health.
        """
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = name
        if state is not None:
            values |= {"state": ChannelState(state).value, "state_reason": None}
        checked: ChannelConfig | None = None
        if config is not None:
            checked = self.altered(channel, config)
            plain, secret = split(checked)
            values |= {
                "config": plain,
                "sealed": await self._seal(session, channel.tenant_id, channel.id, secret),
                "poll_at": self._first_poll(self.registry.get(channel.type), checked),
            }
        values |= also or {}
        if not await repository.change(session, channel.tenant_id, channel.id, values, version=version):
            raise Stale
        if checked is not None:
            await self._declare(session, channel.tenant_id, channel.id, checked)
        self._kept.clear()
        return await self.get(session, channel.tenant_id, channel.id)

    def validated(self, type: str, config: Mapping[str, Any]) -> ChannelConfig:  # noqa: A002 — the contract's own word
        """Returns the settings of a channel to connect. Raises `Invalid`, for places that may not be called too."""
        adapter = self._adapter(type)
        return self._reachable(adapter, self._checked(adapter.Config, config))

    def altered(self, channel: Channel, config: Mapping[str, Any]) -> ChannelConfig:
        """Returns the settings a channel would have; what is left out stays as it is. Raises `Invalid`."""
        whole = {**revealed(channel.config), **config}
        return self._reachable(self.registry.get(channel.type), self._checked(type(channel.config), whole))

    def superseding(self, channel: Channel, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns new secrets with the ones they replace kept beside them, where the type accepts an old one for a while."""
        present, known = revealed(channel.config), type(channel.config).model_fields
        kept = {
            f"previous_{name}": present[name] for name in config if f"previous_{name}" in known and present.get(name)
        }
        return {**kept, **config}

    def _reachable(self, adapter: ChannelAdapter, config: ChannelConfig) -> ChannelConfig:
        flaws = refused_places(adapter, config, self._egress)
        if flaws:
            raise Invalid(flaws=flaws)
        return config

    async def remove(self, session: Session, channel: Channel, *, version: int) -> None:
        """Disconnects a channel for good: its door shuts, its secrets are destroyed; what it received stays.

        Raises `Stale` on another version.
        """
        now = self._clock()
        values = {
            "name": f"{channel.name[:60]} (retiré, {channel.id.hex[-12:]})",
            "key": secrets.token_urlsafe(24),
            "address": None,
            "sealed": None,
            "state": ChannelState.PAUSED.value,
            "state_reason": None,
            "poll_at": None,
            "check_at": None,
            "silent_since": None,
            "removed_at": now,
        }
        if not await repository.change(session, channel.tenant_id, channel.id, values, version=version):
            raise Stale
        await repository.forget_aliases(session, channel.tenant_id, channel.id)
        self._kept.clear()

    async def note(self, session: Session, channel: Channel, values: Mapping[str, Any]) -> None:
        """Writes what was found of a channel's health; its version, which people decide on, stays."""
        await repository.change(session, channel.tenant_id, channel.id, values)
        self._kept.clear()

    async def trouble(self, session: Session, channel: Channel, *, state: ChannelState, reason: str) -> None:
        """Marks a channel as needing a person; what it receives goes on being kept."""
        values = {"state": state.value, "state_reason": reason[:500]}
        await repository.change(session, channel.tenant_id, channel.id, values)
        self._kept.clear()

    async def proved(self, session: Session, channel: Channel) -> bool:
        """Notes that a message left by a channel in trouble: its live test is due now. Says whether all trouble is over.

        It is where there is no test to say so: nothing else would ever tell.
        """
        if isinstance(self.registry.get(channel.type), Probe):
            await self.note(session, channel, {"check_at": self._clock()})
            return False
        await self.note(session, channel, {"state": ChannelState.ACTIVE.value, "state_reason": None})
        return True

    async def polled(
        self, session: Session, channel: Channel, *, cursor: Mapping[str, object], again_at: datetime
    ) -> None:
        values = {"cursor": dict(cursor), "poll_at": again_at, "state_reason": _why_paused(channel)}
        await repository.change(session, channel.tenant_id, channel.id, values)

    async def unreachable(
        self, session: Session, channel: Channel | Unopened, *, reason: str, again_at: datetime
    ) -> None:
        """Notes that a source could not be asked; it stays active and is asked again."""
        paused = _why_paused(channel) if isinstance(channel, Channel) else None
        values = {"state_reason": f"{paused}\n{reason}" if paused else reason, "poll_at": again_at}
        await repository.change(session, channel.tenant_id, channel.id, values)

    def _adapter(self, channel_type: str) -> ChannelAdapter:
        try:
            return self.registry.get(channel_type)
        except ChannelError as error:
            raise Invalid(flaws=[Flaw("/type", "unknown-type", str(error))]) from None

    def _checked(self, model: type[ChannelConfig], config: Mapping[str, Any]) -> ChannelConfig:
        try:
            return model.model_validate(dict(config))
        except ValidationError as error:
            flaws = [
                Flaw("/config/" + "/".join(str(part) for part in flaw["loc"]), flaw["type"], sentence(flaw))
                for flaw in error.errors(include_input=False, include_url=False)
            ]
            raise Invalid(flaws=flaws) from None

    def _known(self, record: ChannelRecord, keys: OpenKeys) -> Channel | Unopened:
        try:
            return opened(self.registry, record, keys)
        except ChannelUnusable as unusable:
            return unusable.channel

    async def _seal(
        self, session: Session, tenant_id: UUID, channel_id: UUID, secret: Mapping[str, Any]
    ) -> bytes | None:
        if not secret:
            return None
        plain = json.dumps(secret).encode()
        return await self._vault.seal(session, tenant_id, plain, bound_to=bound(tenant_id, channel_id))


def _why_paused(channel: Channel) -> str | None:
    """Returns why somebody paused a channel, the first line of its reason: it is still asked, and what that meets comes below."""
    if channel.state is not ChannelState.PAUSED or not channel.state_reason:
        return None
    return channel.state_reason.partition("\n")[0]


async def _by_alias(session: Session, presented: str) -> ChannelRecord | None:
    """Finds the channel that declared an address as another of its own, or takes whatever is sent to its domain."""
    local, at, domain = presented.rpartition("@")
    if not at or not local:
        return None
    found = await repository.by_alias(session, presented)
    if found is None:
        await enter_presented(session, f"@{domain}")
        found = await repository.by_alias(session, f"@{domain}")
    if found is None:
        return None
    await enter_tenant(session, found[0])
    return await repository.by_id(session, *found)


def _other_addresses(config: ChannelConfig) -> list[str]:
    """Returns the other addresses a configuration declares, as doors are presented them: a mailbox alone has any."""
    if not isinstance(config, Addressed):
        return []
    return [one.lower() for one in config.other_addresses() if one.lower() != config.address.lower()]
