"""Macros: acts kept to be done at once on a request, tried before they are."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.owning import viewer_of
from app.api.v1.paths import MacroInPath, TicketInPath
from app.audit.readings import Door, ReadKind
from app.db.transaction import whole
from app.errors import Forbidden, Invalid, NotFound
from app.exchanges.macro_schemas import ActDoneOut, MacroPreviewOut, MacroRunOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import negotiate
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.schemas import TicketOut
from app.tickets import macros
from app.tickets.macro_schemas import MacroChange, MacroOut, NewMacro
from app.tickets.macro_values import MacroRefused, TooManyMacros
from app.tickets.moves import MergedElsewhere, TicketEmptied
from app.tickets.wording_facts import MacroRun

router = APIRouter(prefix="/macros", tags=["tickets"], route_class=StrictRoute)
tickets_router = APIRouter(prefix="/tickets/{ticket_id}/macros", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@router.get("", summary="Lister les macros", response_description="Une page.")
async def list_macros(asked: Asked, house: House, session: Reading, caller: Reader) -> Page[MacroOut]:
    """Donne les vôtres, celles de vos équipes et celles de l'administration, dans leur ordre."""
    after = (asked.after.key, asked.after.id) if asked.after and isinstance(asked.after.key, int) else None
    found = await house.macros.page(session, caller.tenant_id, viewer_of(caller), after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(one.rank, one.id), show=MacroOut.of)


@router.post(
    "",
    status_code=201,
    response_model=MacroOut,
    summary="Garder une macro",
    response_description="La macro.",
    responses=refusals(TooManyMacros, Invalid, Forbidden),
)
async def make_macro(new: NewMacro, house: House, session: Writing, once: Once, caller: Reader) -> Any:
    """Garde des actes à faire d'un geste, dans leur ordre ; ce qu'ils nomment doit exister.

    Chacun garde les siennes ; celles d'une équipe sont à ses membres qui traitent les demandes (`tickets:write`), celles
    de l'administration à qui la règle (`users:admin`).
    """
    await macros.check(session, caller.tenant_id, new.wanted())
    macro = await house.macros.make(
        session,
        caller.tenant_id,
        viewer_of(caller),
        owner=new.owner,
        team_id=new.team_id,
        values=new.values(),
        actor=actor_of(caller),
    )
    return await once.answer(MacroOut.of(macro), headers={"ETag": etag(macro.version)})


@router.get("/{macro_id}", summary="Lire une macro", response_description="La macro.", responses=refusals(NotFound))
async def read_macro(macro_id: MacroInPath, house: House, session: Reading, fresh: Fresh, caller: Reader) -> MacroOut:
    """Donne une macro et ses actes."""
    macro = await house.macros.get(session, caller.tenant_id, macro_id, viewer_of(caller))
    fresh.at(macro.version)
    return MacroOut.of(macro)


@router.patch(
    "/{macro_id}",
    summary="Changer une macro",
    response_description="La macro.",
    responses=refusals(NotFound, Invalid, Forbidden),
)
async def change_macro(
    macro_id: MacroInPath,
    change: MacroChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Reader,
) -> MacroOut:
    """Change ce qui est donné d'une macro ; à qui elle est ne change pas."""
    await house.macros.get(session, caller.tenant_id, macro_id, viewer_of(caller))
    await macros.check(session, caller.tenant_id, change.wanted())
    macro = await house.macros.change(
        session,
        caller.tenant_id,
        macro_id,
        viewer_of(caller),
        values=change.values(),
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(macro.version)
    return MacroOut.of(macro)


@router.delete(
    "/{macro_id}",
    status_code=204,
    response_class=Response,
    summary="Retirer une macro",
    response_description="Retirée.",
    responses=refusals(NotFound, Forbidden),
)
async def remove_macro(
    macro_id: MacroInPath, house: House, session: Writing, expected: Expected, caller: Reader
) -> None:
    """Retire une macro ; ce qu'elle a fait reste."""
    await house.macros.remove(
        session, caller.tenant_id, macro_id, viewer_of(caller), version=expected, actor=actor_of(caller)
    )


@tickets_router.post(
    "/{macro_id}/previews",
    summary="Essayer une macro sans rien faire",
    response_description="Ce qu'elle ferait.",
    responses=refusals(NotFound, MergedElsewhere, TicketEmptied),
)
async def preview_macro(
    ticket_id: TicketInPath, macro_id: MacroInPath, request: Request, house: House, session: Writing, caller: Writer
) -> MacroPreviewOut:
    """Dit de chaque acte ce qu'il ferait, ou pourquoi il serait refusé ; tout est repris, rien ne part."""
    macro = await house.macros.get(session, caller.tenant_id, macro_id, viewer_of(caller))
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    done = await house.running.rehearse(session, caller.tenant_id, ticket_id, macro.acts, actor=actor_of(caller))
    return MacroPreviewOut.of(macro, done, negotiate(request.headers.get("accept-language")))


@tickets_router.post(
    "/{macro_id}/runs",
    status_code=201,
    response_model=MacroRunOut,
    summary="Lancer une macro",
    response_description="Ce qu'elle a fait.",
    responses=refusals(NotFound, MergedElsewhere, TicketEmptied, MacroRefused),
)
async def run_macro(
    ticket_id: TicketInPath,
    macro_id: MacroInPath,
    request: Request,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Writer,
) -> Any:
    """Fait tous ses actes sur la demande à la version que vous avez lue, ou aucun.

    Les garde-fous sont ceux de chaque geste : un délai légal qui court, un canal fermé, un numéro sensible, un emplacement
    non rempli la refusent entière, et `errors` nomme l'acte.
    """
    macro = await house.macros.get(session, caller.tenant_id, macro_id, viewer_of(caller))
    actor = actor_of(caller)
    done = await house.running.run(session, caller.tenant_id, ticket_id, macro.acts, version=expected, actor=actor)
    async with whole(session):  # it may have been handed over, out of the caller's sight
        fact = MacroRun(
            tenant_id=caller.tenant_id, subject_id=macro.id, at=house.clock(), actor=actor, ticket_id=ticket_id
        )
        await house.book.record(session, fact)
        ticket = await house.tickets.get(session, caller.tenant_id, ticket_id)
        saisines = await house.legal.of_tickets(session, caller.tenant_id, [ticket_id])
    language = negotiate(request.headers.get("accept-language"))
    out = MacroRunOut(
        macro_id=macro.id,
        acts=[ActDoneOut.of(one, language) for one in done],
        ticket=TicketOut.of(ticket, saisines),
    )
    return await once.answer(out, headers={"ETag": etag(ticket.version)})
