"""Telling a provider where a channel's messages go, and taking it back: what its console would ask an administrator.

The network stands outside of transactions, and whatever a provider does has its words.
"""

import asyncio
from uuid import UUID

import structlog

from app.channels.contract import Checked, Context, Lifecycle
from app.channels.facts import ChannelRegistered, ChannelUnregistered
from app.channels.probing import redacted
from app.channels.service import Channels
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Conflict
from app.facts import Actor, FactBook
from app.rest.languages import Said

log = structlog.get_logger()
PATIENCE_S = 40.0


class NothingToRegister(Conflict):
    """The type's provider takes no address by program."""

    code = "no-registration"
    title_fr = "Ce type de canal ne s'inscrit pas de lui-même"
    title_en = "This type of channel does not register by itself"
    advice = Said(
        "donnez vous-même l'adresse du canal (`hook_url`) au fournisseur, dans sa console",
        en="give the channel's address (`hook_url`) to the provider yourself, in its console",
    )


class RegistrationFailed(Conflict):
    """The provider refused, could not be reached, or wants a setting that is missing."""

    code = "registration-failed"
    title_fr = "Le fournisseur n'a pas pris l'adresse du canal"
    title_en = "The provider did not take the channel's address"
    advice = Said(
        "corrigez les réglages, puis recommencez : l'inscription peut se répéter",
        en="correct the settings, then try again: registering may be repeated",
    )


class Telling:
    """Registers and unregisters channels with their providers; both may be repeated."""

    def __init__(
        self, database: Database, channels: Channels, context: Context, book: FactBook, clock: Clock, *, base_url: str
    ) -> None:
        self._database, self._channels, self._context = database, channels, context
        self._book, self._clock, self._base_url = book, clock, base_url

    async def register(self, tenant_id: UUID, channel_id: UUID, *, actor: Actor) -> Checked:
        """Gives the provider the channel's address.

        Raises `NotFound`, `ChannelUnusable`, `NothingToRegister`, or `RegistrationFailed` with what it said.
        """
        return await self._tell(tenant_id, channel_id, actor=actor, wanted=True)

    async def unregister(self, tenant_id: UUID, channel_id: UUID, *, actor: Actor) -> Checked:
        """Takes the address back from the provider. Raises as `register`."""
        return await self._tell(tenant_id, channel_id, actor=actor, wanted=False)

    async def _tell(self, tenant_id: UUID, channel_id: UUID, *, actor: Actor, wanted: bool) -> Checked:
        async with self._database.transaction(tenant=tenant_id) as session:
            channel = await self._channels.living(session, tenant_id, channel_id)
        checked = await self._told(channel, wanted=wanted)
        if not checked.ok:
            detail = f" ({checked.detail})" if checked.detail else ""
            raise RegistrationFailed(Said(f"{checked.words_fr}{detail}", en=f"{checked.words_en}{detail}"))
        kind = ChannelRegistered if wanted else ChannelUnregistered
        async with self._database.transaction(tenant=tenant_id) as session:
            fact = kind(tenant_id=tenant_id, subject_id=channel_id, at=self._clock(), actor=actor)
            await self._book.record(session, fact)
        return checked

    async def _told(self, channel: Channel, *, wanted: bool) -> Checked:
        adapter = self._channels.registry.get(channel.type)
        if not isinstance(adapter, Lifecycle):
            raise NothingToRegister(NothingToRegister.advice)
        url = f"{self._base_url}/hooks/{channel.type}/{channel.key}"
        try:
            async with asyncio.timeout(PATIENCE_S):
                if wanted:
                    checked = await adapter.on_enable(channel.config, self._context, public_url=url)
                else:
                    checked = await adapter.on_disable(channel.config, self._context)
        except TimeoutError:
            raise RegistrationFailed(Said("il ne répond pas à temps", en="it does not answer in time")) from None
        except Exception as error:
            log.exception("registration.failed", type=channel.type, error=type(error).__name__)
            raise RegistrationFailed(Said("défaut de l'adaptateur", en="a defect of the adapter")) from None
        return redacted(checked, channel.config)
