"""Taking the evidence of a saisine: read in one transaction, bytes fetched one at a time, the act itself recorded."""

import asyncio
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from typing import IO
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database
from app.errors import NotFound
from app.exchanges.receptions import Door
from app.facts import Actor, FactBook, Seen
from app.files.names import safe_name
from app.files.store import DamagedPiece, Store
from app.ids import Prefix, public_id
from app.reporting.evidence import rows
from app.reporting.evidence.archive import Archive
from app.reporting.evidence.documents import documents, messages_document, receptions_document
from app.reporting.evidence.gathering import Gathered, Gatherer
from app.reporting.evidence.rows import Row
from app.reporting.evidence.summary import summary
from app.reporting.evidence.telling import reading_in_words, readme, readme_in_english
from app.sve.law import RULES_VERSION
from app.tickets import scans
from app.tickets.quarantine import set_aside as is_set_aside

MEDIA_TYPE = "application/zip"
EXPORTED = "evidence.exported"
_MAIL_DOORS = frozenset({Door.SMTP.value, Door.LMTP.value, Door.IMAP.value})


@dataclass(frozen=True, slots=True)
class Exported:
    """A file ready to be read from its beginning; whoever reads it closes it."""

    file: IO[bytes]
    name: str
    size: int
    manifest_sha256: str


class Evidence:
    """Makes the file. Network and disk are waited for outside transactions; memory holds one piece."""

    def __init__(self, database: Database, store: Store, gatherer: Gatherer, book: FactBook, clock: Clock) -> None:
        self._database, self._store, self._gatherer = database, store, gatherer
        self._book, self._clock = book, clock

    async def export(
        self, tenant_id: UUID, saisine_id: UUID, *, actor: Actor, reason: str | None = None, set_aside: bool = False
    ) -> Exported:
        """Writes the evidence of a saisine aside and records who took it, and for which reason. Raises `NotFound`.

        What the store no longer holds, or holds damaged, is named in the file as missing: the rest still proves. So is
        what an antivirus set aside, with the deliveries that carried it, unless `set_aside` asks for them.
        """
        at = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            gathered = await self._gatherer.gather(session, tenant_id, saisine_id, at=at)
        file = tempfile.TemporaryFile()  # noqa: SIM115 — closed by whoever reads it
        try:
            digest = await self._write(Archive(file), gathered, set_aside=set_aside)
            size = file.seek(0, 2)
            file.seek(0)
            await self._record(gathered, digest, actor, reason)
        except BaseException:
            file.close()
            raise
        name = f"preuve-{gathered.ticket.reference}-{gathered.saisine.ordinal + 1}.zip"
        return Exported(file, name, size, digest)

    async def _write(self, archive: Archive, gathered: Gathered, *, set_aside: bool) -> str:
        lacks: list[str] = []
        raw = await self._raw(archive, gathered, lacks, set_aside=set_aside)
        pieces = await self._pieces(archive, gathered, lacks, set_aside=set_aside)
        await self._letters(archive, gathered, lacks)
        archive.add_json("messages.json", messages_document(gathered, raw, pieces))
        archive.add_json("receptions.json", receptions_document(gathered, raw))
        for name, document in documents(gathered).items():
            archive.add_json(name, document)
        archive.add("lecture.txt", reading_in_words(gathered))
        archive.add("resume.pdf", await asyncio.to_thread(summary, gathered, lacks))
        archive.add("LISEZMOI.txt", readme(gathered, lacks))
        archive.add("README.txt", readme_in_english(gathered, lacks))
        return archive.close(
            {
                "generator": f"parvis {version('parvis')}",
                "rules_version": RULES_VERSION,
                "made_at": gathered.at.isoformat(),
                "administration": gathered.tenant.name,
                "time_zone": gathered.tenant.time_zone,
                "reference": gathered.ticket.reference,
                "saisine": public_id(Prefix.SAISINE, gathered.saisine.id),
                "missing": lacks,
            }
        )

    async def _raw(self, archive: Archive, gathered: Gathered, lacks: list[str], *, set_aside: bool) -> dict[UUID, str]:
        """Puts in the deliveries, byte for byte, one in memory at a time; returns the file of each."""
        files: dict[UUID, str] = {}
        async with self._database.transaction(tenant=gathered.tenant.id) as session:
            held = [] if set_aside else [row["id"] for row in gathered.receptions]
            kept_out = await scans.carrying(session, gathered.tenant.id, held)
        for rank, row in enumerate(gathered.receptions, start=1):
            if row["id"] in kept_out:
                lacks.append(f"la réception {row['sha256']} porte une pièce mise à l'écart par l'antivirus")
                continue
            async with self._database.transaction(tenant=gathered.tenant.id) as session:
                content = await rows.raw(session, gathered.tenant.id, row["id"])
            files[row["id"]] = f"raw/{rank:04d}-{row['sha256'][:12]}.{'eml' if _is_mail(row) else 'bin'}"
            await asyncio.to_thread(archive.add, files[row["id"]], content)
        return files

    async def _pieces(
        self, archive: Archive, gathered: Gathered, lacks: list[str], *, set_aside: bool
    ) -> dict[str, str]:
        """Puts in every piece once, whatever the messages that carried it; returns the file of each content."""
        files: dict[str, str] = {}
        carried = [piece for message in gathered.messages for _, piece in message.pieces]
        for piece in carried:
            name = safe_name(piece.name)
            if piece.sha256 is None:
                lacks.append(f"la pièce « {name} » n'a pas encore été prise chez le fournisseur")
            elif is_set_aside(piece) and not set_aside:
                lacks.append(f"la pièce « {name} » ({piece.sha256}) est mise à l'écart par l'antivirus")
            elif piece.sha256 not in files:
                place = f"pieces/{len(files) + 1:04d}-{piece.sha256[:12]}-{name}"
                if await self._keep(archive, gathered, piece.sha256, place, lacks):
                    files[piece.sha256] = place
        return files

    async def _letters(self, archive: Archive, gathered: Gathered, lacks: list[str]) -> None:
        for rank, letter in enumerate(gathered.letters, start=1):
            place = f"letters/{rank:04d}-{letter.kind.value}.pdf"
            await self._keep(archive, gathered, letter.pdf_sha256, place, lacks)

    async def _keep(self, archive: Archive, gathered: Gathered, sha256: str, place: str, lacks: list[str]) -> bool:
        try:
            content = await self._store.get(gathered.tenant.id, sha256)
        except NotFound:
            lacks.append(f"le contenu {sha256} ({place}) n'est plus chez nous")
        except DamagedPiece:
            lacks.append(f"le contenu {sha256} ({place}) est endommagé : il n'a plus son empreinte")
        else:
            await asyncio.to_thread(archive.add, place, content)
            return True
        return False

    async def _record(self, gathered: Gathered, digest: str, actor: Actor, reason: str | None) -> None:
        why = {"reason": reason} if reason else {}
        seen = Seen(
            tenant_id=gathered.tenant.id,
            subject_id=gathered.saisine.id,
            at=gathered.at,
            actor=actor,
            action=EXPORTED,
            detail={"ticket_id": public_id(Prefix.TICKET, gathered.ticket.id), "manifest_sha256": digest, **why},
        )
        async with self._database.transaction(tenant=gathered.tenant.id) as session:
            await self._book.record(session, seen)


def _is_mail(row: Row) -> bool:
    return row["door"] in _MAIL_DOORS or ["Content-Type", "message/rfc822"] in row["headers"]
