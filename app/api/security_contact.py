"""Whom to tell of a security flaw: `/.well-known/security.txt` (RFC 9116), where the installation named somebody."""

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from app.api.house import house_of
from app.errors import NotFound

router = APIRouter(include_in_schema=False)
# RFC 9116 §2.5.5 asks for less than a year; the file is written anew at each reading.
_GOOD_FOR = timedelta(days=90)


@router.get("/.well-known/security.txt")
async def security_txt(request: Request) -> PlainTextResponse:
    """Tells whom to write to. Raises `NotFound` where `PARVIS_SECURITY_CONTACT` names nobody."""
    house = house_of(request)
    if house.settings.security_contact is None:
        raise NotFound
    expires = (house.clock() + _GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {house.settings.security_contact}",
        f"Expires: {expires}",
        "Preferred-Languages: fr, en",
        f"Canonical: {house.base_url}/.well-known/security.txt",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "no-cache"})
