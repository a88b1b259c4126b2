"""How refusals look in the OpenAPI: one schema, and an example for every error a route names."""

from collections import defaultdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.errors import ParvisError
from app.rest.problems import MEDIA_TYPE
from app.rest.refusals import advice_on

_EXAMPLE_ID = "01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"
_EXAMPLE_TYPES = "https://parvis.example.fr/erreurs/"


class ProblemFlaw(BaseModel):
    """Un champ à corriger."""

    pointer: str = Field(
        description="Pointeur JSON (RFC 6901) dans le contenu, ou partie et nom : `query/limit`.", examples=["/subject"]
    )
    code: str = Field(description="Mot stable.", examples=["missing"])
    detail: str = Field(description="Phrase pour une personne.", examples=["champ obligatoire"])
    because: str | None = Field(
        description="La règle qui l'interdit, quand c'est une règle de droit ou de suite.", examples=[None]
    )
    source: str | None = Field(description="Le texte de cette règle.", examples=[None])


class Problem(BaseModel):
    """Un refus, selon la RFC 9457."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(description="Adresse de la page qui décrit cette erreur.")
    title: str = Field(description="Ce qui s'est passé, en français ou en anglais selon Accept-Language.")
    status: int = Field(description="Statut HTTP.", ge=400, le=599)
    detail: str = Field(description="Ce que vous pouvez faire.")
    instance: str = Field(description="Adresse de cette occurrence.")
    code: str = Field(description="Mot stable, celui que votre programme doit lire.")
    errors: list[ProblemFlaw] = Field(description="Champs à corriger ; vide quand le refus ne tient pas à un champ.")
    request_id: str = Field(description="À donner au support ; aussi dans l'en-tête X-Request-Id.")


def refusals(*kinds: type[ParvisError]) -> dict[int | str, dict[str, Any]]:
    """Returns FastAPI's `responses=` for the errors a route may raise, an example for each."""
    by_status: dict[int, list[type[ParvisError]]] = defaultdict(list)
    for kind in kinds:
        by_status[kind.status].append(kind)
    return {status: _response(found) for status, found in sorted(by_status.items())}


def _response(kinds: list[type[ParvisError]]) -> dict[str, Any]:
    return {
        "description": " ; ".join(dict.fromkeys(kind.title_fr for kind in kinds)),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.code: {"summary": kind.title_fr, "value": _example(kind)} for kind in kinds},
            }
        },
    }


def _example(kind: type[ParvisError]) -> dict[str, Any]:
    return {
        "type": _EXAMPLE_TYPES + kind.code,
        "title": kind.title_fr,
        "status": kind.status,
        "detail": str(advice_on(kind)),
        "instance": f"{_EXAMPLE_TYPES}{kind.code}#{_EXAMPLE_ID}",
        "code": kind.code,
        "errors": [],
        "request_id": _EXAMPLE_ID,
    }
