"""Fillings of a request's fields, as the API reads them."""

from typing import Self

from pydantic import BaseModel, Field

from app.tickets.field_changes import FieldsChange, FieldTurn
from app.tickets.field_schemas import CustomValue


class FieldTurnOut(BaseModel):
    """Un champ qui a changé."""

    key: str = Field(description="Sa clé ; son libellé est dans `/custom-fields`.", examples=["quartier"])
    was: CustomValue | None = Field(description="Ce qu'il contenait ; `null` : rien.", examples=["centre"])
    now: CustomValue | None = Field(description="Ce qu'il contient depuis ; `null` : rien.", examples=["nord"])

    @classmethod
    def of(cls, turn: FieldTurn) -> Self:
        return cls(
            key=turn.key,
            was=turn.was.shown if turn.was else None,
            now=turn.now.shown if turn.now else None,
        )


class FieldsChangeOut(BaseModel):
    """Des champs remplis, changés ou vidés d'un même geste."""

    changes: list[FieldTurnOut] = Field(description="Ceux qui ont changé, dans l'ordre où ils furent donnés.")
    actor: str = Field(description="Qui l'a fait.", examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])

    @classmethod
    def of(cls, change: FieldsChange) -> Self:
        return cls(changes=[FieldTurnOut.of(one) for one in change.turns], actor=change.actor)
