"""Answering somebody, and handing their request over: what an agent does with a ticket in one gesture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid
from app.exchanges import outbox
from app.exchanges.composing import Composer, Planned
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound
from app.facts import Actor
from app.rest.languages import Said
from app.sensitive import kinds, listed
from app.sve import moving
from app.sve.service import LegalFace
from app.sve.values import Saisine
from app.tickets.service import Tickets


class NewerMessage(Conflict):
    """The citizen wrote again after what the answer was decided on."""

    code = "newer-message"
    title_fr = "Un message plus récent est arrivé"
    title_en = "A newer message arrived"
    advice = Said(
        "lisez le dernier message reçu, puis renvoyez votre réponse si elle a encore un sens",
        en="read the last message received, then send your answer again if it still makes sense",
    )


class SensitiveContent(Conflict):
    """An answer holds a number that should not travel, and nobody has said that it must."""

    code = "sensitive-content"
    title_fr = "La réponse contient un numéro sensible"
    title_en = "The answer holds a sensitive number"
    advice = Said(
        "retirez-le ; s’il doit vraiment partir, renvoyez avec `confirm_sensitive: true`",
        en="take it out; if it must really leave, send again with `confirm_sensitive: true`",
    )


def refuse_sensitive(draft: Draft) -> None:
    """Raises `SensitiveContent` when an answer holds a social security number, a bank account or a card."""
    given = draft.template.parameters if draft.template else ()
    present = kinds(draft.text, *given)
    if present:
        raise SensitiveContent(
            Said(
                f"la réponse contient {listed(present)} : rien n’est parti",
                en=f"the answer holds a sensitive number ({', '.join(present)}): nothing left",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A transmission to whoever is competent (CRPA L114-2)."""

    to: str
    received_at: datetime | None
    note: str | None
    saisine_id: UUID | None


class Answering:
    """The gestures of an agent on a ticket that leave a trace in more than one package."""

    def __init__(self, tickets: Tickets, composer: Composer, legal: LegalFace, clock: Clock) -> None:
        self._tickets, self._composer, self._legal, self._clock = tickets, composer, legal, clock

    async def reply(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        draft: Draft,
        *,
        expected_last: UUID | None,
        actor: Actor,
        confirmed: bool = False,
    ) -> Outbound:
        """Freezes an answer. Raises `NewerMessage` when the citizen wrote after `expected_last`.

        Raises `SensitiveContent` for a number that should not travel, unless it was `confirmed`, and what the composer raises.
        """
        if not confirmed:
            refuse_sensitive(draft)
        ticket = await self._tickets.get(session, tenant_id, ticket_id, lock=True)
        if expected_last is not None and (
            await self._tickets.last_received(session, tenant_id, ticket_id) != expected_last
        ):
            raise NewerMessage
        outbound_id = await self._composer.freeze(session, tenant_id, ticket, draft, actor=actor)
        frozen = await outbox.find(session, tenant_id, outbound_id)
        if frozen is None:
            raise AssertionError(outbound_id)
        return frozen

    async def preview(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, draft: Draft, *, actor: Actor
    ) -> Planned:
        """Says how an answer would leave, and changes nothing. Raises what sending it would raise."""
        ticket = await self._tickets.get(session, tenant_id, ticket_id)
        return await self._composer.plan(session, tenant_id, ticket, draft, actor=actor)

    async def transfer(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, handing: HandOver, *, actor: Actor
    ) -> Sequence[Saisine]:
        """Records that requests were transmitted, and a note that says to whom. Returns the saisines changed.

        Raises `Invalid` for a saisine of another ticket, `Conflict` when nothing is left to transmit.
        """
        await self._tickets.get(session, tenant_id, ticket_id)
        # Clocks, then tickets, as everybody locks them.
        await moving.lock(session, tenant_id, [ticket_id])
        await self._tickets.living(session, tenant_id, ticket_id, lock=True)
        saisines = await self._legal.of_tickets(session, tenant_id, [ticket_id])
        chosen = [one for one in saisines if one.closed_at is None and handing.saisine_id in (None, one.id)]
        if handing.saisine_id is not None and handing.saisine_id not in {one.id for one in saisines}:
            told = Said("cette saisine n'est pas de cette demande", en="this saisine is not of this ticket")
            raise Invalid(flaws=[Flaw("/saisine_id", "foreign", told)])
        if not chosen:
            raise Conflict(Said("aucune saisine ouverte à transmettre", en="no open saisine is left to transmit"))
        at = (handing.received_at or self._clock()).isoformat().replace("+00:00", "Z")
        event = {"type": "transferred", "received_at": at, "to": "competent", "recipient": handing.to}
        changed = [
            await self._legal.record(session, tenant_id, one.id, event, version=one.version, actor=actor)
            for one in chosen
        ]
        words = f"Transmis à {handing.to}." + (f"\n\n{handing.note}" if handing.note else "")
        await self._tickets.note(session, tenant_id, ticket_id, words, actor=actor)
        return changed
