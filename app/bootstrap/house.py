"""The house: settings become organs, where everything concrete meets, once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never
from urllib.parse import urlsplit

import httpx
from starlette.requests import HTTPConnection

from app.api.hall import Halls
from app.bootstrap.answering_forms import hear_forms
from app.bootstrap.archives import Archives, archives_of
from app.bootstrap.automations import Rules, rules_of
from app.bootstrap.bulk import Crowds, crowds_of
from app.bootstrap.choosing import listening_url
from app.bootstrap.entrance import provider_door_of
from app.bootstrap.following import Attention, attention_of
from app.bootstrap.gestures import Gestures, gestures_of
from app.bootstrap.gone_back import keep_watch
from app.bootstrap.ground import Ground, ground_of
from app.bootstrap.imports import Histories, histories_of
from app.bootstrap.law import Law, law_of
from app.bootstrap.listening import halls_of
from app.bootstrap.lives import Lives, lives_of
from app.bootstrap.outward import Outward, outward_of
from app.bootstrap.privacy import Privacy, privacy_of
from app.bootstrap.talk import Talk, talk_of
from app.bootstrap.tracing import traced
from app.bootstrap.traffic import Traffic, traffic_of
from app.bulk.service import BULK
from app.channels.contract import Context
from app.chat.tidying import TIDY
from app.clock import STEADY, Clock, utc_now
from app.db import revisions
from app.db.embedded import EmbeddedPostgres
from app.db.history import History
from app.db.transaction import Database
from app.egress.connecting import Guarded
from app.egress.policy import EgressPolicy
from app.egress.transport import guarded_client
from app.exchanges.inviting import RESET
from app.exchanges.reading import Reader
from app.exchanges.rereading import REREAD, Rereading
from app.exchanges.restarting import Restarting
from app.exchanges.smtp import Certificate, SmtpDoor
from app.identity.identified import Identified, Kind
from app.identity.oidc.door import ProviderDoor
from app.imports.service import IMPORT
from app.jobs.queue import Worker
from app.live.parts import KEEP_UP, EventParts
from app.privacy.elimination import ELIMINATE
from app.privacy.retention_rounds import RETAIN
from app.reporting.figures import HouseFigures
from app.reporting.reports import Reports
from app.rest.callers import Caller, Presented
from app.rest.timekeeping import keep_time
from app.settings import Settings
from app.tenants.exports import COPY
from app.webhooks.courier import FORGET


@dataclass(frozen=True, kw_only=True)
class House(
    Ground, Law, Privacy, Traffic, Gestures, Talk, Outward, Archives, Lives, Histories, Attention, Crowds, Rules
):
    """Every organ, built and joined; what doors, screens and jobs are handed."""

    reports: Reports
    figures: HouseFigures
    event_parts: EventParts
    provider_door: ProviderDoor | None
    restarting: Restarting
    rereading: Rereading
    halls: Halls

    def worker(self) -> Worker:
        """Builds a worker that knows all there is to do."""
        worker = Worker(
            listening_url(self.settings, self.database),
            concurrency=self.settings.worker_concurrency,
            aside=self.setting_aside,
            clock=self.clock,
        )
        self.rounds.register(worker)
        self.privacy_rounds.register(worker)
        worker.on(ELIMINATE, self.eliminations.work)
        worker.every("0 31 1 * * *", RETAIN, self.retention_rounds.round)
        worker.on(COPY, self.exports.work)
        worker.every("0 53 3 * * *", "forget_copies", self.forget_copies)
        worker.every("0 41 3 * * *", "sweep_departed", self.sweep_departed)
        worker.on(IMPORT, self.imports.work)
        worker.every("0 17 * * * *", "look_at_imports", self.look_at_imports)
        worker.every("0 37 3 * * *", "forget_drafts", self.forget_drafts)
        worker.on(BULK, self.bulk.work)
        worker.every("20 * * * * *", "look_at_bulk_acts", self.look_at_bulk_acts)
        worker.every("40 * * * * *", "wake_snoozed", self.wake_snoozed)
        worker.every("10 */5 * * * *", "automations_over_time", self.automation_rounds.round)
        worker.every("0 43 3 * * *", "forget_automation_runs", self.automation_rounds.forget)
        worker.every("0 41 3 * * *", "forget_notifications", self.forget_notifications)
        worker.on(RESET, self.inviting.reset)
        worker.every("50 * * * * *", TIDY, self.chat.tidying.round)
        worker.every("0 23 3 * * *", FORGET, self.courier.forget)
        worker.every("35 11 * * * *", REREAD, self.rereading.round)
        worker.every("15 47 */4 * * *", KEEP_UP, self.event_parts.keep_up)
        return worker

    async def forget_copies(self) -> None:
        """Removes the files of whole copies a week after they were made."""
        for tenant_id in await self.tenants.directory():
            await self.exports.work(str(tenant_id))

    async def sweep_departed(self) -> None:
        """Erases what came too late for administrations that left within a week."""
        await self.closing.sweep_departed()

    async def forget_drafts(self) -> None:
        """Removes the drafts nobody has come back to for thirty days."""
        for tenant_id in await self.tenants.directory():
            await self.drafts.forget(tenant_id)

    async def look_at_bulk_acts(self) -> None:
        """Goes on with acts over many requests whose worker is gone."""
        for tenant_id in await self.tenants.directory():
            await self.bulk.look(tenant_id)

    async def wake_snoozed(self) -> None:
        """Takes back to the list the requests that were set aside and whose time has come."""
        for tenant_id in await self.tenants.directory():
            await self.snoozing.round(tenant_id)

    async def forget_notifications(self) -> None:
        """Removes what people were told more than ninety days ago."""
        for tenant_id in await self.tenants.directory():
            await self.notifications.forget(tenant_id)

    async def look_at_imports(self) -> None:
        """Goes on with imports whose wake-up was lost, and removes the files that have served."""
        for tenant_id in await self.tenants.directory():
            await self.imports.work(str(tenant_id))
            await self.imports.forget_files(tenant_id)

    def mail_door(self) -> SmtpDoor | None:
        """Builds the SMTP and LMTP doors the settings ask for; None when they ask for none."""
        read = self.settings
        if read.smtp_listen is None and read.lmtp_listen is None:
            return None
        return SmtpDoor(
            self.channels,
            self.inbound,
            max_bytes=read.max_mail_bytes,
            smtp=read.smtp_listen,
            lmtp=read.lmtp_listen,
            hostname=urlsplit(self.base_url).hostname or "parvis",
            certificate=Certificate(read.smtp_certificate, read.smtp_key or read.smtp_certificate)
            if read.smtp_certificate
            else None,
        )

    async def work(self, stop: asyncio.Event) -> None:
        """Does the background work until `stop` is set: jobs and rounds, waiting beside mailboxes, connections kept, webhooks carried, rules followed."""
        idling = asyncio.create_task(self.idling.run(stop), name="idling")
        streaming = asyncio.create_task(self.streaming.run(stop), name="streaming")
        carrying = asyncio.create_task(self.courier.run(stop), name="webhooks")
        following = asyncio.create_task(self.follower.run(stop), name="automations")
        try:
            await self.worker().run(stop)
            await self.lanes.close()
            # What came by a connection is kept before it closes, and another process may hold it at once.
            await asyncio.wait([streaming, carrying, following], timeout=10)
        finally:
            for beside in (idling, streaming, carrying, following):
                beside.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beside

    async def authenticate(self, token: str, *, presented: Presented) -> Identified:
        """Names the caller of a key, or of a session whose key still lives.

        Raises `Unauthenticated`, or `AdministrationSuspended`: only programs that hand messages in are let on then.
        """
        match presented:
            case Presented.KEY:
                known = await self.access.identify(token)
            case Presented.SESSION:
                known = await self.sessions.identify(token)
            case _:
                assert_never(presented)
        refusal = await self.standing.refusal(known.tenant_id)
        if refusal is None or known.kind is Kind.OPERATOR:
            return known
        if presented is Presented.SESSION:
            raise refusal
        return replace(known, barred=refusal)

    async def same_administration(self, request: HTTPConnection, caller: Caller) -> None:
        """Raises `TenantMismatch` when the header or the host names another administration, and journals the attempt."""
        await self.naming.check(request, caller)

    async def witness(self, caller: Caller, *, method: str, path: str) -> None:
        """Writes what an operator asks for into the administration's journal, before it is answered."""
        if isinstance(caller, Identified):
            await self.operators.witness(caller, method=method, path=path)


