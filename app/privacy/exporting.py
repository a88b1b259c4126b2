"""Giving a person all that is held about them: one file, made by a job, kept seven days (RGPD art. 12.3, 15, 20).

It is gathered with the eyes of who asked, and only they may take it: a request they may not see is counted, and the copy
says that it is incomplete. Every taking is journalled.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.contacts import repository as people
from app.db.sight import Reach, Sight, look, sight
from app.db.transaction import Database, Session, whole
from app.errors import Forbidden, NotFound, ParvisError
from app.exchanges.persons import merged_elsewhere
from app.facts import Actor, FactBook, Seen
from app.files.store import DamagedPiece, Store, digest_of
from app.ids import Prefix, new_id, public_id
from app.jobs import queue
from app.jobs.queue import Job
from app.privacy import belongings, emptying, gathering
from app.privacy import export_repository as repository
from app.privacy.copy_document import Copy, copy_of
from app.privacy.copy_page import page_of
from app.privacy.erasures import PersonErased
from app.privacy.export_repository import AccessExport
from app.privacy.facts import AccessExportAsked, AccessExportMade
from app.privacy.values import ExportState
from app.rest.languages import Said
from app.tenants.service import Tenants

EXPORT = "export_person"
LASTS = timedelta(days=7)
_AGAIN, _MOST_ATTEMPTS = timedelta(minutes=5), 5


class ExportGone(ParvisError):
    """The copy is not there: not made yet, failed, or its seven days are over."""

    code = "export-not-there"
    status = 410
    title_fr = "La copie n'est pas disponible"
    title_en = "The copy is not available"
    advice = Said(
        "elle n'est pas encore prête, ou ses sept jours sont passés : attendez, ou demandez-en une autre",
        en="it is not ready yet, or its seven days are over: wait, or ask for another one",
    )


class Exporting:
    """Asks for copies, makes them, hands them over, lets them go."""

    def __init__(self, database: Database, tenants: Tenants, store: Store, book: FactBook, clock: Clock) -> None:
        self._database, self._tenants, self._store = database, tenants, store
        self._book, self._clock = book, clock

    async def ask(
        self, session: Session, tenant_id: UUID, contact_id: UUID, *, reason: str, actor: Actor
    ) -> AccessExport:
        """Has a copy made, with the eyes of this request. Raises `NotFound`, `PersonErased`, `ContactMergedElsewhere`."""
        contact = await people.contact(session, tenant_id, contact_id)
        if contact is None:
            raise NotFound
        if contact.erased_at is not None:
            raise PersonErased(PersonErased.advice)
        if contact.merged_into is not None:
            raise merged_elsewhere(contact)  # nearly nothing is left here: that would pass for all that is held
        now = self._clock()
        export = AccessExport(
            id=new_id(),
            contact_id=contact_id,
            reason=reason,
            state=ExportState.ASKED,
            eyes=_written(sight()),
            masked={},
            asked_at=now,
            asked_by=actor.label,
            next_attempt_at=now + _AGAIN,
            attempts=0,
            made_at=None,
            expires_at=None,
            sha256=None,
            size=None,
            incomplete=False,
            downloads=0,
        )
        await repository.add(session, tenant_id, export)
        await queue.defer(session, _job(tenant_id, export.id))
        fact = AccessExportAsked(tenant_id=tenant_id, subject_id=contact_id, at=now, actor=actor, export_id=export.id)
        await self._book.record(session, fact)
        return export

    async def get(self, session: Session, tenant_id: UUID, contact_id: UUID, export_id: UUID) -> AccessExport:
        found = await repository.find(session, tenant_id, export_id)
        if found is None or found.contact_id != contact_id:
            raise NotFound
        return found

    async def page(
        self, session: Session, tenant_id: UUID, contact_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[AccessExport]:
        """Returns a page of a person's copies, the latest first. Raises `NotFound`."""
        if await people.contact(session, tenant_id, contact_id) is None:
            raise NotFound
        return await repository.page(session, tenant_id, contact_id, after=after, limit=limit)

    async def take(self, session: Session, tenant_id: UUID, contact_id: UUID, export_id: UUID, *, actor: Actor) -> str:
        """Returns the content of a copy to who asked for it, and journals it. Raises `NotFound`, `Forbidden`, `ExportGone`."""
        export = await repository.find(session, tenant_id, export_id, lock=True)
        if export is None or export.contact_id != contact_id:
            raise NotFound
        if export.asked_by != actor.label:
            raise Forbidden(
                Said("seule la personne qui l'a demandée la prend", en="only who asked for it may take this copy")
            )
        now = self._clock()
        if export.sha256 is None or export.expires_at is None or export.expires_at <= now:
            raise ExportGone(ExportGone.advice)
        await repository.change(session, tenant_id, export_id, {"downloads": export.downloads + 1})
        seen = Seen(
            tenant_id=tenant_id,
            subject_id=contact_id,
            at=now,
            actor=actor,
            action="contact.export_taken",
            detail={"export_id": public_id(Prefix.ACCESS_EXPORT, export_id)},
        )
        await self._book.record(session, seen)
        return export.sha256

    async def content(self, tenant_id: UUID, sha256: str) -> bytes:
        """Returns the file; the store may be far away, so that no transaction waits for it."""
        return await self._store.get(tenant_id, sha256)

    async def make(self, tenant: str, export: str) -> None:
        """The job of one copy: read in one transaction, written aside, kept, then told."""
        tenant_id, export_id = UUID(tenant), UUID(export)
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            asked = await repository.find(session, tenant_id, export_id, lock=True)
            if asked is None or asked.state is not ExportState.ASKED:
                return
            tries = {"attempts": asked.attempts + 1, "next_attempt_at": now + _AGAIN}
            if asked.attempts >= _MOST_ATTEMPTS:
                tries = {"state": ExportState.FAILED.value, "next_attempt_at": None, "sha256": None}
                await emptying.let_go(session, tenant_id, [asked.sha256] if asked.sha256 else [], at=now)
            await repository.change(session, tenant_id, export_id, tries)
        if asked.attempts >= _MOST_ATTEMPTS:
            return
        with _eyes(asked.eyes):
            async with self._database.transaction(tenant=tenant_id) as session:
                copy = await self._copy(session, tenant_id, asked)
        content = await self._archive(tenant_id, copy)
        # Named before it is kept, so that a copy cut off here is let go by the next try; and kept only while it is awaited.
        if not await self._name(tenant_id, export_id, digest_of(content), at=now):
            return
        sha256 = await self._store.put(tenant_id, content)
        async with self._database.transaction(tenant=tenant_id) as session:
            present = await repository.find(session, tenant_id, export_id, lock=True)
            if present is None or present.state is not ExportState.ASKED:
                await emptying.let_go(session, tenant_id, [sha256], at=now)  # the person was erased meanwhile
                return
            values = {
                "state": ExportState.READY.value,
                "sha256": sha256,
                "size": len(content),
                "made_at": now,
                "expires_at": now + LASTS,
                "next_attempt_at": None,
                "incomplete": not copy.document["complete"],
                "masked": copy.masked,
            }
            await repository.change(session, tenant_id, export_id, values)
            fact = AccessExportMade(tenant_id=tenant_id, subject_id=asked.contact_id, at=now, export_id=export_id)
            await self._book.record(session, fact)

    async def _name(self, tenant_id: UUID, export_id: UUID, sha256: str, *, at: datetime) -> bool:
        """Notes which content a copy is about to have, and lets go the one of a try before; says whether it is awaited."""
        async with self._database.transaction(tenant=tenant_id) as session:
            present = await repository.find(session, tenant_id, export_id, lock=True)
            if present is None or present.state is not ExportState.ASKED:
                return False
            if present.sha256 is not None:
                await emptying.let_go(session, tenant_id, [present.sha256], at=at)
            await repository.change(session, tenant_id, export_id, {"sha256": sha256})
        return True

    async def resume(self, tenant_id: UUID) -> None:
        """Wakes copies whose job was lost, and lets go those whose time is over."""
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            for export_id in await repository.due(session, tenant_id, now=now):
                await queue.defer(session, _job(tenant_id, export_id))
            over = await repository.ended(session, tenant_id, now=now)
            for one in over:
                values = {"state": ExportState.EXPIRED.value, "sha256": None}
                await repository.change(session, tenant_id, one.id, values)
            await emptying.let_go(session, tenant_id, [one.sha256 for one in over if one.sha256], at=now)

    async def _copy(self, session: Session, tenant_id: UUID, asked: AccessExport) -> Copy:
        tenant = await self._tenants.get(session, tenant_id)
        who = await belongings.person(session, tenant_id, asked.contact_id)
        seen = await gathering.visible(session, tenant_id, who)
        async with whole(session):
            every = await gathering.visible(session, tenant_id, who)
        return copy_of(
            await gathering.about(session, tenant_id, who, seen),
            await gathering.requests(session, tenant_id, who, seen),
            addresses=set(who.addresses),
            hidden=len(set(every) - set(seen)),
            made_at=self._clock(),
            administration=tenant.name,
        )

    async def _archive(self, tenant_id: UUID, copy: Copy) -> bytes:
        lacks: list[str] = []
        with tempfile.TemporaryFile() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for sha256, name in copy.contents.items():
                    try:
                        archive.writestr(name, await self._store.get(tenant_id, sha256))
                    except (NotFound, DamagedPiece):
                        lacks.append(name)
                document = {**copy.document, "pieces_no_longer_here": lacks}
                archive.writestr("donnees.json", json.dumps(document, ensure_ascii=False, indent=1))
                archive.writestr("vos-donnees.html", page_of(document))
            file.seek(0)
            return file.read()


@contextmanager
def _eyes(eyes: Mapping[str, Any] | None) -> Iterator[None]:
    """Looks as who asked did; gives the house its own eyes back."""
    before = sight()
    look(_read(eyes))
    try:
        yield
    finally:
        look(before)


def _written(eyes: Sight | None) -> dict[str, Any] | None:
    if eyes is None:
        return None
    return {
        "person_id": str(eyes.person_id),
        "reach": eyes.reach.value,
        "teams": sorted(str(one) for one in eyes.teams),
    }


def _read(eyes: Mapping[str, Any] | None) -> Sight | None:
    if eyes is None:
        return None
    teams = frozenset(UUID(one) for one in eyes["teams"])
    return Sight(person_id=UUID(eyes["person_id"]), reach=Reach(eyes["reach"]), teams=teams)


def _job(tenant_id: UUID, export_id: UUID) -> Job:
    return Job(EXPORT, {"tenant": str(tenant_id), "export": str(export_id)}, f"copy:{tenant_id}")
