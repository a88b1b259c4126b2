"""Filling the fields of a request from the answers of a form, in the transaction that writes its message.

Nothing here refuses a message: an answer that a field does not take stays in the words of the message, and an internal note
says which and why. What a field holds already is an agent's word, or an earlier answer: it is not written over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.channels.adapters.webform_questions import FormField
from app.clock import Clock
from app.db.transaction import Session
from app.errors import Invalid
from app.facts import Actor, FactBook
from app.forms.field_answers import kept_of
from app.forms.field_mapping import mapping_flaws
from app.ids import new_id
from app.tickets import field_changes, field_repository
from app.tickets.facts import MessageReceived, NoteAdded
from app.tickets.field_changes import Turn
from app.tickets.field_values import CustomField
from app.tickets.field_writing import matched
from app.tickets.filing_facts import TicketFieldsFilled
from app.tickets.service import Tickets
from app.tickets.values import AuthorKind, Direction, Saying

_CITIZEN = Actor("citizen")
_CHANNEL = "webform"
_NOTED = "Ces réponses du formulaire n’ont pas rempli leur champ ; elles restent dans le message :"


@dataclass(slots=True)
class _Outcome:
    """What one message fills, and what it does not, in words."""

    fact: MessageReceived
    turns: list[Turn]
    refused: list[str]


async def require_mapping(session: Session, tenant_id: UUID, questions: Sequence[FormField]) -> None:
    """Raises `Invalid` naming each question that cannot fill the field it says."""
    keys = {question.fills for question in questions if question.fills is not None}
    fields = await field_repository.named(session, tenant_id, keys) if keys else {}
    if flaws := mapping_flaws(questions, fields):
        raise Invalid(flaws=flaws)


class FormFilling:
    """Hears messages of forms; a batch costs the same statements as one of them."""

    def __init__(self, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._tickets, self._book, self._clock = tickets, book, clock

    async def heard(self, session: Session, facts: Sequence[MessageReceived]) -> None:
        """Fills what the answers of each message fill, in the order they came."""
        by_tenant: dict[UUID, list[MessageReceived]] = {}
        for fact in facts:
            if not fact.noted_before and any(_answered(fact)):
                by_tenant.setdefault(fact.tenant_id, []).append(fact)
        for tenant_id, theirs in by_tenant.items():
            await self._fill(session, tenant_id, theirs)

    async def _fill(self, session: Session, tenant_id: UUID, facts: Sequence[MessageReceived]) -> None:
        keys = {key for fact in facts for key, _ in _answered(fact)}
        fields = await field_repository.named(session, tenant_id, keys)
        ids = [one.id for one in fields.values()]
        held = await field_repository.written(session, tenant_id, {fact.ticket_id for fact in facts}, ids)
        taken = set(held)
        outcomes = [_judged(fact, fields, taken) for fact in facts]
        await self._write(session, tenant_id, [one for one in outcomes if one.turns])
        await self._note(session, tenant_id, [one for one in outcomes if one.refused])

    async def _write(self, session: Session, tenant_id: UUID, outcomes: Sequence[_Outcome]) -> None:
        now = self._clock()
        rows = [
            {
                "tenant_id": tenant_id,
                "ticket_id": one.fact.ticket_id,
                "field_id": turn.field.id,
                "place": place,
                "value": value,
                "match": matched(turn.field.kind, value),
                "at": now,
                "actor": _CITIZEN.label,
            }
            for one in outcomes
            for turn in one.turns
            for place, value in enumerate(turn.now)
        ]
        fillings = [(one.fact.ticket_id, one.turns) for one in outcomes]
        await field_repository.add_values(session, rows)
        await field_changes.remember(session, tenant_id, fillings, now=now, actor=_CITIZEN)
        facts = [
            TicketFieldsFilled(
                tenant_id=tenant_id,
                subject_id=one.fact.ticket_id,
                at=now,
                actor=_CITIZEN,
                keys=[turn.field.key for turn in one.turns],
            )
            for one in outcomes
        ]
        if facts:
            await self._book.record(session, *facts)

    async def _note(self, session: Session, tenant_id: UUID, outcomes: Sequence[_Outcome]) -> None:
        sayings = [
            Saying(
                ticket_id=one.fact.ticket_id,
                message_id=new_id(),
                channel_id=one.fact.incoming.channel_id,
                direction=Direction.NOTE,
                author_kind=AuthorKind.AUTOMATION,
                author_name="",
                text="\n".join([_NOTED, *(f"– {told}" for told in one.refused)]),
            )
            for one in outcomes
        ]
        if not sayings:
            return
        await self._tickets.say(session, tenant_id, sayings, move=False)
        now = self._clock()
        notes = [
            NoteAdded(tenant_id=tenant_id, subject_id=one.message_id, ticket_id=one.ticket_id, at=now)
            for one in sayings
        ]
        await self._book.record(session, *notes)


def _answered(fact: MessageReceived) -> Iterator[tuple[str, object]]:
    """Yields the keys of the fields that a message of a form fills, each with its answer as it was sent."""
    form, answers = fact.incoming.fields.get("form"), fact.incoming.fields.get("answers")
    if fact.incoming.channel_type != _CHANNEL or not isinstance(form, Mapping) or not isinstance(answers, Mapping):
        return
    fills = form.get("fills")
    if isinstance(fills, Mapping):
        yield from ((str(key), answers.get(name)) for key, name in fills.items())


def _judged(fact: MessageReceived, fields: Mapping[str, CustomField], taken: set[tuple[UUID, UUID]]) -> _Outcome:
    """Decides what a message fills; `taken` are the fields of requests that hold something, and learns those."""
    outcome = _Outcome(fact, [], [])
    for key, answer in _answered(fact):
        field = fields.get(key)
        if field is None or field.archived_at is not None:
            outcome.refused.append(f"{field.label if field else key} : le champ est rangé, ou n’existe plus")
            continue
        try:
            values = kept_of(field, answer, at=f"/custom_fields/{key}")
        except Invalid as refusal:
            outcome.refused += [flaw.detail for flaw in refusal.flaws]
            continue
        if not values:
            continue
        if (fact.ticket_id, field.id) in taken:
            outcome.refused.append(f"{field.label} : le champ est déjà rempli")
            continue
        taken.add((fact.ticket_id, field.id))
        outcome.turns.append(Turn(field, (), values))
    return outcome
