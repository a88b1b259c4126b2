"""Two people who are one: proposed with reasons, merged by an agent, parted again."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import ContactInPath, PersonMergeInPath, ProposalInPath
from app.contacts import recognising
from app.contacts import service as contacts
from app.contacts.recognising import ProposalDecided
from app.contacts.refusals import ContactMergedElsewhere, ContactMergeUndone
from app.contacts.schemas import (
    ContactDetail,
    NewPersonMerge,
    PersonMergedOut,
    PersonMergeOut,
    PersonMergePreview,
    PersonPartedOut,
    ProposalOut,
    SideOut,
)
from app.db.transaction import Session
from app.errors import Invalid, NotFound
from app.exchanges.addressing import ContactRestricted
from app.exchanges.same_person import Side
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.public_ids import ContactId
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/contacts/{contact_id}", tags=["contacts"], route_class=StrictRoute)
proposals_router = APIRouter(prefix="/contact-proposals", tags=["contacts"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@proposals_router.get("", summary="Lister les rapprochements proposés", response_description="Une page.")
async def list_proposals(
    asked: Asked,
    session: Reading,
    caller: Reader,
    contact_id: Annotated[ContactId | None, Query(description="Seulement ceux de cette personne.")] = None,
) -> Page[ProposalOut]:
    """Donne les paires de personnes qui n'en font peut-être qu'une, la dernière d'abord, avec leurs raisons.

    Rien n'est jamais fusionné sans un agent ; une paire écartée n'est plus proposée.
    """
    after = asked.after.id if asked.after else None
    found = await recognising.page(session, caller.tenant_id, contact_id=contact_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=ProposalOut.of)


@proposals_router.post(
    "/{proposal_id}/dismissal",
    status_code=201,
    response_model=ProposalOut,
    summary="Écarter un rapprochement",
    response_description="Le rapprochement, écarté.",
    responses=refusals(NotFound, ProposalDecided),
)
async def dismiss_proposal(
    proposal_id: ProposalInPath, house: House, session: Writing, once: Once, caller: Writer
) -> Any:
    """Dit que ce sont deux personnes : elles ne seront plus rapprochées."""
    dismissed = await recognising.dismiss(
        session, house.book, caller.tenant_id, proposal_id, actor=actor_of(caller), at=house.clock()
    )
    return await once.answer(ProposalOut.of(dismissed))


@router.get(
    "/merges",
    summary="Lister les fusions d'une personne",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_person_merges(
    contact_id: ContactInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[PersonMergeOut]:
    """Donne les fusions d'une personne, faites ou subies, la dernière d'abord."""
    await contacts.contact(session, caller.tenant_id, contact_id)
    after = asked.after.id if asked.after else None
    found = await house.same_person.page(session, caller.tenant_id, contact_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=PersonMergeOut.of)


@router.post(
    "/merge-previews",
    status_code=200,
    summary="Voir ce que ferait une fusion",
    response_description="Les deux personnes.",
    responses=refusals(NotFound, Invalid),
)
async def preview_person_merge(
    contact_id: ContactInPath, new: NewPersonMerge, house: House, session: Reading, caller: Reader
) -> PersonMergePreview:
    """Montre les deux personnes, leurs adresses et leurs demandes. Rien ne change."""
    kept, gone = await house.same_person.preview(session, caller.tenant_id, contact_id, new.source_id)
    return PersonMergePreview(kept=_side(kept), gone=_side(gone))


@router.post(
    "/merges",
    status_code=201,
    response_model=PersonMergedOut,
    summary="Fusionner deux personnes",
    response_description="La personne gardée.",
    responses=refusals(NotFound, Invalid, ContactMergedElsewhere, ContactRestricted),
)
async def merge_people(
    contact_id: ContactInPath,
    new: NewPersonMerge,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Writer,
) -> Any:
    """Donne à cette personne les adresses, les demandes et les refus de messages d'une autre.

    Rien n'est envoyé. Une réponse va toujours à l'adresse qui a écrit, ou à celle que l'agent choisit.
    """
    made = await house.same_person.merge(
        session,
        caller.tenant_id,
        contact_id,
        new.source_id,
        reason=new.reason,
        version=expected,
        actor=actor_of(caller),
    )
    kept = await _detail(session, caller, contact_id)
    answer = PersonMergedOut(contact=kept, merge=PersonMergeOut.of(made))
    return await once.answer(answer, headers={"ETag": etag(kept.version)})


@router.delete(
    "/merges/{merge_id}",
    summary="Défaire une fusion de personnes",
    response_description="Les deux personnes.",
    responses=refusals(NotFound, ContactMergeUndone, ContactMergedElsewhere),
)
async def undo_person_merge(
    contact_id: ContactInPath,
    merge_id: PersonMergeInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> PersonPartedOut:
    """Rend à l'autre personne exactement ce qui était passé. Ce qui est venu depuis reste ici, et est compté."""
    parted = await house.same_person.undo(
        session, caller.tenant_id, contact_id, merge_id, version=expected, actor=actor_of(caller)
    )
    target = await _detail(session, caller, contact_id)
    response.headers["ETag"] = etag(target.version)
    return PersonPartedOut(
        merge=PersonMergeOut.of(parted.merge),
        target=target,
        source=await _detail(session, caller, parted.merge.source_id),
        stayed=parted.stayed,
    )


def _side(side: Side) -> SideOut:
    return SideOut.shown(side.contact, side.points, tickets=side.held.tickets, still_open=side.held.open)


async def _detail(session: Session, caller: Caller, contact_id: UUID) -> ContactDetail:
    contact, points = await contacts.contact(session, caller.tenant_id, contact_id)
    return ContactDetail.in_full(contact, points)
