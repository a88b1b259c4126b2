"""Outgoing webhooks: who is told what happens, with which secret, and what became of each call."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import WebhookDeliveryInPath, WebhookInPath
from app.errors import Invalid, NotFound, TooManyRequests
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.freshness import fresh
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.webhooks.refusals import TooManySecrets, TooManyWebhooks
from app.webhooks.schemas import (
    DeliveryOut,
    NewWebhook,
    Replay,
    ReplayOut,
    Rotation,
    SecretShown,
    WebhookChange,
    WebhookOut,
    WebhookShown,
)
from app.webhooks.values import DeliveryState, EndpointState

router = APIRouter(prefix="/webhook-endpoints", tags=["webhooks"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("webhooks:admin")]


# Names are resolved before the request's transaction begins: FastAPI resolves dependencies in the order written.


async def _judged(new: NewWebhook, house: House, caller: Administrator) -> None:  # noqa: ARG001 — the right comes first
    await house.webhooks.judge(new.url)


async def _judged_change(change: WebhookChange, house: House, caller: Administrator) -> None:  # noqa: ARG001 — as above
    if change.url is not None:
        await house.webhooks.judge(change.url)


@router.get("", summary="Lister les webhooks", response_description="Une page.")
async def list_webhooks(asked: Asked, house: House, session: Reading, caller: Administrator) -> Page[WebhookOut]:
    """Donne les webhooks, dans l'ordre où ils furent faits ; celui qui est désactivé dit pourquoi."""
    after = asked.after.id if asked.after else None
    found = await house.webhooks.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=WebhookOut.of)


@router.post(
    "",
    status_code=201,
    summary="Faire un webhook",
    response_description="Le webhook, et son secret montré une seule fois.",
    responses=refusals(TooManyWebhooks, Invalid),
    dependencies=[fresh(), Depends(_judged)],
)
async def make_webhook(
    new: NewWebhook, response: Response, house: House, session: Writing, caller: Administrator
) -> WebhookShown:
    """Prévient une adresse de ce qui se passe à partir de maintenant ; elle doit être publique, en `https://`.

    Sans `Idempotency-Key` : une réponse gardée garderait le secret. Si la réponse se perd, supprimez et recommencez.
    """
    endpoint, secret = await house.webhooks.create(
        session, caller.tenant_id, name=new.name, url=new.url, types=new.types, actor=actor_of(caller)
    )
    response.headers["Location"] = f"/api/v1/webhook-endpoints/{public_id(Prefix.WEBHOOK, endpoint.id)}"
    response.headers["ETag"] = etag(endpoint.version)
    return WebhookShown.once(endpoint, secret=secret)


@router.get(
    "/{endpoint_id}", summary="Lire un webhook", response_description="Le webhook.", responses=refusals(NotFound)
)
async def read_webhook(
    endpoint_id: WebhookInPath, house: House, session: Reading, fresh: Fresh, caller: Administrator
) -> WebhookOut:
    """Donne un webhook et sa santé ; jamais son secret."""
    endpoint = await house.webhooks.get(session, caller.tenant_id, endpoint_id)
    fresh.at(endpoint.version)
    return WebhookOut.of(endpoint)


