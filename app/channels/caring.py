"""Looking after connected channels: tests at save time and every day, credentials about to end, silences that are not usual.

The network stands outside of transactions: settings are read, the provider is asked, what it said is written down.
"""

import random
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from app.channels import hours, repository
from app.channels.contract import ChannelConfig, Checked, CheckState, Context, Probe
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.facts import (
    ChannelHeardAgain,
    ChannelNeedsReauth,
    ChannelReauthenticated,
    ChannelSilent,
    CredentialsExpiring,
)
from app.channels.probing import live_test
from app.channels.renewing import Renewal
from app.channels.rhythm import WEEKS, silent_since
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Conflict, TooManyRequests
from app.facts import SYSTEM, Actor, FactBook
from app.jobs import queue
from app.jobs.queue import Job
from app.rest.languages import Said

log = structlog.get_logger()
CHECK = "check_channel"
EVERY, JITTER = timedelta(hours=24), timedelta(hours=2)
# Somebody mends it elsewhere: a channel in trouble is looked at more often.
SOONER = timedelta(hours=1)
WARN_AT_DAYS = (14, 7, 1)
KEPT = timedelta(weeks=5)
MOST_TESTS, WITHIN = 20, timedelta(minutes=1)


class NoLiveTest(Conflict):
    """The type has no live test: what arrives tells."""

    code = "no-live-test"
    title_fr = "Ce type de canal ne se teste pas"
    title_en = "This type of channel has no live test"
    advice = Said(
        "envoyez-lui un message : il dira s'il arrive", en="send it a message: it will tell whether it arrives"
    )


class LiveTestFailed(Conflict):
    """The provider refused the settings, or could not be reached: nothing was saved."""

    code = "live-test-failed"
    status = 422
    title_fr = "Le test des réglages a échoué ; rien n'est enregistré"
    title_en = "The test of the settings failed; nothing was saved"
    advice = Said(
        "corrigez les réglages, ou enregistrez-les sans test (`test=false`) si le fournisseur est en panne",
        en="correct the settings, or save them untested (`test=false`) if the provider is down",
    )

    def __init__(self, checked: Checked) -> None:
        super().__init__(Said(_whole(checked.words_fr, checked), en=_whole(checked.words_en, checked)))
        self.checked = checked


