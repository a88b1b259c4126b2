"""The first version of the API."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.api.v1 import events, intake, tickets


def routers() -> Sequence[APIRouter]:
    """Returns the routers of `/api/v1`, in the order the documentation shows them."""
    return (tickets.router, intake.channels_router, intake.router, events.router)
