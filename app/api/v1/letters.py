"""Letters of a saisine: seen before they leave, sent, read as they left; and the letterhead they are written on."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.acting import actor_of, keep_sight
from app.api.house import House
from app.api.v1.paths import LetterInPath, SaisineInPath
from app.audit.readings import Door, ReadKind
from app.errors import Invalid, NotFound, TooLarge, TooManyRequests, UnsupportedMedia
from app.exchanges.composing import NoWayOut, WindowClosed
from app.exchanges.corresponding import Wanted
from app.exchanges.fitting import PageNeeded, TooPublic
from app.exchanges.looping import AutomaticSender
from app.files.sniff import sniff
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute, read_bounded
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.letters.checking import MentionsMissing
from app.sve.letters.letterheads import LOGO_MAX, LOGO_TYPES, NoLetterhead
from app.sve.letters.schemas import LetterAsked, LetterheadOut, LetterOut, LetterPreviewOut, NewLetter, NewLetterhead
from app.sve.letters.service import Unprinted
from app.sve.letters.standing import LetterNotDue

saisines_router = APIRouter(prefix="/saisines/{saisine_id}/letters", tags=["sve"], route_class=StrictRoute)
router = APIRouter(prefix="/letters", tags=["sve"], route_class=StrictRoute)
tenant_router = APIRouter(prefix="/tenant/letterhead", tags=["tenant"], route_class=StrictRoute)
PDF = "application/pdf"
_PAGE = {
    "description": "La page, PDF/A-2a et PDF/UA-1.",
    "content": {PDF: {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7 …"}},
}
_LOGO = {kind: {"schema": {"type": "string", "format": "binary"}, "example": "…"} for kind in LOGO_TYPES}


@saisines_router.post(
    "/previews",
    status_code=200,
    summary="Voir une lettre avant de l'envoyer",
    response_description="La lettre telle qu'elle partirait.",
    responses=refusals(NotFound, Invalid, LetterNotDue),
)
async def preview_letter(
    saisine_id: SaisineInPath,
    asked: LetterAsked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read", "tickets:read")],
) -> LetterPreviewOut:
    """Compose la lettre avec les dates que le moteur donne à cet instant, et dit les mentions qui manquent."""
    drafted = await house.letters.draft(session, caller.tenant_id, saisine_id, asked.kind, asked.fields.fields())
    return LetterPreviewOut.of(asked.kind, drafted.composed, drafted.ground)


@saisines_router.post(
    "/previews.pdf",
    status_code=200,
    summary="Voir la page d'une lettre",
    response_class=Response,
    responses={200: _PAGE, **refusals(NotFound, Invalid, LetterNotDue, Unprinted)},
)
async def preview_page(
    saisine_id: SaisineInPath,
    asked: LetterAsked,
    house: House,
    caller: Annotated[Caller, require("sve:read", "tickets:read")],
) -> Response:
    """Donne la page telle qu'elle partirait, marquée comme un aperçu."""
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        drafted = await house.letters.draft(session, caller.tenant_id, saisine_id, asked.kind, asked.fields.fields())
    page = await house.letters.printed(drafted, draft=True)
    return Response(page, headers=sniff(page).headers(f"apercu-{drafted.ticket.reference}.pdf"))


@saisines_router.post(
    "",
    status_code=201,
    response_model=LetterOut,
    summary="Envoyer une lettre",
    response_description="La lettre, et son exact double.",
    responses=refusals(
        *(NotFound, MentionsMissing, LetterNotDue, AutomaticSender, TooManyRequests),
        *(NoWayOut, WindowClosed, PageNeeded, TooPublic, Unprinted),
    ),
)
async def send_letter(
    saisine_id: SaisineInPath,
    new: NewLetter,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("sve:write", "tickets:write")],
) -> Any:
    """Compose la lettre sur le papier en vigueur, garde sa page, la fait partir et consigne l'événement qu'elle est.

    Une mention obligatoire manque : rien ne part, et chaque faute dit laquelle, son article et où la donner.
    """
    wanted = Wanted(kind=new.kind, fields=new.fields.fields(), way=new.way, to_point_id=new.to_contact_point_id)
    sent = await house.corresponding.send(session, caller.tenant_id, saisine_id, wanted, actor=actor_of(caller))
    headers = {"Location": f"/api/v1/letters/{public_id(Prefix.LETTER, sent.id)}"}
    return await once.answer(LetterOut.of(sent), headers=headers)


