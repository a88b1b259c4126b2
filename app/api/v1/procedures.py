"""The catalogue of procedures as the caller's administration has it, what it adds, and what is proposed for a message."""

from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Path, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import SaisineInPath
from app.errors import Flaw, Invalid, NotFound, Stale
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.catalogue import Entry, Kind, Origin
from app.sve.new_procedure_schemas import NewProcedure, NewWithdrawal
from app.sve.procedure_schemas import EditionOut, ProcedureBrief, ProcedureInFull, PublishedOut, SuggestionsOut

router = APIRouter(prefix="/sve/procedures", tags=["sve"], route_class=StrictRoute)
saisines_router = APIRouter(prefix="/saisines/{saisine_id}", tags=["sve"], route_class=StrictRoute)
Reader = Annotated[Caller, require("sve:read")]
Writer = Annotated[Caller, require("sve:write")]
Code = Annotated[str, Path(max_length=80, description="La démarche.", examples=["URB-DP"])]


@router.get("", summary="Lire le catalogue", response_description="Une page.")
async def list_procedures(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    q: Annotated[
        str | None, Query(max_length=200, description="Mots du titre ou des mots-clés.", examples=["abri de jardin"])
    ] = None,
    kind: Annotated[Kind | None, Query(description="Celles dont décide une administration de cette nature.")] = None,
    origin: Annotated[Origin | None, Query(description="Celles qui viennent de là.")] = None,
) -> Page[ProcedureBrief]:
    """Donne les démarches dans l'ordre de leurs codes, les vôtres par-dessus celles du catalogue national."""
    after = str(asked.after.key) if asked.after else ""
    catalogue = (await house.procedures.today(session, caller.tenant_id)).catalogue
    found = [
        entry
        for entry in catalogue.search(q or "", kind=kind)
        if entry.code > after and (origin is None or entry.origin is origin)
    ]
    return asked.page(found[: asked.take], position=_position, show=ProcedureBrief.of)


@router.post(
    "",
    status_code=201,
    response_model=PublishedOut,
    summary="Publier une démarche",
    response_description="Ce qui est publié, ou le serait (`dry_run`).",
    responses=refusals(Invalid, Stale),
)
async def publish_procedure(new: NewProcedure, house: House, session: Writing, once: Once, caller: Writer) -> Response:
    """Publie une édition : démarche instituée par une délibération, ou démarche nationale que vous changez.

    Une édition ne change plus ; aucune saisine n'est requalifiée.
    """
    published = await house.procedures.publish(
        session,
        caller.tenant_id,
        new.given(),
        note=new.note,
        replaces=new.replaces,
        dry_run=new.dry_run,
        actor=actor_of(caller),
    )
    return await once.answer(PublishedOut.of(published), status=200 if new.dry_run else 201)


@router.get("/{code}", summary="Lire une démarche", response_description="La démarche.", responses=refusals(NotFound))
async def read_procedure(code: Code, house: House, session: Reading, caller: Reader) -> ProcedureInFull:
    """Donne ses versions datées, les articles lus et leurs sources, ce qui reste à lire, et toutes vos éditions."""
    found = await house.procedures.in_full(session, caller.tenant_id, code)
    return ProcedureInFull.told(
        found.entry, national=found.national, editions=found.editions, withdrawn=found.withdrawn
    )


@router.post(
    "/{code}/withdrawals",
    status_code=201,
    response_model=Page[EditionOut],
    summary="Retirer une démarche",
    response_description="Ses éditions.",
    responses=refusals(NotFound, Invalid),
)
async def withdraw_procedure(
    code: Code, new: NewWithdrawal, house: House, session: Writing, once: Once, caller: Writer
) -> Response:
    """Retire votre démarche, ou rend la parole au catalogue national ; ce qui fut reçu avant garde son édition."""
    if new.mistaken and new.since is not None:
        told = Said("une démarche publiée par erreur n'a pas de jour", en="what was published by mistake has no day")
        raise Invalid(flaws=[Flaw("/since", "contradiction", told)])
    await house.procedures.withdraw(
        session,
        caller.tenant_id,
        code,
        reason=new.reason,
        since=new.since,
        mistaken=new.mistaken,
        actor=actor_of(caller),
    )
    found = await house.procedures.in_full(session, caller.tenant_id, code)
    shown = [EditionOut.of(edition, entry) for edition, entry in found.editions]
    return await once.answer(Page[EditionOut](data=shown, next_cursor=None))


@saisines_router.get(
    "/suggestions",
    summary="Proposer des démarches",
    response_description="Trois au plus.",
    responses=refusals(NotFound),
)
async def suggest_procedures(
    saisine_id: SaisineInPath, house: House, session: Reading, caller: Reader
) -> SuggestionsOut:
    """Propose, avec les mots qui y mènent, les démarches dont le message parle. Rien n'est appliqué : on qualifie."""
    saisine = await house.legal.get(session, caller.tenant_id, saisine_id)
    return SuggestionsOut.of(await house.proposing.of(session, saisine))


def _position(entry: Entry) -> Position:
    return Position(entry.code, uuid5(NAMESPACE_URL, entry.code))
