"""Every page: citizens' and agents'. `app.main` includes `router`."""

from fastapi import APIRouter

from app.web import (
    about,
    acts,
    alerts,
    forms,
    inbox,
    legal_acts,
    legal_events,
    letterhead,
    letters,
    moves,
    originals,
    procedure_editions,
    procedures,
    quarantine,
    sendings,
    sign_in,
    statics,
    takings,
    tickets,
    watch_settings,
    watching,
)

router = APIRouter(include_in_schema=False)
for part in (
    about,
    acts,
    alerts,
    forms,
    inbox,
    legal_acts,
    legal_events,
    letterhead,
    letters,
    moves,
    originals,
    procedure_editions,
    procedures,
    quarantine,
    sendings,
    sign_in,
    statics,
    takings,
    tickets,
    watch_settings,
    watching,
):
    router.include_router(part.router)
