"""The reports of a house, joined: what doors and screens are handed."""

from dataclasses import dataclass
from typing import Self

from app.clock import Clock
from app.db.transaction import Database
from app.facts import FactBook
from app.files.store import Store
from app.identity.service import Keys
from app.reporting.calendar import TermCalendar
from app.reporting.evidence.exporting import Evidence
from app.reporting.evidence.gathering import Gatherer
from app.reporting.feeds import Feeds
from app.reporting.listing_files import ListFiles
from app.reporting.register import Register
from app.reporting.register_files import RegisterFiles
from app.sve.local_procedures.service import Procedures
from app.sve.service import LegalFace
from app.tenants.service import Tenants
from app.tickets.service import Tickets


@dataclass(frozen=True, slots=True)
class Reports:
    """Everything that is taken away."""

    calendar: TermCalendar
    feeds: Feeds
    register: RegisterFiles
    lists: ListFiles
    evidence: Evidence

    @classmethod
    def of(
        cls,
        database: Database,
        store: Store,
        access: Keys,
        procedures: Procedures,
        legal: LegalFace,
        tenants: Tenants,
        tickets: Tickets,
        book: FactBook,
        clock: Clock,
        *,
        base_url: str,
    ) -> Self:
        """Joins them to the organs they read."""
        return cls(
            calendar=TermCalendar(database, base_url, clock),
            feeds=Feeds(access, book, clock, base_url=base_url),
            register=RegisterFiles(database, Register(database, procedures), tenants, book, clock),
            lists=ListFiles(database, tickets, tenants, book, clock),
            evidence=Evidence(database, store, Gatherer(legal, procedures, tenants, tickets), book, clock),
        )
