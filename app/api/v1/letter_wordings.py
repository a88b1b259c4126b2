"""The administration's own words on each kind of letter, by edition; and the editions of its letterhead."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.api.acting import actor_of
from app.api.house import House
from app.clock import civil_day
from app.errors import Invalid
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.letters.fictional import ZONE as FICTIONAL_ZONE
from app.sve.letters.fictional import fictional_ground
from app.sve.letters.schemas import LetterheadEditionOut
from app.sve.letters.values import Kind
from app.sve.letters.wording_schemas import (
    LetterKindOut,
    LetterWordingOut,
    LetterWordingsOut,
    NewLetterWording,
    WordingPreviewOut,
)
from app.sve.letters.wording_values import Wording

router = APIRouter(prefix="/tenant/letter-wordings", tags=["tenant"], route_class=StrictRoute)
letterhead_router = APIRouter(prefix="/tenant/letterhead/editions", tags=["tenant"], route_class=StrictRoute)
Reader = Annotated[Caller, require("sve:read")]
KindInPath = Annotated[Kind, Path(description="Genre de lettre.", examples=["are"])]


@router.get("", summary="Lister les modèles de courrier", response_description="Tous les genres de lettre.")
async def list_letter_wordings(house: House, session: Reading, caller: Reader) -> LetterWordingsOut:
    """Donne, pour chaque genre de lettre, vos mots en vigueur et ce que la loi prescrit, que Parvis écrit toujours."""
    found = await house.letters.wordings.in_force(session, caller.tenant_id)
    return LetterWordingsOut.of([found.get(kind) or Wording.none(kind) for kind in Kind])


@router.get("/{kind}", summary="Lire un modèle de courrier", response_description="Les mots en vigueur.")
async def read_letter_wording(
    kind: KindInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> LetterKindOut:
    """Donne l'édition en vigueur ; la 0, sans mots, tant que personne n'a écrit."""
    wording = await house.letters.wordings.of_kind(session, caller.tenant_id, kind)
    fresh.at(wording.edition)
    return LetterKindOut.of(wording)


@router.get("/{kind}/editions", summary="Lister les éditions d'un modèle de courrier", response_description="Une page.")
async def list_wording_editions(
    kind: KindInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[LetterWordingOut]:
    """Donne ce qui fut écrit, la dernière édition d'abord : qui, quand, quels mots."""
    after = asked.after.key if asked.after and isinstance(asked.after.key, int) else None
    found = await house.letters.wordings.editions(session, caller.tenant_id, kind, after=after, limit=asked.take)
    return asked.page(found, position=_place, show=LetterWordingOut.of)


@router.put(
    "/{kind}",
    summary="Écrire un modèle de courrier",
    response_description="L'édition nouvelle.",
    responses=refusals(Invalid),
)
async def write_letter_wording(
    kind: KindInPath,
    new: NewLetterWording,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write")],
) -> LetterKindOut:
    """Écrit une édition nouvelle, sur celle que vous avez lue (`"0"` la première fois) ; les lettres parties gardent la leur.

    Vos mots s'ajoutent à ce que la loi prescrit, sans l'ôter. Vides, ils rendent la lettre à ses seuls mots prescrits.
    """
    new.check()
    wording = await house.letters.wordings.write(
        session,
        caller.tenant_id,
        kind,
        opening=new.opening,
        closing=new.closing,
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(wording.edition)
    return LetterKindOut.of(wording)


@router.post(
    "/{kind}/previews",
    status_code=200,
    summary="Voir un modèle de courrier avant de l'écrire",
    response_description="La lettre d'une demande fictive.",
    dependencies=[require("sve:read")],
    responses=refusals(Invalid),
)
async def preview_letter_wording(kind: KindInPath, new: NewLetterWording, house: House) -> WordingPreviewOut:
    """Compose, avec ces mots et tout ce que la loi prescrit, la lettre d'une demande fictive d'une commune inventée.

    Les dates sont celles que le moteur donnerait ce jour. Rien n'est enregistré.
    """
    new.check()
    ground = fictional_ground(kind, on=civil_day(house.clock(), FICTIONAL_ZONE))
    return WordingPreviewOut.of(new.wording(kind), ground)


@letterhead_router.get("", summary="Lister les éditions du papier à en-tête", response_description="Une page.")
async def list_letterhead_editions(
    asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[LetterheadEditionOut]:
    """Donne les éditions, la dernière d'abord : qui, quand, ce qu'elle change ; une lettre dit la sienne (`letterhead_id`)."""
    after = asked.after.id if asked.after else None
    found = await house.letterheads.editions(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.head.id), show=LetterheadEditionOut.told)


def _place(wording: Wording) -> Position:
    assert wording.id is not None  # only what was written has editions
    return Position(wording.edition, wording.id)
