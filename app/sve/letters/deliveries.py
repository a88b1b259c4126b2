"""What the post says of a letter that left by it: its number, when it was first presented, when it was signed for.

What counts is the first presentation: it notifies, whoever fetches the letter or not, and whenever (CRPA L221-8; CE, 24
May 2024, n° 472321; CE, 18 July 2025, n° 497128). It is told to the legal engine as the event it is; the rest is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid, NotFound, UnsupportedMedia
from app.facts import Actor, FactBook
from app.files.sniff import sniff
from app.files.store import Store
from app.ids import Prefix, public_id
from app.rest.etags import require_version
from app.rest.languages import Said
from app.sve.letters import delivery_repository
from app.sve.letters.facts import LetterDeliveryNoted
from app.sve.letters.service import Letters
from app.sve.letters.values import Delivered, Kind, Letter, Way
from app.sve.service import LegalFace
from app.tenants.service import Tenants

_REREAD = "avis de réception de la lettre : sa première présentation"
SLIP_MAX = 10 * 2**20
SLIPS = frozenset({"application/pdf", "image/tiff", "image/jpeg", "image/png"})


class NotByPost(Conflict):
    """The letter did not leave by post: no postman says anything of it."""

    code = "letter-not-posted"
    title_fr = "Cette lettre n'est pas partie par la poste"
    title_en = "This letter did not leave by post"
    advice = Said(
        "l'avis de réception se note sur une lettre postée ; la remise au guichet la notifie d'elle-même",
        en="a delivery slip is noted on a posted letter; handing it over at the desk notifies it by itself",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody read on the proof of posting and on the delivery slip."""

    tracking: str | None
    first_presented_on: date | None
    signed_on: date | None


