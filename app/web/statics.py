"""Serves the look of the pages."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.errors import NotFound
from app.web.edition import EDITION, FILES
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/statique/{edition}/{name}")
async def static_file(edition: str, name: str) -> Response:
    found = FILES.get(name)
    if found is None:
        raise NotFound
    content, kind = found
    kept = "public, max-age=31536000, immutable" if edition == EDITION else "no-cache"
    return Response(content, media_type=kind, headers={"Cache-Control": kept, "X-Content-Type-Options": "nosniff"})
