"""The composition root: settings become a house, where everything concrete meets, once."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

import httpx

from app.api.health import Check
from app.api.readiness import readiness
from app.audit.journal import AuditTrail
from app.channels.contract import Context
from app.channels.registry import Registry
from app.channels.service import Channels
from app.clock import Clock, utc_now
from app.db import migrate
from app.db.embedded import EmbeddedPostgres
from app.db.transaction import Database
from app.errors import Misconfigured
from app.exchanges.acknowledging import Acknowledging
from app.exchanges.answering import Answering
from app.exchanges.batches import Batches
from app.exchanges.carrying import Captured, Carrier, Providers
from app.exchanges.composing import Composer
from app.exchanges.corresponding import Corresponding
from app.exchanges.delivering import Deliverer
from app.exchanges.desk import Desk
from app.exchanges.dispatching import Dispatcher
from app.exchanges.freezing import Freezer
from app.exchanges.idling import Idling
from app.exchanges.inbound import Inbound
from app.exchanges.moves import Moves
from app.exchanges.noticing import Noticing
from app.exchanges.polling import Polling
from app.exchanges.reading import Reader
from app.exchanges.receipts import Receipts
from app.exchanges.resolving import Resolver
from app.exchanges.rounds import Rounds
from app.exchanges.smtp import SmtpDoor
from app.facts import FactBook
from app.files.local import LocalStore
from app.files.store import Store
from app.identity.service import Identified, Keys
from app.identity.sessions import Sessions
from app.jobs.queue import Worker
from app.live.bell import Bell
from app.live.events import EventLog
from app.live.over_postgres import PostgresLine
from app.live.wired import WiredBell
from app.reporting.reports import Reports
from app.rest.callers import Presented
from app.sealing import KeyRing
from app.settings import DEMO_SECRET, Settings
from app.sve.catalogue import CatalogueError
from app.sve.catalogue.installing import FOLDER as CATALOGUE_FOLDER
from app.sve.guards import LiveTermGuard
from app.sve.letters.letterheads import Letterheads
from app.sve.letters.service import Letters
from app.sve.listening import Listening
from app.sve.local_procedures.service import Procedures
from app.sve.local_procedures.shelf import Shelf
from app.sve.proposing import Proposing
from app.sve.recomputing.batches import Batches as ClockBatches
from app.sve.recomputing.hands import Several, cores
from app.sve.recomputing.service import Recomputing
from app.sve.refreshing import Refresher
from app.sve.service import LegalFace
from app.sve.suggestion import Meaning
from app.sve.suggestion import installed as meaning_installed
from app.sve.warning.posting import Posting
from app.sve.warning.pulse import Pulse
from app.sve.warning.settings import WatchSettingsOffice
from app.sve.warning.taking import Taking
from app.sve.warning.vigil import Vigil
from app.sve.warning.windows import ReplyWindows
from app.sve.watch import Watch
from app.tenants.service import Tenants
from app.tickets.facts import MessageReceived
from app.tickets.service import Tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Every organ, built and joined; what doors, screens and jobs are handed."""

    settings: Settings
    clock: Clock
    database: Database
    keys: KeyRing
    base_url: str
    registry: Registry
    store: Store
    bell: Bell
    events: EventLog
    book: FactBook
    reader: Reader
    tenants: Tenants
    access: Keys
    sessions: Sessions
    channels: Channels
    tickets: Tickets
    procedures: Procedures
    proposing: Proposing
    legal: LegalFace
    letterheads: Letterheads
    letters: Letters
    corresponding: Corresponding
    watch: Watch
    recomputing: Recomputing
    watch_settings: WatchSettingsOffice
    vigil: Vigil
    noticing: Noticing
    pulse: Pulse
    taking: Taking
    inbound: Inbound
    composer: Composer
    deliverer: Deliverer
    dispatcher: Dispatcher
    resolver: Resolver
    desk: Desk
    answering: Answering
    moves: Moves
    rounds: Rounds
    idling: Idling
    reports: Reports
    checks: Sequence[Check]

    def worker(self) -> Worker:
        """Builds a worker that knows all there is to do."""
        worker = Worker(self.database.url, concurrency=self.settings.worker_concurrency)
        self.rounds.register(worker)
        return worker

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
        )

    async def work(self, stop: asyncio.Event) -> None:
        """Does the background work until `stop` is set: jobs and rounds, and waiting beside mailboxes."""
        idling = asyncio.create_task(self.idling.run(stop), name="idling")
        try:
            await self.worker().run(stop)
        finally:
            idling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await idling

    async def authenticate(self, token: str, *, presented: Presented) -> Identified:
        """Names the caller of a key, or of a session whose key still lives. Raises `Unauthenticated`."""
        match presented:
            case Presented.KEY:
                return await self.access.identify(token)
            case Presented.SESSION:
                return await self.access.identify_id(*self.sessions.read(token))
            case _:
                assert_never(presented)


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
        await asyncio.to_thread(migrate.upgrade, dsns.owner)
        url = dsns.app
    database = Database(url, pool_size=settings.database_pool)
    reader = Reader(seconds=settings.parse_seconds, memory_mb=settings.parse_memory_mb)
    guarding = asyncio.create_task(server.supervise()) if server else None
    try:
        async with httpx.AsyncClient(timeout=20.0, follow_redirects=False) as http:
            house = assemble(
                settings,
                clock=clock,
                database=database,
                reader=reader,
                embedded=server is not None,
                context=Context(http=http, now=clock, in_thread=asyncio.to_thread),
            )
            yield house
            await house.bell.close()
    finally:
        await reader.close()
        await database.close()
        if guarding is not None:
            guarding.cancel()
        if server is not None:
            await asyncio.to_thread(server.stop)


