"""What consumers are called with, for the section `webhooks` of the OpenAPI: one call, an example for each type of event."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, FastAPI, Header

from app.facts import Fact
from app.ids import Prefix, public_id
from app.live.schemas import EventOut
from app.webhooks.kinds import classes

_ID = UUID("01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11")
_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# One of each kind of thing a fact is made of; what is absent from here makes an event without `data`.
_SAMPLES: Mapping[Any, Any] = {
    UUID: _ID,
    datetime: _AT,
    date: _AT.date(),
    str: "email",
    int: 1,
    float: 1.0,
    bool: True,
}


def install_webhooks(app: FastAPI) -> None:
    """Tells in the application's document how it calls others (OpenAPI 3.1 §4.8.1)."""
    app.webhooks.include_router(_router())


def _router() -> APIRouter:
    router = APIRouter()

    @router.post(
        "event",
        tags=["webhooks"],
        summary="Ce qui s'est passé",
        operation_id="webhooks-event",
        status_code=204,
        response_description="Reçu ; tout autre 2xx vaut aussi. Faites le travail ensuite.",
        responses={
            410: {"description": "N'appelez plus : l'adresse est désactivée aussitôt."},
            429: {"description": "Plus tard : l'adresse se repose, puis la livraison est tentée de nouveau."},
            500: {"description": "En panne : de même."},
        },
    )
    async def event(
        fact: Annotated[EventOut, Body(openapi_examples=examples())],
        webhook_id: Annotated[
            str, Header(description="L'identifiant du fait, le même à chaque essai.", examples=[_fact_id()])
        ],
        webhook_timestamp: Annotated[
            int, Header(description="L'instant de cet essai, en secondes.", examples=[1772442000])
        ],
        webhook_signature: Annotated[
            str,
            Header(
                description="`v1,` et le HMAC-SHA256 de `id.timestamp.contenu` ; plusieurs, séparés d'une espace, pendant un changement de secret.",
                examples=["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="],
            ),
        ],
    ) -> None:
        """Parvis appelle l'adresse déclarée à `POST /api/v1/webhook-endpoints`, à la manière de Standard Webhooks.

        Le contenu est celui de `GET /api/v1/events`. Ignorez les types que vous ne connaissez pas.
        """

    return router


def examples() -> dict[str, Any]:
    """Returns an example for each type of event, made of the fact that states it."""
    return {
        kind.type: {
            "value": {"id": _fact_id(), "type": kind.type, "occurred_at": "2026-03-02T09:00:00Z", "data": _data(kind)}
        }
        for kind in sorted(classes(), key=lambda one: one.type)
        if kind.__module__.startswith("app.")
    }


def _fact_id() -> str:
    return public_id(Prefix.EVENT, _ID)


def _data(kind: type[Fact]) -> Mapping[str, Any]:
    hints = typing.get_type_hints(kind)
    try:
        made = {one.name: _sample(hints[one.name]) for one in fields(kind) if one.default is MISSING}
        optional = {one.name: one.default for one in fields(kind) if one.default is not MISSING}
        return dict(kind(**made, **optional).payload())
    except (TypeError, ValueError, AttributeError, KeyError):
        return {}


def _sample(hint: Any) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _sample(inner[0])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if is_dataclass(hint) and isinstance(hint, type):
        inside = typing.get_type_hints(hint)
        return hint(**{one.name: _sample(inside[one.name]) for one in fields(hint) if one.default is MISSING})
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    if origin is not None:
        return ()
    return _SAMPLES[hint]
