"""Absences as the API reads and writes them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.identity.absences import Days
from app.identity.absences_repository import Absence
from app.rest.public_ids import AbsenceId, UserId

_STRICT = ConfigDict(extra="forbid")
_LENT = "Prête aussi les demandes confidentielles : le dit la personne absente, ou un administrateur."


class NewAbsence(BaseModel):
    """Une absence à déclarer : des jours civils, le premier et le dernier compris."""

    model_config = _STRICT
    user_id: UserId = Field(description="Qui est absent ; soi, ou un autre avec le droit `absences:admin`.")
    from_on: date = Field(description="Premier jour.", examples=["2027-07-12"])
    until_on: date = Field(description="Dernier jour, compris.", examples=["2027-07-30"])
    stand_in_id: UserId | None = Field(
        default=None, description="Qui remplace ; absent : les nouvelles demandes vont à l'équipe."
    )
    confidential: bool = Field(default=False, description=_LENT, examples=[False])

    def days(self) -> Days:
        return Days(
            from_on=self.from_on,
            until_on=self.until_on,
            stand_in_id=self.stand_in_id,
            confidential=self.confidential,
        )


class AbsenceChange(BaseModel):
    """Ce qui change d'une absence ; ce qui est absent reste."""

    model_config = _STRICT
    from_on: date | None = Field(default=None, description="Premier jour.", examples=["2027-07-12"])
    until_on: date | None = Field(default=None, description="Dernier jour, compris.", examples=["2027-07-23"])
    stand_in_id: UserId | None = Field(default=None, description="Qui remplace ; `null` : personne.")
    confidential: bool | None = Field(default=None, description=_LENT, examples=[False])

    def over(self, was: Absence) -> Days:
        """Returns what the absence should be: what was said, over what it is."""
        return Days(
            from_on=self.from_on or was.from_on,
            until_on=self.until_on or was.until_on,
            stand_in_id=self.stand_in_id if "stand_in_id" in self.model_fields_set else was.stand_in_id,
            confidential=was.confidential if self.confidential is None else self.confidential,
        )


class AbsenceOut(BaseModel):
    """Une absence. Elle finit d'elle-même, le soir de son dernier jour."""

    id: AbsenceId
    user_id: UserId
    from_on: date = Field(examples=["2027-07-12"])
    until_on: date = Field(examples=["2027-07-30"])
    stand_in_id: UserId | None
    confidential: bool = Field(description="Les demandes confidentielles sont prêtées aussi.", examples=[False])
    declared_at: datetime
    cancelled_at: datetime | None = Field(examples=[None])
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, absence: Absence) -> Self:
        return cls(**{name: getattr(absence, name) for name in cls.model_fields})
