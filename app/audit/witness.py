"""Who saw what: kept before it is shown, by every door, without a word of what was seen.

A reading is a transaction of its own, outside the page's: what is shown was first written down, a page that cannot be
witnessed is not shown, and nothing waits in a memory that a crash would empty.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from app.audit import readings
from app.audit.readings import Door, Kept, Read, ReadKind
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Flaw, Invalid, Stale
from app.facts import Actor, FactBook, Seen
from app.ids import new_id
from app.rest.languages import Said
from app.sealing import KeyRing

LEAST_MONTHS, USUAL_MONTHS, MOST_MONTHS = 6, 12, 36
BATCH = 5000
_PURPOSE = "readings-search"
_REASON_MAX = 1000
# Months are counted long, so that nothing goes a day too early.
_A_MONTH = timedelta(days=31)


class Reader(Protocol):
    """Whoever looks: an administration and a label without personal data."""

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def label(self) -> str: ...


class Witness:
    """Keeps readings, says for how long, and lets the old ones go."""

    def __init__(self, database: Database, ring: KeyRing, book: FactBook, clock: Clock) -> None:
        self._database, self._ring, self._book, self._clock = database, ring, book, clock

    async def saw(
        self, reader: Reader, kind: ReadKind, object_id: UUID, *, door: Door, ticket_id: UUID | None = None
    ) -> None:
        """Keeps that somebody sees something. Raises `Unavailable`: then nothing is to be shown."""
        read = Read(
            id=new_id(),
            at=self._clock(),
            actor=reader.label,
            door=door,
            kind=kind,
            object_id=object_id,
            ticket_id=ticket_id,
        )
        await readings.keep(self._database, reader.tenant_id, read)

    async def searched(self, reader: Reader, words: str, *, door: Door) -> None:
        """Keeps that somebody searched; the words themselves never, only their keyed digest."""
        await self.saw(reader, ReadKind.SEARCH, self.name_of(reader.tenant_id, words), door=door)

    def name_of(self, tenant_id: UUID, words: str) -> UUID:
        """Returns what stands for some words in the readings of one administration: the same words, the same name.

        A MAC under the house's key and the tenant's identifier: who holds the table alone can try no dictionary on it.
        """
        folded = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
        return UUID(bytes=self._ring.sign(tenant_id.bytes + folded.encode(), purpose=_PURPOSE))

    async def choose(self, session: Session, tenant_id: UUID, wanted: Kept, *, version: int, actor: Actor) -> Kept:
        """Says for how many months readings are kept, in the place of `version`. Raises `Stale`, `Invalid`."""
        flaws, reason = list[Flaw](), " ".join(wanted.reason.split())
        if not LEAST_MONTHS <= wanted.months <= MOST_MONTHS:
            told = Said(
                f"un nombre de mois de {LEAST_MONTHS} à {MOST_MONTHS} est attendu",
                en=f"a number of months from {LEAST_MONTHS} to {MOST_MONTHS} is expected",
            )
            flaws.append(Flaw("/months", "range", told))
        if wanted.months > USUAL_MONTHS and not reason:
            told = Said(
                "au-delà de douze mois, dites pourquoi : la CNIL recommande six mois à un an",
                en="beyond twelve months, say why: the CNIL recommends six months to one year",
            )
            flaws.append(Flaw("/reason", "required", told))
        if len(reason) > _REASON_MAX:
            told = Said(f"{_REASON_MAX} caractères au plus", en=f"at most {_REASON_MAX} characters")
            flaws.append(Flaw("/reason", "too-long", told))
        if flaws:
            raise Invalid(flaws=flaws)
        if (await readings.locked(session, tenant_id)).version != version:
            raise Stale
        now = self._clock()
        chosen = Kept(months=wanted.months, reason=reason, updated_at=now, updated_by=actor.label)
        await readings.choose(session, tenant_id, chosen, version=version)
        kept = Seen(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=now,
            actor=actor,
            action="readings.kept_for",
            detail={"months": wanted.months},
        )
        await self._book.record(session, kept)
        return Kept(months=chosen.months, reason=reason, updated_at=now, updated_by=actor.label, version=version + 1)

    async def purge(self, tenant_id: UUID) -> int:
        """Lets go the readings whose time is over, a transaction a batch; returns how many, and journals it."""
        gone = 0
        async with self._database.transaction(tenant=tenant_id) as session:
            before = self._over_before((await readings.settings_of(session, tenant_id)).months)
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                taken = await readings.purge(session, before=before, most=BATCH)
                if taken:
                    fact = Seen(
                        tenant_id=tenant_id,
                        subject_id=tenant_id,
                        at=self._clock(),
                        action="readings.purged",
                        detail={"count": taken, "before": before.isoformat()},
                    )
                    await self._book.record(session, fact)
            gone += taken
            if taken < BATCH:
                return gone

    def _over_before(self, months: int) -> datetime:
        return self._clock() - months * _A_MONTH
