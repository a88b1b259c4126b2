"""Reading the texts a provider approved in advance: kept with their age, asked for anew when they are old or in doubt.

The network stands outside of transactions; whatever the provider does, an answer comes within `PATIENCE_S`.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import structlog

from app.channels import approved
from app.channels.approved import Approved
from app.channels.contract import AfterWindow, ChannelAdapter, Checked, CheckState, Context, Template, Templates
from app.channels.probing import redacted
from app.channels.service import Channels
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Conflict
from app.rest.languages import Said

log = structlog.get_logger()
MAX_AGE = timedelta(hours=1)
# A provider that does not answer is not asked by every page that is opened.
AGAIN_AFTER = timedelta(minutes=1)
PATIENCE_S = 15.0
MOST = 500


class NoTemplates(Conflict):
    """The channel's provider approves no texts in advance, or the settings do not say whose."""

    code = "no-templates"
    title_fr = "Ce canal n'a pas de modèles approuvés"
    title_en = "This channel has no approved templates"
    advice = Said(
        "seul WhatsApp en a, quand le compte WhatsApp Business est donné dans les réglages (`business_account_id`)",
        en="only WhatsApp has some, when the settings give the WhatsApp Business account (`business_account_id`)",
    )


class Approving:
    """Keeps what providers approved."""

    def __init__(self, database: Database, channels: Channels, context: Context, clock: Clock) -> None:
        self._database, self._channels, self._context, self._clock = database, channels, context, clock

    async def fresh(self, tenant_id: UUID, channel_id: UUID, *, older_than: timedelta = MAX_AGE) -> Approved:
        """Returns the texts of a channel, asked of its provider when what is kept is older.

        Raises `NotFound`, `ChannelUnusable`, `NoTemplates`. A provider that cannot be read leaves what was kept, and why.
        """
        async with self._database.transaction(tenant=tenant_id) as session:
            channel = await self._channels.living(session, tenant_id, channel_id)
            adapter = self._channels.registry.get(channel.type)
            if not approves(adapter, channel):
                raise NoTemplates
            known = await approved.of_channel(session, tenant_id, channel_id)
        now = self._clock()
        if known.read_at is not None and now - known.read_at < older_than:
            return known
        if known.problem is not None and known.tried_at is not None and now - known.tried_at < AGAIN_AFTER:
            return known
        told = await self._asked(adapter, channel)
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            if isinstance(told, Checked):
                problem = {"fr": told.words_fr, "en": told.words_en, "state": told.state.value}
                await approved.keep_problem(session, tenant_id, channel_id, problem, at=now)
                return replace(known, tried_at=now, problem=problem)
            await approved.keep(session, tenant_id, channel_id, told, at=now)
        return Approved(templates=told, read_at=now, tried_at=now)

    async def _asked(self, adapter: ChannelAdapter, channel: Channel) -> list[Template] | Checked:
        assert isinstance(adapter, Templates)
        name = adapter.meta
        try:
            async with asyncio.timeout(PATIENCE_S):
                told = await adapter.templates(channel.config, self._context)
        except TimeoutError:
            return _unread(CheckState.UNREACHABLE, f"{name.name_fr} ne répond pas", f"{name.name_en} does not answer")
        except Exception as error:
            log.exception("templates.failed", type=channel.type, error=type(error).__name__)
            return _unread(CheckState.UNSURE, "la lecture des modèles a échoué", "reading the templates failed")
        return redacted(told, channel.config) if isinstance(told, Checked) else list(told)[:MOST]


def approves(adapter: ChannelAdapter, channel: Channel) -> bool:
    """Whether some text may still leave by a channel once its reply window has closed."""
    after = adapter.capabilities(channel.config).after_window
    return after is AfterWindow.TEMPLATE and isinstance(adapter, Templates)


def _unread(state: CheckState, french: str, english: str) -> Checked:
    return Checked(ok=False, state=state, words_fr=french, words_en=english)