def assemble(
    settings: Settings, *, clock: Clock, database: Database, reader: Reader, embedded: bool, context: Context
) -> House:
    """Joins the organs; which implementation of each is chosen here and nowhere else."""
    ring = ring_of(settings, embedded=embedded)
    bell = bell_of(settings, database)
    events = EventLog(bell)
    book = FactBook(sinks=(events, AuditTrail()))
    registry = Registry.installed()
    store = LocalStore(settings.data_dir / "pieces")
    tenants = Tenants(database, clock)
    channels = Channels(database, registry, ring, clock)
    tickets = Tickets(book, LiveTermGuard(), clock)
    refresher = Refresher(tickets)
    procedures = Procedures(shelf_of(settings, clock), tenants, book, clock, meaning=meaning_of(settings))
    proposing = Proposing(procedures, tenants, tickets)
    legal = LegalFace(tenants, refresher, procedures, proposing, book, clock)
    book.listen(MessageReceived, Listening(tenants, refresher, book, clock).heard)
    receipts = Receipts(legal, book, clock)
    carrier: Carrier = Captured() if captures(settings, embedded=embedded) else Providers(context)
    freezer = Freezer(tickets, book, ring, clock)
    composer = Composer(channels, tickets, carrier, freezer, clock)
    acknowledging = Acknowledging(tenants, channels, tickets, composer, freezer, book, clock)
    batches = Batches(channels, tenants, tickets, receipts, acknowledging, store, book)
    inbound = Inbound(database, channels, reader, batches, book, clock)
    deliverer = Deliverer(database, channels, carrier, receipts, legal, store, book, clock)
    dispatcher = Dispatcher(database, deliverer, receipts, legal, book, clock)
    letterheads = Letterheads(store, book, clock)
    letters = Letters(tenants, registry, tickets, legal, letterheads, store, book, clock)
    noticing = Noticing(database, channels, carrier, book, clock)
    recomputing = recomputing_of(database, tenants, refresher, book, clock, processes=max(1, cores() // 2))
    polling = Polling(database, channels, inbound, context, book, clock)
    access, base_url = Keys(database, clock), settings.base_url.rstrip("/")
    watch = Watch(database, tenants, refresher, book, clock)
    vigil = vigil_of(database, tenants, channels, watch, noticing, book, clock, base_url=base_url)
    return House(
        settings=settings,
        clock=clock,
        database=database,
        keys=ring,
        base_url=base_url,
        registry=registry,
        store=store,
        bell=bell,
        events=events,
        book=book,
        reader=reader,
        tenants=tenants,
        access=access,
        sessions=Sessions(ring, clock),
        channels=channels,
        tickets=tickets,
        procedures=procedures,
        proposing=proposing,
        legal=legal,
        letterheads=letterheads,
        letters=letters,
        corresponding=Corresponding(letters, legal, tickets, composer, store, clock),
        watch=watch,
        recomputing=recomputing,
        watch_settings=WatchSettingsOffice(channels, book, clock),
        vigil=vigil,
        noticing=noticing,
        pulse=Pulse(database, clock),
        taking=Taking(book, clock),
        inbound=inbound,
        composer=composer,
        deliverer=deliverer,
        dispatcher=dispatcher,
        resolver=Resolver(legal, book, clock),
        moves=Moves(tenants, refresher, LiveTermGuard(), book, clock),
        answering=Answering(tickets, composer, legal, clock),
        desk=Desk(channels, tenants, tickets, book, clock),
        reports=Reports.of(
            database, store, access, procedures, legal, tenants, tickets, book, clock, base_url=base_url
        ),
        checks=readiness(database, store),
        rounds=Rounds(database, tenants, inbound, deliverer, dispatcher, vigil, noticing, recomputing, polling, clock),
        idling=Idling(database, tenants, channels, context),
    )


def shelf_of(settings: Settings, clock: Clock) -> Shelf:
    """Returns the catalogue of procedures, this installation's own entries over the built-in ones."""
    try:
        return Shelf(settings.data_dir / CATALOGUE_FOLDER, clock)
    except CatalogueError as error:
        raise Misconfigured(f"the catalogue of procedures cannot be read: {error}") from error


def meaning_of(settings: Settings) -> Meaning | None:
    """Returns what compares the sense of sentences, where it is wanted and installed; nothing is loaded yet."""
    if settings.suggest == "words" or (settings.suggest == "auto" and not meaning_installed()):
        return None
    if not meaning_installed():
        raise Misconfigured(
            "PARVIS_SUGGEST=meaning needs the extra `suggest`: pip install 'parvis[suggest]', or set auto or words"
        )
    return Meaning()


def recomputing_of(
    database: Database, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock, *, processes: int
) -> Recomputing:
    """Joins what recomputes legal clocks; beside other work it takes half of the cores."""
    hands = Several(database.url, ClockBatches(database, tenants, refresher), count=processes)
    return Recomputing(database, hands, book, clock)


def vigil_of(
    database: Database,
    tenants: Tenants,
    channels: Channels,
    watch: Watch,
    noticing: Noticing,
    book: FactBook,
    clock: Clock,
    *,
    base_url: str,
) -> Vigil:
    """Joins what watches legal terms to what tells agents; it hears each message for until when one may answer it."""
    windows = ReplyWindows(
        channels, tenants, clock, can_mail=lambda connected: noticing.mail_way(connected) is not None
    )
    book.listen(MessageReceived, windows.heard)
    return Vigil(database, tenants, watch, windows, Posting(book, clock), book, clock, base_url=base_url)


def captures(settings: Settings, *, embedded: bool) -> bool:
    """Whether outgoing messages stay in the house: the embedded one keeps them unless told to send."""
    return embedded if settings.outgoing is None else settings.outgoing == "capture"


def bell_of(settings: Settings, database: Database) -> Bell:
    """Rings go through Redis when there is one, else through PostgreSQL itself."""
    if settings.redis_url is not None:
        from app.live.over_redis import RedisLine  # a quarter of a second to import, for houses that have one

        return WiredBell(RedisLine(settings.redis_url.get_secret_value()))
    return WiredBell(PostgresLine(database.url))


def ring_of(settings: Settings, *, embedded: bool) -> KeyRing:
    """Returns the secret keys. The embedded house makes its own once; a production house must be given one."""
    given = settings.secret_key.get_secret_value() if settings.secret_key else None
    if given is None and not embedded:
        raise Misconfigured(
            "set PARVIS_SECRET_KEY to at least 32 random characters (for instance: openssl rand -hex 32)"
        )
    if given is not None and (len(given) < 32 or given == DEMO_SECRET):
        raise Misconfigured("PARVIS_SECRET_KEY is too short or a default: give at least 32 random characters")
    present = given or _own_secret(settings.data_dir / "secret.key")
    return KeyRing([present, *(key.get_secret_value() for key in settings.previous_secret_keys)])


def _own_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()