@asynccontextmanager
async def opened(
    settings: Settings, *, clock: Clock = utc_now, database_url: str | None = None
) -> AsyncIterator[House]:
    """Opens the house and closes it. The embedded database is started when no other is set.

    Raises `Misconfigured` or `Unavailable`, one sentence that says what to do.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    server: EmbeddedPostgres | None = None
    url = database_url or (settings.database_url.get_secret_value() if settings.database_url else None)
    if url is None:
        server = EmbeddedPostgres(settings.data_dir / "postgres")
        dsns = await asyncio.to_thread(server.start)
        await asyncio.to_thread(_migrate, dsns.owner)
        url = dsns.app
    database = Database(url, pool_size=settings.database_pool)
    history = History()
    reader = Reader(seconds=settings.parse_seconds, memory_mb=settings.parse_memory_mb)
    beside = [asyncio.create_task(server.supervise())] if server else []
    if clock is utc_now:
        beside.append(asyncio.create_task(keep_time(database, STEADY)))
    try:
        policy = EgressPolicy(settings.egress_allow)
        async with traced(), guarded_client(policy) as http:
            house = assemble(
                settings,
                clock=clock,
                database=database,
                reader=reader,
                embedded=server is not None,
                context=context_of(http, policy, clock),
            )
            if clock is utc_now:
                database.recognise, database.forsaken = history.recognise, lambda: history.told
                beside.append(asyncio.create_task(keep_watch(house, history)))
            yield house
            await house.halls.close()
            await house.presence.close()
            await house.bell.close()
            await house.quotas.close()
    finally:
        await reader.close()
        await database.close()
        for task in beside:
            task.cancel()
        if server is not None:
            await asyncio.to_thread(server.stop)


def context_of(http: httpx.AsyncClient, policy: EgressPolicy, clock: Clock) -> Context:
    """Builds all that an adapter's I/O may touch; whatever it connects to is judged first."""
    guarded = Guarded(policy)
    return Context(http=http, now=clock, in_thread=asyncio.to_thread, connect=guarded, resolve=guarded.addresses)


