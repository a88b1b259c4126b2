"""The legal face, joined."""

from dataclasses import dataclass

from app.bootstrap.choosing import meaning_of, shelf_of
from app.bootstrap.ground import Ground
from app.sve.facts import AlertOverdue, AlertRaised
from app.sve.letters.deliveries import PostalDeliveries
from app.sve.letters.letterheads import Letterheads
from app.sve.letters.service import Letters
from app.sve.listening import Listening
from app.sve.local_procedures.service import Procedures
from app.sve.proposing import Proposing
from app.sve.recomputing.batches import Batches as ClockBatches
from app.sve.recomputing.hands import Several, cores
from app.sve.recomputing.requalifying import Requalifying
from app.sve.recomputing.service import Recomputing
from app.sve.recording import Recording
from app.sve.refreshing import Refresher
from app.sve.service import LegalFace
from app.sve.warning.pulse import Pulse
from app.sve.warning.settings import WatchSettingsOffice
from app.sve.warning.taking import Taking
from app.sve.watch import Watch
from app.tickets.facts import MessageReceived


@dataclass(frozen=True, kw_only=True)
class Law:
    """The legal face: clocks, procedures, letters, who is told."""

    refresher: Refresher
    procedures: Procedures
    proposing: Proposing
    legal: LegalFace
    letterheads: Letterheads
    letters: Letters
    deliveries: PostalDeliveries
    watch: Watch
    recomputing: Recomputing
    watch_settings: WatchSettingsOffice
    pulse: Pulse
    taking: Taking


def law_of(ground: Ground) -> Law:
    """Joins the legal face; it hears each message in the transaction that writes it."""
    database, tenants, book, clock = ground.database, ground.tenants, ground.book, ground.clock
    refresher = Refresher(ground.tickets)
    meaning = meaning_of(ground.settings)
    procedures = Procedures(shelf_of(ground.settings, clock), tenants, book, clock, meaning=meaning)
    proposing = Proposing(procedures, tenants, ground.tickets)
    legal = LegalFace(tenants, refresher, procedures, proposing, book, clock)
    book.listen(MessageReceived, Listening(tenants, refresher, book, clock).heard)
    for warning in (AlertRaised, AlertOverdue):
        book.listen(warning, ground.snoozing.warned)
    letterheads = Letterheads(ground.store, book, clock)
    letters = Letters(tenants, ground.registry, ground.tickets, legal, letterheads, ground.store, book, clock)
    return Law(
        refresher=refresher,
        procedures=procedures,
        proposing=proposing,
        legal=legal,
        letterheads=letterheads,
        letters=letters,
        deliveries=PostalDeliveries(letters, legal, tenants, ground.store, book, clock),
        watch=Watch(database, tenants, refresher, book, clock),
        recomputing=recomputing_of(ground, refresher, procedures),
        watch_settings=WatchSettingsOffice(ground.channels, book, clock),
        pulse=Pulse(database, clock),
        taking=Taking(book, clock),
    )


def recomputing_of(ground: Ground, refresher: Refresher, procedures: Procedures) -> Recomputing:
    """Joins what recomputes legal clocks; beside other work it takes half of the cores."""
    database, tenants, book, clock = ground.database, ground.tenants, ground.book, ground.clock
    hands = Several(database.url, ClockBatches(database, tenants, refresher), count=max(1, cores() // 2))
    requalifying = Requalifying(database, tenants, procedures, Recording(tenants, refresher, book, clock))
    return Recomputing(database, hands, requalifying, book, clock)
