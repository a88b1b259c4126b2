"""Canned replies: ready-made answers, called by a short word and filled for the request one answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.owning import viewer_of
from app.api.v1.paths import CannedReplyInPath, TicketInPath
from app.audit.readings import Door, ReadKind
from app.errors import Forbidden, Invalid, NotFound
from app.exchanges.wording_schemas import WordingAsked, WordingOut
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
from app.tickets.canned_schemas import CannedReplyChange, CannedReplyOut, NewCannedReply, VariableOut, VariablesOut
from app.tickets.canned_values import ShortcutTaken, TooManyCannedReplies
from app.tickets.wording import Variable

router = APIRouter(prefix="/canned-replies", tags=["tickets"], route_class=StrictRoute)
tickets_router = APIRouter(prefix="/tickets/{ticket_id}/canned-replies", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@router.get("", summary="Lister les réponses types", response_description="Une page.")
async def list_canned_replies(asked: Asked, house: House, session: Reading, caller: Reader) -> Page[CannedReplyOut]:
    """Donne les vôtres, celles de vos équipes et celles de l'administration, dans leur ordre."""
    after = (asked.after.key, asked.after.id) if asked.after and isinstance(asked.after.key, int) else None
    found = await house.canned_replies.page(session, caller.tenant_id, viewer_of(caller), after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(one.rank, one.id), show=CannedReplyOut.of)


@router.get("/variables", summary="Lister les emplacements d'un texte", response_description="Tous.")
async def list_variables(_: Reader) -> VariablesOut:
    """Donne ce qui peut s'écrire entre doubles accolades dans une réponse type ou une macro, et ce qui le remplit."""
    return VariablesOut(data=[VariableOut.of(variable) for variable in Variable])


@router.post(
    "",
    status_code=201,
    response_model=CannedReplyOut,
    summary="Garder une réponse type",
    response_description="La réponse type.",
    responses=refusals(TooManyCannedReplies, ShortcutTaken, Invalid, Forbidden),
)
async def make_canned_reply(new: NewCannedReply, house: House, session: Writing, once: Once, caller: Reader) -> Any:
    """Garde un texte prêt, avec son raccourci ; un emplacement inconnu est refusé.

    Chacun garde les siennes ; celles d'une équipe sont à ses membres qui traitent les demandes (`tickets:write`), celles
    de l'administration à qui la règle (`users:admin`).
    """
    canned = await house.canned_replies.make(
        session,
        caller.tenant_id,
        viewer_of(caller),
        owner=new.owner,
        team_id=new.team_id,
        values=new.values(),
        actor=actor_of(caller),
    )
    return await once.answer(CannedReplyOut.of(canned), headers={"ETag": etag(canned.version)})


@router.get(
    "/{canned_reply_id}",
    summary="Lire une réponse type",
    response_description="La réponse type.",
    responses=refusals(NotFound),
)
async def read_canned_reply(
    canned_reply_id: CannedReplyInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> CannedReplyOut:
    """Donne une réponse type, ses emplacements non remplis."""
    canned = await house.canned_replies.get(session, caller.tenant_id, canned_reply_id, viewer_of(caller))
    fresh.at(canned.version)
    return CannedReplyOut.of(canned)


@router.patch(
    "/{canned_reply_id}",
    summary="Changer une réponse type",
    response_description="La réponse type.",
    responses=refusals(NotFound, ShortcutTaken, Invalid, Forbidden),
)
async def change_canned_reply(
    canned_reply_id: CannedReplyInPath,
    change: CannedReplyChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Reader,
) -> CannedReplyOut:
    """Change ce qui est donné d'une réponse type ; à qui elle est ne change pas."""
    canned = await house.canned_replies.change(
        session,
        caller.tenant_id,
        canned_reply_id,
        viewer_of(caller),
        values=change.values(),
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(canned.version)
    return CannedReplyOut.of(canned)


@router.delete(
    "/{canned_reply_id}",
    status_code=204,
    response_class=Response,
    summary="Retirer une réponse type",
    response_description="Retirée.",
    responses=refusals(NotFound, Forbidden),
)
async def remove_canned_reply(
    canned_reply_id: CannedReplyInPath, house: House, session: Writing, expected: Expected, caller: Reader
) -> None:
    """Retire une réponse type ; ce qui en fut envoyé reste."""
    await house.canned_replies.remove(
        session, caller.tenant_id, canned_reply_id, viewer_of(caller), version=expected, actor=actor_of(caller)
    )


@tickets_router.post(
    "/{canned_reply_id}/previews",
    summary="Voir une réponse type remplie",
    response_description="Le texte rempli.",
    responses=refusals(NotFound),
)
async def preview_canned_reply(
    ticket_id: TicketInPath,
    canned_reply_id: CannedReplyInPath,
    asked: WordingAsked,
    request: Request,
    house: House,
    session: Reading,
    caller: Writer,
) -> WordingOut:
    """Remplit une réponse type pour une demande ; rien n'est envoyé ni gardé.

    Un emplacement que rien ne remplit est nommé dans `flaws` et reste visible : une réponse qui le porterait encore est
    refusée (`unfilled-place`).
    """
    canned = await house.canned_replies.get(session, caller.tenant_id, canned_reply_id, viewer_of(caller))
    ticket = await house.tickets.get(session, caller.tenant_id, ticket_id)
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    language, text = asked.chosen(canned)
    filled = await house.wordings.fill(
        session, caller.tenant_id, ticket, text, language=language, actor=actor_of(caller)
    )
    said = negotiate(request.headers.get("accept-language"))
    return WordingOut.of(canned, language, filled, said=said)