class PostalDeliveries:
    """Notes what became of posted letters."""

    def __init__(
        self, letters: Letters, legal: LegalFace, tenants: Tenants, store: Store, book: FactBook, clock: Clock
    ) -> None:
        self._letters, self._legal, self._tenants = letters, legal, tenants
        self._store, self._book, self._clock = store, book, clock

    async def get(self, session: Session, tenant_id: UUID, letter_id: UUID) -> Delivered:
        """Returns what is noted; nothing yet is version 0. Raises `NotFound` or `NotByPost`."""
        await self._posted(session, tenant_id, letter_id)
        return await delivery_repository.find(session, tenant_id, letter_id) or Delivered.nothing(letter_id)

    async def of_letters(self, session: Session, tenant_id: UUID, letters: list[UUID]) -> Mapping[UUID, Delivered]:
        """Returns what is noted of several letters: one statement for them all."""
        return await delivery_repository.of(session, tenant_id, letters)

    async def note(
        self, session: Session, tenant_id: UUID, letter_id: UUID, told: Told, *, version: int, actor: Actor
    ) -> Delivered:
        """Notes what the post says, and the notification it proves. What was noted wrongly is noted again.

        Raises `NotFound`, `NotByPost`, `Invalid`, `Stale`, and what the rules of sequence refuse.
        """
        letter = await self._posted(session, tenant_id, letter_id)
        # The saisine first, as whoever records: of two people with one slip, the second finds the first's.
        await self._legal.get(session, tenant_id, letter.saisine_id, lock=True)
        known = await self.get(session, tenant_id, letter_id)
        require_version(known.version, expected=version)
        now = self._clock()
        zone = (await self._tenants.get(session, tenant_id)).time_zone
        check(told, posted_on=civil_day(letter.composed_at, zone), today=civil_day(now, zone))
        event_id = known.event_id
        if told.first_presented_on != known.first_presented_on:
            event_id = await self._tell(session, tenant_id, letter, known, told.first_presented_on, actor=actor)
        noted = replace(
            known,
            tracking=told.tracking,
            first_presented_on=told.first_presented_on,
            signed_on=told.signed_on,
            event_id=event_id,
        )
        return await self._keep(session, tenant_id, letter, noted, at=now, actor=actor)

    async def attach(
        self, session: Session, tenant_id: UUID, letter_id: UUID, slip: bytes, *, version: int, actor: Actor
    ) -> Delivered:
        """Keeps the scan of the slip. Raises `UnsupportedMedia` for what no scanner makes, `Stale`, `NotByPost`."""
        letter = await self._posted(session, tenant_id, letter_id)
        kind = sniff(slip).content_type
        if kind not in SLIPS:
            raise UnsupportedMedia(
                Said("un PDF, TIFF, JPEG ou PNG est attendu", en="a PDF, TIFF, JPEG or PNG is expected")
            )
        await self._legal.get(session, tenant_id, letter.saisine_id, lock=True)
        known = await self.get(session, tenant_id, letter_id)
        require_version(known.version, expected=version)
        sha256 = await self._store.put(tenant_id, slip)
        noted = replace(known, slip_sha256=sha256)
        return await self._keep(session, tenant_id, letter, noted, at=self._clock(), actor=actor)

    async def slip(self, tenant_id: UUID, delivered: Delivered) -> bytes:
        """Returns the scan. Raises `NotFound` where there is none."""
        if delivered.slip_sha256 is None:
            raise NotFound
        return await self._store.get(tenant_id, delivered.slip_sha256)

    async def _posted(self, session: Session, tenant_id: UUID, letter_id: UUID) -> Letter:
        letter = await self._letters.get(session, tenant_id, letter_id)
        if letter.way is not Way.POST:
            raise NotByPost
        return letter

    async def _keep(
        self, session: Session, tenant_id: UUID, letter: Letter, noted: Delivered, *, at: datetime, actor: Actor
    ) -> Delivered:
        kept = replace(noted, noted_at=at, noted_by=actor.label, version=noted.version + 1)
        await delivery_repository.keep(session, tenant_id, kept)
        fact = LetterDeliveryNoted(
            tenant_id=tenant_id,
            subject_id=letter.id,
            at=at,
            actor=actor,
            saisine_id=letter.saisine_id,
            ticket_id=letter.ticket_id,
            first_presented_on=kept.first_presented_on,
            slip=kept.slip_sha256 is not None,
        )
        await self._book.record(session, fact)
        return kept

    async def _tell(
        self,
        session: Session,
        tenant_id: UUID,
        letter: Letter,
        known: Delivered,
        presented_on: date | None,
        *,
        actor: Actor,
    ) -> UUID | None:
        """Tells the engine the first presentation, what was told before being corrected; returns the event that counts."""
        before = known.event_id
        told: Mapping[str, Any] | None
        match letter.kind:
            case Kind.DECISION:
                told = None if presented_on is None else {"type": "decision_presented", "at": presented_on.isoformat()}
            case Kind.PIECES | Kind.AR | Kind.WITHDRAWAL:
                before = before or letter.event_id
                told = await self._again(session, tenant_id, letter, before, presented_on)
                if told is None:
                    return known.event_id
            case Kind.ARE | Kind.TRANSMISSION | Kind.WRONG_CHANNEL | Kind.ATTESTATION | Kind.WITHDRAWAL_HEARING:
                return None  # no clock runs from when these reach anybody
            case _:
                assert_never(letter.kind)
        if before is not None:
            named = public_id(Prefix.LEGAL_EVENT, before)
            corrected = {"type": "corrected", "event_id": named, "reason": _REREAD}
            await self._record(session, tenant_id, letter, corrected, actor=actor)
        if told is None:
            return None
        key = f"letter:{public_id(Prefix.LETTER, letter.id)}:delivered.{known.version + 1}"
        await self._record(session, tenant_id, letter, {**told, "key": key}, actor=actor)
        return await self._legal.event_named(session, tenant_id, letter.saisine_id, key)

    async def _again(
        self, session: Session, tenant_id: UUID, letter: Letter, event_id: UUID | None, presented_on: date | None
    ) -> Mapping[str, Any] | None:
        """Returns the event the letter was, with its presentation; None where no clock runs from it.

        A request for pieces with its own last day runs from its sending; one « à compter de la réception » from there.
        """
        saisine = await self._legal.get(session, tenant_id, letter.saisine_id)
        events = await self._legal.events_of(session, saisine)
        was = next((event for event in events if event.id == event_id), None)
        if was is None or (letter.kind is not Kind.WITHDRAWAL and "deadline_period" not in was.payload):
            return None
        plain = {name: value for name, value in was.payload.items() if name not in {"marks", "first_presented_at"}}
        return plain if presented_on is None else {**plain, "first_presented_at": presented_on.isoformat()}

    async def _record(
        self, session: Session, tenant_id: UUID, letter: Letter, event: Mapping[str, Any], *, actor: Actor
    ) -> None:
        present = await self._legal.get(session, tenant_id, letter.saisine_id)
        await self._legal.record(session, tenant_id, letter.saisine_id, event, version=present.version, actor=actor)


def check(told: Told, *, posted_on: date, today: date) -> None:
    """Raises `Invalid` for days that cannot be: before the posting, to come, or signed before being presented."""
    flaws: list[Flaw] = []
    for name, day in (("first_presented_on", told.first_presented_on), ("signed_on", told.signed_on)):
        if day is not None and day < posted_on:
            flaws.append(Flaw(f"/{name}", "day", Said("avant le jour de l'envoi", en="before the day it was posted")))
        elif day is not None and day > today:
            flaws.append(Flaw(f"/{name}", "day", Said("ce jour n'est pas encore venu", en="that day has not come yet")))
    if told.signed_on is not None and (told.first_presented_on is None or told.signed_on < told.first_presented_on):
        said = Said(
            "donnez d'abord la première présentation : c'est elle qui compte, la signature ne la précède pas",
            en="give the first presentation first: it is what counts, and no signature comes before it",
        )
        flaws.append(Flaw("/first_presented_on", "day", said))
    if flaws:
        raise Invalid(flaws=flaws)
