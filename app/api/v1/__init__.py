"""The first version of the API."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.api.v1 import (
    challenges,
    channels,
    contacts,
    desk,
    events,
    forms,
    forwards,
    intake,
    keys,
    letters,
    moves,
    nearby,
    originals,
    outbound,
    previews,
    procedures,
    publications,
    recomputations,
    reports,
    saisines,
    same_person,
    sve,
    tenant,
    threads,
    tickets,
    watch_settings,
)


def routers() -> Sequence[APIRouter]:
    """Returns the routers of `/api/v1`, in the order the documentation shows them."""
    return (
        tickets.router,
        desk.router,
        threads.router,
        previews.router,
        moves.router,
        nearby.router,
        forwards.router,
        publications.router,
        originals.router,
        saisines.tickets_router,
        saisines.router,
        procedures.saisines_router,
        letters.saisines_router,
        letters.router,
        sve.router,
        watch_settings.router,
        reports.router,
        reports.saisines_router,
        procedures.router,
        recomputations.router,
        intake.channels_router,
        intake.router,
        outbound.router,
        contacts.router,
        challenges.router,
        same_person.router,
        same_person.proposals_router,
        events.router,
        channels.router,
        forms.router,
        keys.router,
        tenant.router,
        letters.tenant_router,
    )