def assemble(
    settings: Settings, *, clock: Clock, database: Database, reader: Reader, embedded: bool, context: Context
) -> House:
    """Joins the organs, floor by floor; which implementation of each is chosen here and nowhere else."""
    ground = ground_of(settings, clock=clock, database=database, reader=reader, embedded=embedded)
    hear_forms(ground)
    law = law_of(ground)
    privacy = privacy_of(ground)
    traffic = traffic_of(ground, law, context=context, embedded=embedded)
    attention = attention_of(ground)
    gestures = gestures_of(ground, law, privacy, traffic, attention, context=context)
    reports = Reports.of(
        database,
        ground.store,
        ground.access,
        law.procedures,
        law.legal,
        ground.tenants,
        ground.tickets,
        ground.book,
        clock,
        base_url=ground.base_url,
    )
    talk, outward = talk_of(ground, traffic), outward_of(ground, context=context)
    door = provider_door_of(ground, http=context.http)
    return House(
        **vars(ground),
        **vars(law),
        **vars(lives_of(ground)),
        **vars(privacy),
        **vars(traffic),
        **vars(gestures),
        **vars(talk),
        **vars(outward),
        **vars(archives_of(ground)),
        **vars(histories_of(ground, law, traffic)),
        **vars(attention),
        **vars(crowds_of(ground, law, attention)),
        **vars(rules_of(ground, gestures)),
        reports=reports,
        figures=HouseFigures(database, clock),
        event_parts=EventParts(database, clock, kept=timedelta(days=ground.settings.events_kept_days)),
        provider_door=door,
        restarting=Restarting(ground.book, clock),
        rereading=Rereading(database, ground.tenants, clock),
        halls=halls_of(ground),
    )


def _migrate(owner_url: str) -> None:
    if not revisions.settled(owner_url):
        from app.db import migrate  # Alembic is for who moves a schema

        migrate.upgrade(owner_url)
