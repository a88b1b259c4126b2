"""Saved views: the lists one comes back to, with how many requests each holds."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.owning import viewer_of
from app.api.v1.paths import ViewInPath
from app.db.transaction import Session
from app.errors import Forbidden, Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.filters import filter_of
from app.tickets.view_schemas import NewView, ViewChange, ViewOut, query_of
from app.tickets.view_values import TooManyViews, View
from app.tickets.views import MOST_COUNTED

router = APIRouter(prefix="/views", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
_AT = "/filter/"


@router.get("", summary="Lister les vues enregistrées", response_description="Une page.")
async def list_views(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    count: Annotated[bool, Query(description="Compter chacune, jusqu'à mille.", examples=[True])] = False,  # noqa: FBT002 — a query
) -> Page[ViewOut]:
    """Donne vos vues, celles de vos équipes et celles de l'administration, dans leur ordre.

    Avec `count=true`, chacune dit combien de demandes elle vous montrerait, toutes comptées d'une seule requête.
    """
    after = (asked.after.key, asked.after.id) if asked.after and isinstance(asked.after.key, int) else None
    found = await house.views.page(session, caller.tenant_id, viewer_of(caller), after=after, limit=asked.take)
    counts = await _counted(house, session, caller, found[: asked.limit]) if count else {}
    return asked.page(
        found,
        position=lambda view: Position(view.rank, view.id),
        show=lambda view: ViewOut.of(view, counted=counts.get(view.id), most=MOST_COUNTED),
    )


@router.post(
    "",
    status_code=201,
    response_model=ViewOut,
    summary="Enregistrer une vue",
    response_description="La vue.",
    responses=refusals(TooManyViews, Invalid, Forbidden),
)
async def make_view(new: NewView, house: House, session: Writing, once: Once, caller: Reader) -> Any:
    """Enregistre une liste : ses filtres, son ordre, ses colonnes.

    Chacun garde les siennes ; celles d'une équipe sont à ses membres qui traitent les demandes (`tickets:write`), celles
    de l'administration à qui la règle (`users:admin`).
    """
    filter_of(new.filter, at=_AT)
    view = await house.views.make(
        session,
        caller.tenant_id,
        viewer_of(caller),
        owner=new.owner,
        team_id=new.team_id,
        values=new.values(),
        actor=actor_of(caller),
    )
    return await once.answer(ViewOut.of(view), headers={"ETag": etag(view.version)})


@router.get("/{view_id}", summary="Lire une vue", response_description="La vue.", responses=refusals(NotFound))
async def read_view(view_id: ViewInPath, house: House, session: Reading, fresh: Fresh, caller: Reader) -> ViewOut:
    """Donne une vue enregistrée."""
    view = await house.views.get(session, caller.tenant_id, view_id, viewer_of(caller))
    fresh.at(view.version)
    return ViewOut.of(view)


@router.patch(
    "/{view_id}",
    summary="Changer une vue",
    response_description="La vue.",
    responses=refusals(NotFound, Invalid, Forbidden),
)
async def change_view(
    view_id: ViewInPath,
    change: ViewChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Reader,
) -> ViewOut:
    """Change ce qui est donné d'une vue ; à qui elle est ne change pas."""
    if change.filter is not None:
        filter_of(change.filter, at=_AT)
    view = await house.views.change(
        session,
        caller.tenant_id,
        view_id,
        viewer_of(caller),
        values=change.values(),
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(view.version)
    return ViewOut.of(view)


@router.delete(
    "/{view_id}",
    status_code=204,
    response_class=Response,
    summary="Retirer une vue",
    response_description="Retirée.",
    responses=refusals(NotFound, Forbidden),
)
async def remove_view(view_id: ViewInPath, house: House, session: Writing, expected: Expected, caller: Reader) -> None:
    """Retire une vue enregistrée ; aucune demande n'est touchée."""
    await house.views.remove(
        session, caller.tenant_id, view_id, viewer_of(caller), version=expected, actor=actor_of(caller)
    )


async def _counted(house: ApiHouse, session: Session, caller: Caller, views: Sequence[View]) -> dict[Any, int]:
    """Counts what views hold, but for those that search: one slow search would cost the whole rail its counts."""
    lists = {
        view.id: (filter_of(query_of(view.filter), at=_AT), view.sort)
        for view in views
        if not view.filter.keys() & {"q", "procedure"}
    }
    return dict(zip(lists, await house.views.counts(session, caller.tenant_id, list(lists.values())), strict=True))