@saisines_router.get("", summary="Lister les lettres", response_description="Une page.", responses=refusals(NotFound))
async def list_letters(
    saisine_id: SaisineInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read", "tickets:read")],
) -> Page[LetterOut]:
    """Donne les lettres d'une saisine, de la plus ancienne à la plus récente."""
    letters = await house.letters.of_saisine(session, caller.tenant_id, saisine_id)
    after = asked.after.id if asked.after else None
    following = [one for one in letters if after is None or one.id > after][: asked.take]
    return asked.page(following, position=lambda one: Position(None, one.id), show=LetterOut.of)


@router.get("/{letter_id}", summary="Lire une lettre", response_description="La lettre.", responses=refusals(NotFound))
async def read_letter(
    letter_id: LetterInPath,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read", "tickets:read")],
) -> LetterOut:
    """Donne une lettre telle qu'elle partit."""
    letter = await house.letters.get(session, caller.tenant_id, letter_id)
    await house.eyewitness.saw(caller, ReadKind.LETTER, letter_id, door=Door.API, ticket_id=letter.ticket_id)
    return LetterOut.of(letter)


@router.get(
    "/{letter_id}/pdf",
    summary="Prendre la page d'une lettre",
    response_class=Response,
    responses={200: _PAGE, **refusals(NotFound)},
)
async def read_page(
    letter_id: LetterInPath, house: House, caller: Annotated[Caller, require("sve:read", "tickets:read")]
) -> Response:
    """Donne l'exact double de ce qui partit ; qui l'a pris est gardé au journal."""
    # The store may be far away: no transaction waits for it.
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        letter = await house.letters.get(session, caller.tenant_id, letter_id)
        await keep_sight(house, session, caller, "letter.read", letter_id)
    await house.eyewitness.saw(caller, ReadKind.LETTER, letter_id, door=Door.API, ticket_id=letter.ticket_id)
    page = await house.letters.copy(caller.tenant_id, letter)
    name = f"{letter.kind.value}-{public_id(Prefix.LETTER, letter.id)}.pdf"
    return Response(page, headers={**sniff(page).headers(name), "ETag": f'"{letter.pdf_sha256}"'})


@tenant_router.get(
    "",
    summary="Lire le papier à en-tête",
    response_description="L'édition en vigueur.",
    responses=refusals(NotFound),
)
async def read_letterhead(
    house: House, session: Reading, caller: Annotated[Caller, require("sve:read")]
) -> LetterheadOut:
    """Donne le papier à en-tête en vigueur ; 404 tant que personne ne l'a écrit."""
    return LetterheadOut.of(await house.letterheads.get(session, caller.tenant_id))


@tenant_router.post(
    "",
    status_code=201,
    response_model=LetterheadOut,
    summary="Écrire le papier à en-tête",
    response_description="L'édition nouvelle.",
)
async def write_letterhead(
    new: NewLetterhead, house: House, session: Writing, once: Once, caller: Annotated[Caller, require("sve:write")]
) -> Any:
    """Écrit une édition nouvelle ; les lettres parties gardent la leur."""
    written = await house.letterheads.write(
        session, caller.tenant_id, new.wording(), keep_logo=new.keep_logo, actor=actor_of(caller)
    )
    return await once.answer(LetterheadOut.of(written))


@tenant_router.put(
    "/logo",
    summary="Donner le logo",
    response_description="L'édition nouvelle.",
    responses=refusals(NoLetterhead, Invalid, TooLarge, UnsupportedMedia),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Une image PNG ou JPEG de 500 ko au plus, reconnue à ses octets.",
            "content": _LOGO,
        }
    },
)
async def give_logo(
    request: Request, house: House, session: Writing, caller: Annotated[Caller, require("sve:write")]
) -> LetterheadOut:
    """Écrit une édition nouvelle, la même avec ce logo ; le même logo donné deux fois ne fait qu'une édition."""
    logo = await read_bounded(request, limit=LOGO_MAX)
    return LetterheadOut.of(await house.letterheads.draw(session, caller.tenant_id, logo, actor=actor_of(caller)))


@tenant_router.get(
    "/logo",
    summary="Prendre le logo",
    response_class=Response,
    responses={200: {"description": "L'image.", "content": _LOGO}, **refusals(NotFound)},
)
async def read_logo(house: House, caller: Annotated[Caller, require("sve:read")]) -> Response:
    """Donne le logo en vigueur."""
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        head = await house.letterheads.get(session, caller.tenant_id)
    logo = await house.letterheads.logo(caller.tenant_id, head)
    if logo is None:
        raise NotFound
    return Response(logo, headers=sniff(logo).headers("logo"))
