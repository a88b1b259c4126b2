"""« Est-ce bien vous ? »: the page behind the link of a mail, and the button that gives a held submission to the intake.

Opening the page changes nothing: readers of mail open links by themselves to look for viruses.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from app.exchanges.confirming import Presented, Standing
from app.ids import Prefix, public_id
from app.web.house import house_of
from app.web.pages import page
from app.web.refusals import PageRoute
from app.web.towns import town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Word = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{64}$")]


@router.get("/confirmation/{word}")
async def ask(request: Request, word: Word) -> HTMLResponse:
    """Asks whether the submission is the reader's."""
    return await _shown(request, await house_of(request).confirming.present(word), word)


@router.post("/confirmation/{word}")
async def confirm(request: Request, word: Word) -> HTMLResponse:
    """Confirms it; a second press finds it done."""
    return await _shown(request, await house_of(request).confirming.confirm(word), word, pressed=True)


async def _shown(request: Request, presented: Presented, word: str, *, pressed: bool = False) -> HTMLResponse:
    house = house_of(request)
    done = presented.standing is Standing.DONE or (pressed and presented.standing is Standing.OPEN)
    return page(
        request,
        "citizens/confirm.html",
        status=410 if presented.standing is Standing.LATE else 200,
        tenant=await town(house, presented.reception.tenant_id),
        action=f"/confirmation/{word}",
        done=done,
        late=presented.standing is Standing.LATE,
        received_at=presented.reception.received_at,
        expires_at=presented.confirmation.expires_at,
        number=public_id(Prefix.RECEPTION, presented.reception.id),
    )
