"""The application: routers assembled, and what lives as long as it serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import structlog
from fastapi import Depends, FastAPI

from app.api import chat, error_routes, health, hooks, open311, security_contact
from app.api.closing import Closing, heard_from_signals
from app.api.headers import Envelope
from app.api.v1 import routers
from app.bootstrap import House
from app.rest.access import count_stranger
from app.rest.openapi import Document, install_openapi, operation_id
from app.rest.patience import Patience
from app.rest.problems import install_problems
from app.web.router import router as pages
from app.webhooks.published import install_webhooks

log = structlog.get_logger()
DRAIN_S = 25.0
_EXAMPLE_URL = "https://parvis.example.fr"
_TAGS = [
    {"name": "tickets", "description": "Les demandes, leurs messages, les réponses."},
    {"name": "sve", "description": "Les délais légaux : ce que le silence déciderait, et quand."},
    {"name": "intake", "description": "Ce qui est remis, et ce qu'il en advient."},
    {"name": "outbound", "description": "Ce qui part, et ce qu'on en sait."},
    {"name": "events", "description": "Ce qui s'est passé, dans l'ordre."},
    {
        "name": "privacy",
        "description": "Les droits des personnes sur leurs données, et ce qui est gardé quoi qu'on demande.",
    },
    {"name": "webhooks", "description": "Qui est prévenu de ce qui se passe."},
    {"name": "contacts", "description": "Les personnes et leurs adresses."},
    {"name": "channels", "description": "Les canaux branchés."},
    {"name": "people", "description": "Les agents, leurs équipes, leurs droits."},
    {
        "name": "archives",
        "description": "Combien de temps les demandes sont gardées, et les bordereaux par lesquels elles partent.",
    },
    {"name": "audit", "description": "Le journal : qui a fait quoi, et la preuve qu'il n'a pas changé."},
    {"name": "keys", "description": "Les clés d'accès."},
    {"name": "tenant", "description": "L'administration, et ce qu'elle a publié."},
    {"name": "imports", "description": "La reprise de ce qu'un autre outil a gardé."},
    {"name": "health", "description": "L'état de la maison."},
]


def create_app(house: House) -> FastAPI:
    """Assembles the application of a house; entering its lifespan starts the worker and the mail doors."""
    app = assembled(base_url=house.base_url)
    app.state.house = house
    return app


def openapi_document() -> Document:
    """Returns the OpenAPI of the application, which needs no house."""
    return dict(assembled(base_url=_EXAMPLE_URL).openapi())


def assembled(*, base_url: str) -> FastAPI:
    """Puts routers and floors together; the house comes after."""
    app = FastAPI(
        title="Parvis",
        version="1",
        summary="Relation citoyenne des administrations : chaque message une demande, chaque délai légal à côté.",
        generate_unique_id_function=operation_id,
        lifespan=lifespan,
        openapi_tags=_TAGS,
        docs_url=None,  # theirs runs scripts of another host; ours is app.web.reference
        redoc_url=None,
    )
    app.state.closing = Closing()
    app.add_middleware(Patience)
    install_problems(app, base_url=base_url)
    app.add_middleware(Envelope, base_url=base_url)
    app.include_router(health.router)
    app.include_router(health.metrics_router)
    app.include_router(error_routes.router)
    app.include_router(security_contact.router)
    app.include_router(hooks.router)
    for door in (open311, chat):  # as the citizens' pages: counted by the address they are asked from
        app.include_router(door.router, dependencies=[Depends(count_stranger)])
    for router in routers():
        app.include_router(router, prefix="/api/v1")
    app.include_router(pages)
    install_webhooks(app)
    install_openapi(app)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Runs the worker beside the API when settings say so; drains what is under way before it lets go."""
    house: House = app.state.house
    closing: Closing = app.state.closing
    async with AsyncExitStack() as stack:
        stack.enter_context(heard_from_signals(closing))
        if house.settings.worker_inside:
            await stack.enter_async_context(_working(house))
        if (mail := house.mail_door()) is not None:
            await stack.enter_async_context(mail)
        try:
            yield
        finally:
            closing.say()


@asynccontextmanager
async def _working(house: House) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(house.work(stop), name="worker")
    try:
        yield
    finally:
        stop.set()
        done, _ = await asyncio.wait({worker}, timeout=DRAIN_S)
        if not done:
            log.warning("worker.cut", after_s=DRAIN_S)
            worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker
