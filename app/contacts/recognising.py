"""Who may be whom: what people share becomes proposals for an agent, and never more."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from app.contacts import proposing
from app.contacts.facts import ContactsAlike, ContactsUnlike
from app.contacts.values import Clue, Proposal, ProposalState
from app.contacts.weighing import Likeness, likenesses
from app.db.transaction import Session
from app.errors import Conflict, NotFound
from app.facts import Actor, Fact, FactBook
from app.rest.languages import Said


class ProposalDecided(Conflict):
    """An agent has already said what two people are to each other."""

    code = "proposal-decided"
    title_fr = "Ce rapprochement est déjà tranché"
    title_en = "This proposal has already been decided"
    advice = Said("relisez les personnes concernées", en="read the people concerned again")


async def notice(session: Session, tenant_id: UUID, clues: Collection[tuple[UUID, Clue]], *, at: datetime) -> None:
    """Keeps what people wrote."""
    await proposing.add_clues(session, tenant_id, clues, at=at)


async def propose(
    session: Session, book: FactBook, tenant_id: UUID, contact_ids: Collection[UUID], *, at: datetime
) -> None:
    """Proposes whoever these people may be; a pair an agent dismissed is not proposed again."""
    if not contact_ids:
        return
    pairs = likenesses(await proposing.shared_with(session, tenant_id, contact_ids))
    await _propose(session, book, tenant_id, pairs, at=at, told=False)


async def told_alike(
    session: Session, book: FactBook, tenant_id: UUID, pairs: Sequence[Likeness], *, at: datetime
) -> None:
    """Proposes pairs of known people of whom a provider told that they are one: it may be wrong, and nobody is joined."""
    await _propose(session, book, tenant_id, pairs, at=at, told=True)


async def _propose(
    session: Session, book: FactBook, tenant_id: UUID, pairs: Sequence[Likeness], *, at: datetime, told: bool
) -> None:
    if not pairs:
        return
    people = {one for pair in pairs for one in (pair.one_id, pair.other_id)}
    refused = await proposing.dismissed(session, tenant_id, people)
    facts: list[Fact] = []
    for pair in pairs:
        if (pair.one_id, pair.other_id) in refused:
            continue
        made = await proposing.propose(session, tenant_id, pair, reasons=_stored(pair), at=at, told=told)
        if made is not None:
            facts.append(
                ContactsAlike(
                    tenant_id=tenant_id,
                    subject_id=made,
                    at=at,
                    one_id=pair.one_id,
                    other_id=pair.other_id,
                    score=pair.score,
                )
            )
    if facts:
        await book.record(session, *facts)


async def dismiss(
    session: Session, book: FactBook, tenant_id: UUID, proposal_id: UUID, *, actor: Actor, at: datetime
) -> Proposal:
    """Says that two people are not one. Raises `NotFound`, `ProposalDecided`."""
    found = await proposing.proposal(session, tenant_id, proposal_id)
    if found is None:
        raise NotFound
    if found.state is not ProposalState.OPEN:
        raise ProposalDecided(ProposalDecided.advice)
    await proposing.decide(session, tenant_id, proposal_id, ProposalState.DISMISSED, by=actor.label, at=at)
    fact = ContactsUnlike(
        tenant_id=tenant_id,
        subject_id=proposal_id,
        at=at,
        actor=actor,
        one_id=found.one_id,
        other_id=found.other_id,
        score=found.score,
    )
    await book.record(session, fact)
    decided = await proposing.proposal(session, tenant_id, proposal_id)
    if decided is None:
        raise NotFound
    return decided


async def page(
    session: Session, tenant_id: UUID, *, contact_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[Proposal]:
    """Returns the proposals that wait, the last first; of one person when one is named."""
    return await proposing.page(session, tenant_id, contact_id=contact_id, after=after, limit=limit)


def _stored(pair: Likeness) -> str:
    return json.dumps([reason.stored() for reason in pair.reasons])
