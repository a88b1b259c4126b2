"""The letterhead of an administration: each edition replaces the one before, which its letters keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import zip_longest
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid, NotFound, TooLarge, UnsupportedMedia
from app.facts import Actor, FactBook
from app.files.sniff import sniff
from app.files.store import Store
from app.ids import new_id
from app.rest.languages import Said
from app.sve.letters import page, repository
from app.sve.letters.facts import LetterheadWritten
from app.sve.letters.values import Edition, Letterhead

LOGO_MAX = 500_000
LOGO_TYPES = ("image/png", "image/jpeg")
_TRIAL = '= Essai\n#image(bytes(data.logo), height: 18mm, alt: "Logo")'


class NoLetterhead(Conflict):
    """An administration has written no letterhead yet."""

    code = "no-letterhead"
    title_fr = "Aucun papier à en-tête"
    title_en = "No letterhead"
    advice = Said("écrivez d'abord le papier à en-tête", en="write the letterhead first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of a letterhead; every one may be empty but the place."""

    place: str
    signatory_name: str
    signatory_title: str
    court: str
    court_address: str
    footer: str


class Letterheads:
    """Reads and writes letterheads. The logo is a piece, kept from one edition to the next."""

    def __init__(self, store: Store, book: FactBook, clock: Clock) -> None:
        self._store, self._book, self._clock = store, book, clock

    async def in_force(self, session: Session, tenant_id: UUID) -> Letterhead | None:
        """Returns the last edition, None when there is none."""
        return await repository.letterhead(session, tenant_id)

    async def get(self, session: Session, tenant_id: UUID) -> Letterhead:
        """Returns the last edition. Raises `NotFound` when there is none."""
        head = await repository.letterhead(session, tenant_id)
        if head is None:
            raise NotFound(NoLetterhead.advice)
        return head

    async def editions(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Edition]:
        """Returns a page of the editions, the last first, each compared with the one it replaced."""
        heads = await repository.letterheads(session, tenant_id, after=after, limit=limit + 1)
        return [compared(head, former) for head, former in zip_longest(heads, heads[1:])][:limit]

    async def write(
        self, session: Session, tenant_id: UUID, wording: Wording, *, keep_logo: bool, actor: Actor
    ) -> Letterhead:
        """Writes a new edition, with the logo of the last one when it is kept."""
        last = await repository.letterhead(session, tenant_id)
        kept = last if keep_logo else None
        head = Letterhead(
            id=new_id(),
            place=wording.place,
            signatory_name=wording.signatory_name,
            signatory_title=wording.signatory_title,
            court=wording.court,
            court_address=wording.court_address,
            footer=wording.footer,
            logo_sha256=kept.logo_sha256 if kept else None,
            logo_type=kept.logo_type if kept else None,
            created_at=self._clock(),
            created_by=actor.label,
        )
        return await self._add(session, tenant_id, head, actor=actor)

    async def draw(self, session: Session, tenant_id: UUID, logo: bytes, *, actor: Actor) -> Letterhead:
        """Writes a new edition with a logo. Raises `NoLetterhead`, `TooLarge`, `UnsupportedMedia` or `Invalid`."""
        last = await repository.letterhead(session, tenant_id)
        if last is None:
            raise NoLetterhead(NoLetterhead.advice)
        found = checked_logo(logo)
        kept = await self._store.put(tenant_id, logo)
        if kept == last.logo_sha256:
            return last
        head = replace(
            last,
            id=new_id(),
            logo_sha256=kept,
            logo_type=found,
            created_at=self._clock(),
            created_by=actor.label,
        )
        return await self._add(session, tenant_id, head, actor=actor)

    async def logo(self, tenant_id: UUID, head: Letterhead | None) -> bytes | None:
        """Returns the picture of a letterhead; the store may be far away."""
        if head is None or head.logo_sha256 is None:
            return None
        return await self._store.get(tenant_id, head.logo_sha256)

    async def _add(self, session: Session, tenant_id: UUID, head: Letterhead, *, actor: Actor) -> Letterhead:
        await repository.add_letterhead(session, tenant_id, head)
        fact = LetterheadWritten(tenant_id=tenant_id, subject_id=head.id, at=head.created_at, actor=actor)
        await self._book.record(session, fact)
        return head


def compared(head: Letterhead, former: Letterhead | None) -> Edition:
    """Tells what an edition changed of the one before it, by the names its reader knows."""
    if former is None:
        return Edition(head=head, changed=None)
    told = (*(one.name for one in fields(Wording)), "logo_sha256")
    return Edition(head=head, changed=tuple(name for name in told if getattr(head, name) != getattr(former, name)))


def checked_logo(logo: bytes) -> str:
    """Returns the type of a picture that a page can show; what its sender calls it is not asked."""
    if len(logo) > LOGO_MAX:
        raise TooLarge(Said("le logo pèse plus de 500 ko", en="the logo is larger than 500 kB"))
    found = sniff(logo).content_type
    if found not in LOGO_TYPES:
        raise UnsupportedMedia(
            Said("le logo doit être une image PNG ou JPEG", en="the logo must be a PNG or JPEG image")
        )
    drawn: Mapping[str, object] = {"logo": logo}
    try:
        page.pdf(_TRIAL, drawn, title="Essai")
    except page.Unprintable:
        told = Said("cette image est abîmée : choisissez-en une autre", en="this picture is damaged: choose another")
        raise Invalid(told, flaws=[Flaw("", "logo", told)]) from None
    return found
