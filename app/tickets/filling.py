"""Filling the fields of a request, and what must be filled before it is closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.db.transaction import Session
from app.errors import Flaw, Invalid, ParvisError
from app.facts import Actor
from app.rest.languages import Said
from app.tickets import field_changes, field_repository
from app.tickets.closing import CloseGuard
from app.tickets.field_changes import Turn
from app.tickets.field_values import CustomField, FieldsMissing, Shown
from app.tickets.field_writing import kept, matched


async def fill(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    given: Mapping[str, Shown | None],
    *,
    now: datetime,
    actor: Actor,
) -> Sequence[str]:
    """Writes values of fields by their keys, None taking one away; returns the keys that changed.

    Raises `Invalid` naming every field that is unknown, archived, not asked of this request, or wrongly filled.
    """
    fields = await field_repository.named(session, tenant_id, given)
    asked = (await field_repository.procedures(session, tenant_id, [ticket_id])).get(ticket_id, ())
    before = await field_repository.written(session, tenant_id, [ticket_id], [one.id for one in fields.values()])
    flaws: list[Flaw] = []
    after: dict[UUID, Sequence[str]] = {}
    for key, value in given.items():
        at = f"/custom_fields/{key}"
        field = fields.get(key)
        flaw = _unknown(at) if field is None else None
        if field is not None and value is not None:
            flaw = _closed(field, asked, at)
        if field is None or flaw is not None:
            flaws += [flaw] if flaw else []
            continue
        was = before.get((ticket_id, field.id), ())
        try:
            after[field.id] = () if value is None else kept(field, value, at=at, before=was)
        except Invalid as refusal:
            flaws += refusal.flaws
    if flaws:
        raise Invalid(flaws=flaws)
    return await _write(
        session, tenant_id, ticket_id, [fields[key] for key in given], before, after, now=now, actor=actor
    )


class FieldsGuard:
    """A `CloseGuard` that asks another first, then that the fields the administration requires are filled."""

    def __init__(self, law: CloseGuard) -> None:
        self._law = law

    async def check(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> None:
        """Raises `ClockRunning` when a clock still runs, `FieldsMissing` naming what to fill first."""
        await self._law.check(session, tenant_id, ticket_id)
        missing = await _missing(session, tenant_id, [ticket_id])
        if ticket_id in missing:
            raise missing[ticket_id]

    async def running(
        self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]
    ) -> Mapping[UUID, ParvisError]:
        """Returns what closing each of some requests would be refused with: a few statements for them all."""
        missing = await _missing(session, tenant_id, ticket_ids)
        return {**missing, **await self._law.running(session, tenant_id, ticket_ids)}


async def _missing(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Mapping[UUID, FieldsMissing]:
    required = await field_repository.required(session, tenant_id)
    if not required:
        return {}
    asked = await field_repository.procedures(session, tenant_id, ticket_ids)
    filled = await field_repository.written(session, tenant_id, ticket_ids, [one.id for one in required])
    found: dict[UUID, FieldsMissing] = {}
    for ticket_id in ticket_ids:
        wanting = [
            one for one in required if one.asked_of(asked.get(ticket_id, ())) and (ticket_id, one.id) not in filled
        ]
        if wanting:
            found[ticket_id] = _refusal(wanting)
    return found


def _refusal(wanting: Sequence[CustomField]) -> FieldsMissing:
    french = ", ".join(one.label for one in wanting)
    english = ", ".join(one.label_en or one.label for one in wanting)
    told = Said("à remplir avant de clore", en="to be filled before closing")
    return FieldsMissing(
        Said(f"remplissez d'abord : {french}", en=f"fill first: {english}"),
        flaws=[Flaw(f"/custom_fields/{one.key}", "missing", told) for one in wanting],
    )


def _closed(field: CustomField, asked: Sequence[str], at: str) -> Flaw | None:
    """Says why nothing more is written in a field of this request."""
    if field.archived_at is not None:
        return Flaw(
            at, "archived", Said("ce champ est rangé : rouvrez-le, ou ôtez sa valeur", en="this field is archived")
        )
    if not field.asked_of(asked):
        told = Said("ce champ ne se remplit que pour ses démarches", en="this field is filled for its procedures only")
        return Flaw(at, "out-of-scope", told)
    return None


def _unknown(at: str) -> Flaw:
    return Flaw(at, "unknown", Said("aucun champ n'a cette clé", en="no field has this key"))


async def _write(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    fields: Sequence[CustomField],
    before: Mapping[tuple[UUID, UUID], Sequence[str]],
    after: Mapping[UUID, Sequence[str]],
    *,
    now: datetime,
    actor: Actor,
) -> Sequence[str]:
    changed = [one for one in fields if list(after[one.id]) != list(before.get((ticket_id, one.id), ()))]
    rows = [
        {
            "tenant_id": tenant_id,
            "ticket_id": ticket_id,
            "field_id": one.id,
            "place": place,
            "value": value,
            "match": matched(one.kind, value),
            "at": now,
            "actor": actor.label,
        }
        for one in changed
        for place, value in enumerate(after[one.id])
    ]
    if changed:
        await field_repository.replace(session, tenant_id, ticket_id, [one.id for one in changed], rows)
        turns = [Turn(one, before.get((ticket_id, one.id), ()), after[one.id]) for one in changed]
        await field_changes.remember(session, tenant_id, [(ticket_id, turns)], now=now, actor=actor)
    return [one.key for one in changed]