class ChannelCare:
    """Tests channels and keeps what was found."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        context: Context,
        book: FactBook,
        clock: Clock,
        *,
        renewal: Renewal,
    ) -> None:
        self._renewal = renewal
        self._database, self._channels, self._context = database, channels, context
        self._book, self._clock = book, clock
        self._asked: dict[UUID, deque[datetime]] = {}

    async def try_settings(self, tenant_id: UUID, *, type: str, config: ChannelConfig) -> Checked | None:  # noqa: A002 — the contract's own word
        """Tests settings nobody saved yet. Raises `LiveTestFailed`, or `TooManyRequests`."""
        self._allow(tenant_id)
        checked = await live_test(self._channels.registry.get(type), config, self._context)
        if checked is not None and not checked.ok and checked.state is not CheckState.INCOMPLETE:
            raise LiveTestFailed(checked)
        return checked

    async def test(self, tenant_id: UUID, channel_id: UUID, *, actor: Actor) -> Checked:
        """Tests a connected channel now, and keeps what was found.

        Raises `NotFound`, `ChannelUnusable`, `NoLiveTest`, or `TooManyRequests`.
        """
        channel = await self._living(tenant_id, channel_id)
        if not isinstance(self._channels.registry.get(channel.type), Probe):
            raise NoLiveTest
        self._allow(tenant_id)
        checked = await self._checked(channel, insist=True)
        assert checked is not None
        async with self._database.transaction(tenant=tenant_id) as session:
            await self.keep(session, channel, checked, actor=actor)
        return checked

    async def check(self, tenant: str, channel: str) -> None:
        """The daily test of one channel: the job's part."""
        tenant_id, channel_id = UUID(tenant), UUID(channel)
        async with self._database.transaction(tenant=tenant_id) as session:
            if not await repository.take_check(session, tenant_id, channel_id, now=self._clock(), again=self._later()):
                return
            found = await self._channels.known(session, tenant_id, channel_id)
        if not isinstance(found, Channel) or found.state is ChannelState.PAUSED:
            return
        checked = await self._checked(found)
        if checked is not None:
            async with self._database.transaction(tenant=tenant_id) as session:
                await self.keep(session, found, checked, actor=SYSTEM)

    async def _checked(self, channel: Channel, *, insist: bool = False) -> Checked | None:
        """Tests a channel with the token it would act with; None where its type has no test."""
        try:
            ready = await self._renewal.fresh(channel, insist=insist)
        except CredentialsRefused as refusal:
            english = "no token is given for this channel any more: authorise Parvis again"
            return Checked(ok=False, state=CheckState.REFUSED, words_fr=str(refusal), words_en=english)
        except ChannelError as later:
            english = "the identification service gives no token now"
            return Checked(ok=False, state=CheckState.UNREACHABLE, words_fr=str(later), words_en=english)
        return await live_test(self._channels.registry.get(channel.type), ready.config, self._context)

    async def keep(self, session: Session, channel: Channel, checked: Checked, *, actor: Actor) -> None:
        """Writes what a test found; a refusal asks for new credentials, a success ends the asking."""
        now = self._clock()
        values: dict[str, Any] = {
            "check_state": checked.state.value,
            "check_said": {"fr": checked.words_fr, "en": checked.words_en, "detail": checked.detail},
            "checked_at": now,
            "check_at": now + (SOONER if not checked.ok else EVERY),
        }
        if checked.credentials_expire_at is not None:
            values |= expiry(channel.credentials_expire_at, checked.credentials_expire_at)
        facts: list[Any] = []
        about: Mapping[str, Any] = {"tenant_id": channel.tenant_id, "subject_id": channel.id, "at": now, "actor": actor}
        if checked.state is CheckState.REFUSED and channel.state is not ChannelState.PAUSED:
            values |= {
                "state": ChannelState.NEEDS_REAUTH.value,
                "state_reason": _whole(checked.words_fr, checked)[:500],
            }
            if channel.state is not ChannelState.NEEDS_REAUTH:
                facts.append(ChannelNeedsReauth(**about))
        elif checked.ok and channel.state in {ChannelState.NEEDS_REAUTH, ChannelState.BROKEN}:
            values |= {"state": ChannelState.ACTIVE.value, "state_reason": None}
            facts.append(ChannelReauthenticated(**about))
        await self._channels.note(session, channel, values)
        if facts:
            await self._book.record(session, *facts)

    async def renew(
        self,
        session: Session,
        channel: Channel,
        *,
        version: int,
        config: Mapping[str, Any],
        ends: datetime | None,
        checked: Checked | None,
        actor: Actor,
    ) -> Channel:
        """Replaces the credentials of a channel; it is active again, and what waited for that leaves.

        Raises `Invalid` or `Stale`.
        """
        changed = await self._channels.change(
            session,
            channel,
            version=version,
            name=None,
            state=None if channel.state is ChannelState.PAUSED else ChannelState.ACTIVE.value,
            config=config,
            also={"credentials_expire_at": ends, "expiry_told": None, "check_at": self._clock()},
        )
        if checked is not None:
            await self.keep(session, changed, checked, actor=actor)
        fact = ChannelReauthenticated(tenant_id=channel.tenant_id, subject_id=channel.id, at=self._clock(), actor=actor)
        await self._book.record(session, fact)
        return await self._channels.get(session, channel.tenant_id, channel.id)

    async def wake(self, tenant_id: UUID) -> None:
        """Defers the tests that are due."""
        async with self._database.transaction(tenant=tenant_id) as session:
            due = await repository.to_check(session, tenant_id, now=self._clock())
            await queue.defer(
                session,
                *(Job(CHECK, {"tenant": str(tenant_id), "channel": str(one)}, f"{CHECK}:{one}") for one in due),
            )

    async def look(self, tenant_id: UUID) -> None:
        """The hourly look: credentials about to end, silences that are not usual, and those that ended."""
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await self._channels.all_of(session, tenant_id)
            heard = await hours.of(session, tenant_id, since=now - WEEKS - timedelta(days=1))
            await hours.forget(session, tenant_id, before=now - KEPT)
            for channel in found:
                await self._expiry(session, channel, now=now)
                await self._silence(session, channel, heard.get(channel.id, []), now=now)

    async def _expiry(self, session: Session, channel: Channel, *, now: datetime) -> None:
        ends = channel.credentials_expire_at
        if ends is None:
            return
        reached = [days for days in WARN_AT_DAYS if ends - now <= timedelta(days=days)]
        told = channel.expiry_told
        if not reached or (told is not None and told <= reached[-1]):
            return
        await self._channels.note(session, channel, {"expiry_told": reached[-1]})
        fact = CredentialsExpiring(
            tenant_id=channel.tenant_id, subject_id=channel.id, at=now, within_days=reached[-1], expire_at=ends
        )
        await self._book.record(session, fact)

    async def _silence(self, session: Session, channel: Channel, heard: list[datetime], *, now: datetime) -> None:
        receives = channel.state is not ChannelState.PAUSED
        since = silent_since(heard, now=now) if receives else None
        if (since is None) == (channel.silent_since is None):
            return
        if since is None and receives and (not heard or now - max(heard) > timedelta(days=1)):
            return  # nothing came: the four weeks went by, and a long silence is no rhythm to judge by
        await self._channels.note(session, channel, {"silent_since": since})
        about: Mapping[str, Any] = {"tenant_id": channel.tenant_id, "subject_id": channel.id, "at": now}
        fact = ChannelHeardAgain(**about) if since is None else ChannelSilent(**about, since=since)
        await self._book.record(session, fact)

    async def _living(self, tenant_id: UUID, channel_id: UUID) -> Channel:
        async with self._database.transaction(tenant=tenant_id) as session:
            return await self._channels.living(session, tenant_id, channel_id)

    def _later(self) -> datetime:
        # Not all at the same hour: a provider would see a storm, and so would we.
        return self._clock() + EVERY + random.uniform(-1, 1) * JITTER  # noqa: S311 — no secret depends on it

    def _allow(self, tenant_id: UUID) -> None:
        """Bounds how fast one administration may have addresses tried (T32). Raises `TooManyRequests`."""
        now, asked = self._clock(), self._asked.setdefault(tenant_id, deque(maxlen=MOST_TESTS))
        if len(asked) == MOST_TESTS and now - asked[0] < WITHIN:
            raise TooManyRequests(
                Said("attendez une minute avant de tester encore", en="wait a minute before testing again"),
                headers={"Retry-After": "60"},
            )
        asked.append(now)


def expiry(known: datetime | None, given: datetime | None) -> dict[str, Any]:
    """Returns what changes when credentials are known to end at another time: warnings begin again."""
    return {} if known == given else {"credentials_expire_at": given, "expiry_told": None}


def _whole(words: str, checked: Checked) -> str:
    return f"{words} ({checked.detail})" if checked.detail else words
