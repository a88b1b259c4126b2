"""The fields an administration adds to its requests: made, changed, ordered, archived and never deleted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.identity.people import plain_name
from app.ids import new_id
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets import field_repository
from app.tickets.field_values import CHOSEN, MOST_FIELDS, MOST_LIVING, Choice, CustomField, FieldKind, TooManyFields
from app.tickets.filing_facts import FieldEdited


class Fields:
    """The list of fields of an administration."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def page(
        self, session: Session, tenant_id: UUID, *, archived: bool, after: tuple[int, UUID] | None, limit: int
    ) -> Sequence[CustomField]:
        """Returns a page of the list in its order; archived ones only when asked."""
        return await field_repository.page(session, tenant_id, archived=archived, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, field_id: UUID) -> CustomField:
        """Raises `NotFound`."""
        found = await field_repository.field(session, tenant_id, field_id)
        if found is None:
            raise NotFound(Said("aucun champ n'a cet identifiant", en="no field has this identifier"))
        return found

    async def make(self, session: Session, tenant_id: UUID, given: Mapping[str, Any], *, actor: Actor) -> CustomField:
        """Adds a field, last where no rank is given. Raises `FieldTaken`, `TooManyFields`, `Invalid`."""
        living, all_of_them, highest = await field_repository.standing(session, tenant_id)
        if living >= MOST_LIVING or all_of_them >= MOST_FIELDS:
            raise TooManyFields(TooManyFields.advice)
        _require_choices(FieldKind(given["kind"]), given["choices"], known=())
        field_id = new_id()
        values = {
            **_columns(given),
            "rank": highest + 1 if given["rank"] is None else given["rank"],
            "tenant_id": tenant_id,
            "id": field_id,
            "created_at": self._clock(),
            "version": 1,
        }
        await field_repository.add(session, values)
        return await self._edited(session, tenant_id, field_id, actor=actor)

    async def change(
        self, session: Session, tenant_id: UUID, field_id: UUID, given: Mapping[str, Any], *, version: int, actor: Actor
    ) -> CustomField:
        """Changes what is given; key and kind stay, and so does what requests hold.

        Raises `NotFound`, `Stale`, `TooManyFields`, `Invalid`.
        """
        was = await self.get(session, tenant_id, field_id)
        require_version(was.version, expected=version)
        if "choices" in given:
            _require_choices(was.kind, given["choices"], known=was.choices)
        values = _columns(given)
        if (archived := values.pop("archived", None)) is not None:
            values["archived_at"] = (was.archived_at or self._clock()) if archived else None
            if was.archived_at is not None and not archived:
                living, _, _ = await field_repository.standing(session, tenant_id)
                if living >= MOST_LIVING:
                    raise TooManyFields(TooManyFields.advice)
        if not await field_repository.change(session, tenant_id, field_id, values, version=version):
            raise Stale
        return await self._edited(session, tenant_id, field_id, actor=actor)

    async def _edited(self, session: Session, tenant_id: UUID, field_id: UUID, *, actor: Actor) -> CustomField:
        field = await self.get(session, tenant_id, field_id)
        fact = FieldEdited(
            tenant_id=tenant_id,
            subject_id=field_id,
            at=self._clock(),
            actor=actor,
            key=field.key,
            kind=field.kind,
            archived=field.archived_at is not None,
        )
        await self._book.record(session, fact)
        return field


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the columns to write, every label on one line a screen can bear."""
    written = dict(given)
    for name in ("label", "label_en"):
        if written.get(name) is not None:
            written[name] = plain_name(written[name], pointer=f"/{name}")
    if "choices" in written:
        written["choices"] = [_plain(one, number).stored() for number, one in enumerate(written["choices"])]
    if "procedures" in written:
        written["procedures"] = list(dict.fromkeys(written["procedures"]))
    return written


def _plain(choice: Choice, number: int) -> Choice:
    label = plain_name(choice.label, pointer=f"/choices/{number}/label")
    english = plain_name(choice.label_en, pointer=f"/choices/{number}/label_en") if choice.label_en else None
    return Choice(choice.key, label, english, choice.archived)


def _require_choices(kind: FieldKind, choices: Sequence[Choice], *, known: Sequence[Choice]) -> None:
    """Raises `Invalid` for a list without choices, choices without a list, a key twice, or a known one left out."""
    keys = [one.key for one in choices]
    if kind in CHOSEN and not keys:
        flaw = Flaw(
            "/choices", "missing", Said("une liste offre au moins une valeur", en="a list offers at least one value")
        )
    elif kind not in CHOSEN and keys:
        flaw = Flaw("/choices", "unexpected", Said("seule une liste offre des valeurs", en="only a list offers values"))
    elif len(set(keys)) != len(keys):
        flaw = Flaw("/choices", "twice", Said("deux valeurs portent la même clé", en="two values have the same key"))
    elif lost := [one.key for one in known if one.key not in keys]:
        told = Said(
            f"des demandes peuvent la porter : rangez-la (archived) au lieu de l'ôter ({', '.join(lost)})",
            en=f"requests may hold it: archive it (archived) instead of removing it ({', '.join(lost)})",
        )
        flaw = Flaw("/choices", "removed", told)
    else:
        return
    raise Invalid(flaws=[flaw])
