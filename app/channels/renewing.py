"""Tokens that last an hour: asked for in time, by one process at a time, kept sealed; and words when they are refused.

The network stands outside of transactions: the right to ask is a lease on a row, what came of the asking is written after.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.channels import token_repository
from app.channels.contract import ChannelConfig, Context, Renewed, Renewer
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.facts import ChannelNeedsReauth, ChannelReauthenticated
from app.channels.secrecy import revealed, token_bound
from app.channels.service import Channels
from app.channels.token_tables import ChannelTokenRecord
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Misconfigured
from app.facts import FactBook
from app.vault.service import OpenKeys, Vault

log = structlog.get_logger()
# Asked for before the end: a long attempt must not outlive the token it began with.
MARGIN = timedelta(minutes=5)
PATIENCE_S = 45.0
LEASE = timedelta(minutes=1)
# A token refused while this young: another one would be refused too.
YOUNG = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30))
AFTER_REFUSAL = timedelta(hours=1)
LOOK_AGAIN_S, LOOKS = 0.25, 60


class TokenLater(ChannelError):
    """No fresh token can be had now: what needed one is tried again later."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The token that is kept for a channel's present credentials."""

    settings: Mapping[str, str] = field(repr=False)
    obtained_at: datetime
    ends_at: datetime


class Renewal:
    """Gives channels the token they act with."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        vault: Vault,
        context: Context,
        book: FactBook,
        clock: Clock,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._channels, self._vault = database, channels, vault
        self._context, self._book, self._clock, self._pause = context, book, clock, pause

    def renews(self, channel: Channel) -> bool:
        """Tells whether a channel acts with tokens that are renewed."""
        return self._grant(channel) is not None

    async def fresh(self, channel: Channel, *, refused: Channel | None = None, insist: bool = False) -> Channel:
        """Returns a channel with a token that holds for a while; one that needs none as it is.

        `refused` is what this gave before, when the server refused it; `insist`: a person asks, pauses do not count. Raises
        `CredentialsRefused` when a person must act, `TokenLater` otherwise.
        """
        grant = self._grant(channel)
        if grant is None:
            return channel
        for _ in range(LOOKS):
            now = self._clock()
            async with self._database.transaction(tenant=channel.tenant_id) as session:
                row = await token_repository.of(session, channel.tenant_id, channel.id)
                keys = await self._vault.of(session, channel.tenant_id)
            held = self._held(row, channel, grant, keys)
            usable = held is not None and held.ends_at > now and not (refused and _acts_with(refused, held))
            if held is not None and usable and held.ends_at > now + MARGIN:
                return _with(channel, held)
            if held is not None and not usable and held.ends_at > now and now - held.obtained_at < YOUNG:
                raise CredentialsRefused("le serveur refuse un jeton tout neuf : vérifiez les droits de l'application")
            if row is not None and not insist and _pauses(row, channel, grant, now=now):
                if held is not None and usable:
                    return _with(channel, held)
                raise (CredentialsRefused if row.refused else TokenLater)(row.problem or "jeton indisponible")
            if await self._take(channel, grant, held, now=now):
                return await self._renew(channel, grant, held, row)
            if held is not None and usable:
                return _with(channel, held)
            await self._pause(LOOK_AGAIN_S)
        raise TokenLater("le jeton est demandé par un autre processus, qui n'a pas encore répondu")

    async def _take(self, channel: Channel, grant: str, held: _Held | None, *, now: datetime) -> bool:
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            return await token_repository.take(
                session,
                channel.tenant_id,
                channel.id,
                grant=grant,
                version=channel.version,
                known_at=held.obtained_at if held else None,
                now=now,
                until=now + LEASE,
            )

    async def _renew(self, channel: Channel, grant: str, held: _Held | None, row: ChannelTokenRecord | None) -> Channel:
        adapter = self._channels.registry.get(channel.type)
        assert isinstance(adapter, Renewer)
        about = {"grant_digest": grant, "channel_version": channel.version}
        failures = row.failures if row is not None and row.grant_digest == grant else 0
        try:
            async with asyncio.timeout(PATIENCE_S):
                renewed = await adapter.renew((_with(channel, held) if held else channel).config, self._context)
        except CredentialsRefused as refusal:
            await self._refused(channel, str(refusal), about)
            raise
        except Exception as error:
            if not isinstance(error, ChannelError | TimeoutError):
                log.exception("token.failed", channel=str(channel.id), error=type(error).__name__)
            said = str(error) if isinstance(error, ChannelError) else "le service d'identification ne répond pas"
            later = self._clock() + PAUSES[min(failures, len(PAUSES) - 1)]
            values = {**about, "refused": False, "problem": said[:500], "not_before": later, "failures": failures + 1}
            async with self._database.transaction(tenant=channel.tenant_id) as session:
                await token_repository.keep(session, channel.tenant_id, channel.id, values)
            raise TokenLater(said) from None
        return await self._obtained(channel, renewed, about, was_refused=row is not None and row.refused)

    async def _refused(self, channel: Channel, said: str, about: Mapping[str, Any]) -> None:
        """Writes a refusal, and that the channel waits for an administrator."""
        now = self._clock()
        values = {**about, "refused": True, "problem": said[:500], "not_before": now + AFTER_REFUSAL}
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            await token_repository.keep(session, channel.tenant_id, channel.id, values)
            if channel.state is not ChannelState.PAUSED:
                await self._channels.trouble(session, channel, state=ChannelState.NEEDS_REAUTH, reason=said)
            if channel.state not in {ChannelState.PAUSED, ChannelState.NEEDS_REAUTH}:
                fact = ChannelNeedsReauth(tenant_id=channel.tenant_id, subject_id=channel.id, at=now)
                await self._book.record(session, fact)

    async def _obtained(
        self, channel: Channel, renewed: Renewed, about: Mapping[str, Any], *, was_refused: bool
    ) -> Channel:
        now = self._clock()
        plain = json.dumps(dict(renewed.settings)).encode()
        values = {
            **about,
            "obtained_at": now,
            "ends_at": renewed.ends_at,
            "not_before": None,
            "refused": False,
            "problem": None,
            "failures": 0,
        }
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            sealed = await self._vault.seal(session, channel.tenant_id, plain, bound_to=_bound(channel))
            await token_repository.keep(session, channel.tenant_id, channel.id, {**values, "sealed": sealed})
            expires = renewed.credentials_expire_at
            if expires is not None and expires != channel.credentials_expire_at:
                await self._channels.note(session, channel, {"credentials_expire_at": expires, "expiry_told": None})
            if was_refused and channel.state is ChannelState.NEEDS_REAUTH:
                await self._channels.note(session, channel, {"state": ChannelState.ACTIVE.value, "state_reason": None})
                fact = ChannelReauthenticated(tenant_id=channel.tenant_id, subject_id=channel.id, at=now)
                await self._book.record(session, fact)
        return _with(channel, _Held(renewed.settings, now, renewed.ends_at))

    def _grant(self, channel: Channel) -> str | None:
        adapter = self._channels.registry.get(channel.type)
        return adapter.grant(channel.config) if isinstance(adapter, Renewer) else None

    def _held(self, row: ChannelTokenRecord | None, channel: Channel, grant: str, keys: OpenKeys) -> _Held | None:
        """Opens what is kept, unless it came for other credentials, or under a key nobody has any more."""
        if row is None or row.sealed is None or row.grant_digest != grant:
            return None
        try:
            settings = json.loads(keys.open(row.sealed, bound_to=_bound(channel)))
        except Misconfigured:
            return None
        assert row.obtained_at is not None and row.ends_at is not None  # noqa: PT018 — written with the token
        return _Held(settings, row.obtained_at, row.ends_at)


def _pauses(row: ChannelTokenRecord, channel: Channel, grant: str, *, now: datetime) -> bool:
    """Whether the last asking failed a short while ago, with these very settings."""
    same = row.grant_digest == grant and row.channel_version == channel.version
    return same and row.not_before is not None and row.not_before > now


def _with(channel: Channel, held: _Held) -> Channel:
    return replace(channel, config=_joined(channel.config, held.settings))


def _joined(config: ChannelConfig, settings: Mapping[str, str]) -> ChannelConfig:
    return type(config).model_validate({**revealed(config), **settings})


def _acts_with(channel: Channel, held: _Held) -> bool:
    return _joined(channel.config, held.settings) == channel.config


def _bound(channel: Channel) -> str:
    return token_bound(channel.tenant_id, channel.id)
