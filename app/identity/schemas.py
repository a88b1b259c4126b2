"""Access keys as the API reads and writes them."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.identity.repository import ApiKey
from app.identity.scopes import Scope
from app.rest.instants import WrittenInstant
from app.rest.public_ids import KeyId


class NewKey(BaseModel):
    """Une clé à faire ; elle ne peut pas plus que la vôtre."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100, description="À quoi elle sert.", examples=["Site internet"])
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope), examples=[["intake:write", "intake:read"]])
    expires_at: WrittenInstant | None = Field(
        default=None, description="Absent : sans terme.", examples=["2027-03-02T00:00:00Z"]
    )


class Replacement(BaseModel):
    """Combien de temps l'ancienne clé sert encore, le temps de mettre la nouvelle en place."""

    model_config = ConfigDict(extra="forbid")
    overlap_hours: int = Field(default=24, ge=0, le=720, description="0 : l'ancienne finit aussitôt.", examples=[24])


class KeyOut(BaseModel):
    """Une clé, sans elle-même."""

    id: KeyId
    name: str = Field(examples=["Site internet"])
    hint: str = Field(description="Ses premiers signes, pour la reconnaître.", examples=["parvis_3kT9d"])
    scopes: list[Scope] = Field(examples=[["intake:read", "intake:write"]])
    created_at: datetime
    expires_at: datetime | None = Field(examples=[None])
    last_used_at: datetime | None = Field(examples=[None])
    revoked_at: datetime | None = Field(examples=[None])
    replaces_id: KeyId | None = Field(description="La clé qu'elle remplace.")

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        return cls(**_columns(key))


class KeyShown(KeyOut):
    """La clé elle-même, pour la seule fois."""

    key: str = Field(description="À garder : elle ne sera plus montrée.", examples=["parvis_3kT9dQ…"])

    @classmethod
    def once(cls, key: ApiKey, *, secret: str) -> Self:
        return cls(**_columns(key), key=secret)


def _columns(key: ApiKey) -> dict[str, Any]:
    known = {scope.value for scope in Scope}
    own = {name: getattr(key, name) for name in KeyOut.model_fields if name != "scopes"}
    return own | {"scopes": sorted(scope for scope in key.scopes if scope in known)}