@router.patch(
    "/{endpoint_id}",
    summary="Changer un webhook",
    response_description="Le webhook.",
    responses=refusals(NotFound, Invalid),
    dependencies=[fresh(), Depends(_judged_change)],
)
async def change_webhook(
    endpoint_id: WebhookInPath,
    change: WebhookChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> WebhookOut:
    """Change le nom, l'adresse, les types ou l'état ; remis en `active`, il reçoit d'abord tout ce qui attendait."""
    endpoint = await house.webhooks.get(session, caller.tenant_id, endpoint_id)
    require_version(endpoint.version, expected=expected)
    changed = await house.webhooks.change(
        session,
        endpoint,
        version=expected,
        name=change.name,
        url=change.url,
        types=change.types,
        state=EndpointState(change.state.value) if change.state else None,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(changed.version)
    return WebhookOut.of(changed)


@router.delete(
    "/{endpoint_id}",
    status_code=204,
    summary="Supprimer un webhook",
    responses={204: {"description": "Supprimé."}, **refusals(NotFound)},
    dependencies=[fresh()],
)
async def remove_webhook(
    endpoint_id: WebhookInPath, house: House, session: Writing, expected: Expected, caller: Administrator
) -> Response:
    """Supprime un webhook, ses secrets et l'histoire de ses livraisons ; ce qui attendait ne partira pas."""
    endpoint = await house.webhooks.get(session, caller.tenant_id, endpoint_id)
    require_version(endpoint.version, expected=expected)
    await house.webhooks.remove(session, endpoint, version=expected, actor=actor_of(caller))
    return Response(status_code=204)


@router.post(
    "/{endpoint_id}/secrets",
    status_code=201,
    summary="Changer de secret",
    response_description="Le nouveau secret, montré une seule fois.",
    responses=refusals(NotFound, TooManySecrets),
    dependencies=[fresh()],
)
async def rotate_secret(
    endpoint_id: WebhookInPath,
    house: House,
    session: Writing,
    caller: Administrator,
    rotation: Annotated[Rotation, Body()],
) -> SecretShown:
    """Fait un nouveau secret ; chaque appel porte aussi la signature de l'ancien, le temps du recouvrement."""
    endpoint = await house.webhooks.get(session, caller.tenant_id, endpoint_id)
    secret, ends_at = await house.webhooks.rotate(
        session, endpoint, overlap=timedelta(hours=rotation.overlap_hours), actor=actor_of(caller)
    )
    return SecretShown(secret=secret, previous_ends_at=ends_at)


@router.post(
    "/{endpoint_id}/tests",
    summary="Essayer un webhook",
    response_description="Ce que l'appel a donné.",
    responses=refusals(NotFound, TooManyRequests),
)
async def test_webhook(endpoint_id: WebhookInPath, house: House, caller: Administrator) -> DeliveryOut:
    """Appelle l'adresse maintenant, une seule fois, avec un fait `webhook.test` ; en pause ou désactivé aussi."""
    # The consumer may be slow: no transaction waits for it.
    return DeliveryOut.of(await house.webhook_trials.test(caller.tenant_id, endpoint_id, actor=actor_of(caller)))


@router.get(
    "/{endpoint_id}/deliveries",
    summary="Lister les livraisons",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_deliveries(
    endpoint_id: WebhookInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Administrator,
    state: Annotated[DeliveryState | None, Query(description="Seulement celles de cet état.")] = None,
) -> Page[DeliveryOut]:
    """Donne les livraisons, la plus récente d'abord ; elles sont gardées trente jours."""
    endpoint = await house.webhooks.get(session, caller.tenant_id, endpoint_id)
    before = asked.after.id if asked.after else None
    found = await house.webhooks.deliveries(session, endpoint, state=state, before=before, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=DeliveryOut.of)


@router.post(
    "/{endpoint_id}/deliveries/{delivery_id}/redeliveries",
    status_code=202,
    response_model=DeliveryOut,
    summary="Livrer de nouveau",
    response_description="La nouvelle livraison.",
    responses=refusals(NotFound),
)
async def redeliver(
    endpoint_id: WebhookInPath,
    delivery_id: WebhookDeliveryInPath,
    house: House,
    session: Writing,
    once: Once,
    caller: Administrator,
) -> Any:
    """Renvoie un fait avec le même `webhook-id` et les mêmes octets ; il part quand le webhook est actif."""
    endpoint = await house.webhooks.get(session, caller.tenant_id, endpoint_id)
    made = await house.webhooks.redeliver(session, endpoint, delivery_id, actor=actor_of(caller))
    return await once.answer(DeliveryOut.of(made), status=202)


@router.post(
    "/{endpoint_id}/replays",
    status_code=202,
    response_model=ReplayOut,
    summary="Rejouer une période",
    response_description="Combien de livraisons ont été faites.",
    responses=refusals(NotFound, Invalid),
)
async def replay(
    endpoint_id: WebhookInPath, wanted: Replay, house: House, session: Writing, once: Once, caller: Administrator
) -> Any:
    """Renvoie les faits d'une période, 5 000 au plus, avec leurs `webhook-id` d'origine : de quoi combler un trou."""
    endpoint = await house.webhooks.get(session, caller.tenant_id, endpoint_id)
    count = await house.webhooks.replay(
        session, endpoint, since=wanted.since, until=wanted.until, types=wanted.types, actor=actor_of(caller)
    )
    return await once.answer(ReplayOut(deliveries=count), status=202)
