"""Is it alive, may it be sent work, and what has it counted: three questions of operators, never of citizens."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from pydantic import BaseModel, Field

from app.api.measuring import measure
from app.errors import Unavailable
from app.exchanges.scanning import Scanning
from app.rest.metrics import READY, REGISTRY, WATCH_DUE_AGE, WATCH_ROUND_AGE
from app.sve.warning.pulse import Pulse

_PATIENCE_S = 2.0
_ASKING: set[asyncio.Task[bool]] = set()


class Check(Protocol):
    """One thing the house cannot work without; asked each time, never remembered."""

    @property
    def name(self) -> str:
        """A stable word: database, schema, worker, files."""
        ...

    @property
    def vital(self) -> bool:
        """Whether the house refuses work while it fails; otherwise it is told, and nobody is turned away."""
        ...

    async def passes(self) -> bool:
        """Says whether it works now. An exception or two seconds of silence mean no."""
        ...


class Watching(BaseModel):
    """Où en est la veille des délais, là où elle est la plus en retard."""

    on_time: bool = Field(description="Elle est passée partout depuis moins de cinq minutes.", examples=[True])
    round_age_s: int = Field(description="Secondes depuis son dernier passage.", examples=[12])
    due_for_s: int = Field(
        description="Secondes depuis le plus ancien jour dû et non regardé ; 0 quand il n'y en a pas.", examples=[0]
    )
    unheard_alerts: int = Field(
        description="Alertes portées plus haut et dont personne ne s'est chargé ; elles sont renvoyées chaque jour ouvré.",
        examples=[0],
    )
    unheard_for_s: int = Field(description="Secondes depuis le dernier envoi de la plus ancienne.", examples=[0])


class Health(BaseModel):
    """L'état de la maison, sans adresse ni version."""

    status: Literal["ok", "unavailable"] = Field(
        description="`ok` quand tout ce qui est vérifié fonctionne.", examples=["ok"]
    )
    checks: dict[str, bool] = Field(
        description="Chaque vérification et son résultat.",
        examples=[{"database": True, "schema": True, "worker": True}],
    )


class Readiness(Health):
    """L'état de la maison, celui de sa veille et de son antivirus : en retard ou absents, ils n'empêchent pas de recevoir et ne changent pas `status`."""

    watch: Watching
    antivirus: bool | None = Field(
        description="L'antivirus répond maintenant ; `false` : les pièces arrivent et restent marquées non examinées ; `null` : aucun n'est réglé.",
        examples=[True],
    )


router = APIRouter(prefix="/health", tags=["health"])
metrics_router = APIRouter(tags=["health"])


@router.get("/live", summary="Le processus répond", response_description="Le processus répond.")
async def live() -> Health:
    """Dit seulement que le processus répond : un orchestrateur ne doit pas le relancer parce que la base est loin."""
    return Health(status="ok", checks={})


@router.get(
    "/ready",
    summary="La maison peut recevoir du travail",
    response_description="Tout ce qui est vérifié fonctionne.",
    responses={503: {"model": Health, "description": "Au moins une vérification échoue."}},
)
async def ready(request: Request, response: Response) -> Readiness | Health:
    """Vérifie maintenant tout ce sans quoi un message serait perdu ou un délai oublié."""
    checks: Sequence[Check] = request.app.state.house.checks
    found = await look(checks)
    well = all(found[check.name] for check in checks if check.vital)
    if not well:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    told = Health(status="ok" if well else "unavailable", checks=dict(found))
    watch = await _watching(request)
    return Readiness(**told.model_dump(), watch=watch, antivirus=await _antivirus(request)) if watch else told


@metrics_router.get("/metrics", summary="Compteurs Prometheus", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Donne les compteurs au format texte de Prometheus ; à ne servir qu'au réseau d'exploitation."""
    await _watching(request)
    await measure(getattr(request.app.state.house, "figures", None))  # these doors also stand without a house
    return Response(generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


async def look(checks: Sequence[Check]) -> Mapping[str, bool]:
    """Asks every check at once and waits two seconds at most for each."""
    answers = await asyncio.gather(*(_answer(check) for check in checks))
    found = {check.name: answer for check, answer in zip(checks, answers, strict=True)}
    for name, passed in found.items():
        READY.labels(name).set(passed)
    return found


async def _watching(request: Request) -> Watching | None:
    """Takes the pulse of the watch and counts it; what cannot be known is not a number, never the last one known."""
    pulse: Pulse | None = getattr(request.app.state.house, "pulse", None)
    if pulse is None:
        return None
    try:
        async with asyncio.timeout(_PATIENCE_S):
            beat = await pulse.take()
    except (Unavailable, TimeoutError):
        WATCH_ROUND_AGE.set(math.nan)
        WATCH_DUE_AGE.set(math.nan)
        return None
    age, due = beat.round_age.total_seconds(), beat.due_for.total_seconds()
    WATCH_ROUND_AGE.set(age)
    WATCH_DUE_AGE.set(due)
    return Watching(
        on_time=beat.on_time,
        round_age_s=int(age),
        due_for_s=int(due),
        unheard_alerts=beat.unheard,
        unheard_for_s=int(beat.unheard_for.total_seconds()),
    )


async def _antivirus(request: Request) -> bool | None:
    """Asks the antivirus, which nothing waits for, whether it is there."""
    scanning: Scanning | None = getattr(request.app.state.house, "scanning", None)
    if scanning is None:
        return None
    try:
        async with asyncio.timeout(_PATIENCE_S):
            answers = await scanning.answers()
    except TimeoutError:
        answers = False
    if answers is not None:
        READY.labels("antivirus").set(answers)
    return answers


async def _answer(check: Check) -> bool:
    # Taking a question back may ask who is silent once more: whoever probes waits for neither.
    asking = asyncio.create_task(_asked(check))
    _ASKING.add(asking)
    asking.add_done_callback(_ASKING.discard)
    await asyncio.wait({asking}, timeout=_PATIENCE_S)
    if asking.done():
        return asking.result()
    asking.cancel()
    return False


async def _asked(check: Check) -> bool:
    try:
        return await check.passes()
    except Exception:  # noqa: BLE001 — whatever it is, the answer to "does it work?" is no
        return False
