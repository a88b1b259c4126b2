"""Fields of an administration as the API writes and reads them."""

from datetime import datetime
from typing import Annotated, Any, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from app.rest.public_ids import CustomFieldId
from app.tickets.field_values import MOST_CHOICES, Choice, CustomField, FieldKind

_STRICT = ConfigDict(extra="forbid")
_KEY = "Minuscules, chiffres et tirets bas ; elle ne change plus."
_LABEL = "Quartier"
_KIND = (
    "`text` une ligne, `long_text`, `number`, `date`, `yes_no`, `choice` une valeur d'une liste, `choices` plusieurs, "
    "`email`, `phone`, `url` ; il ne change plus."
)
_REQUIRED = "Une demande qui ne l'a pas rempli n'est pas close (`fields-missing`)."
_PROCEDURES = "Codes des démarches pour lesquelles il se remplit ; aucune : toutes les demandes."
_RANK = "Place dans la liste, de la plus petite à la plus grande."
_CHOICES = [{"key": "centre", "label": "Centre", "label_en": None, "archived": False}]

FieldKey: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ChoiceKey: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
ProcedureCode: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_Text: TypeAlias = Annotated[str, StringConstraints(max_length=5_000)]
_Chosen: TypeAlias = Annotated[list[Annotated[str, StringConstraints(max_length=60)]], Field(max_length=MOST_CHOICES)]
CustomValue: TypeAlias = StrictBool | StrictInt | StrictFloat | _Text | _Chosen


class ChoiceBody(BaseModel):
    """Une valeur qu'une liste offre."""

    model_config = _STRICT
    key: ChoiceKey = Field(description="Ce que les demandes gardent ; elle ne change plus.", examples=["centre"])
    label: str = Field(min_length=1, max_length=100, examples=["Centre"])
    label_en: str | None = Field(default=None, min_length=1, max_length=100, examples=[None])
    archived: bool = Field(default=False, description="Elle reste où elle est et ne se choisit plus.", examples=[False])

    def choice(self) -> Choice:
        return Choice(self.key, self.label, self.label_en, self.archived)


class ChoiceOut(BaseModel):
    """Une valeur qu'une liste offre."""

    key: str = Field(examples=["centre"])
    label: str = Field(examples=["Centre"])
    label_en: str | None = Field(examples=[None])
    archived: bool = Field(description="Elle reste où elle est et ne se choisit plus.", examples=[False])


class CustomFieldOut(BaseModel):
    """Un champ que l'administration ajoute à ses demandes."""

    id: CustomFieldId
    key: str = Field(description=_KEY, examples=["quartier"])
    kind: FieldKind = Field(description=_KIND, examples=["choice"])
    label: str = Field(examples=[_LABEL])
    label_en: str | None = Field(examples=["District"])
    help: str = Field(description="Ce que l'agent lit sous le champ.", examples=["Celui où l'on intervient."])
    required_to_close: bool = Field(description=_REQUIRED, examples=[False])
    choices: list[ChoiceOut] = Field(description="Les valeurs d'une liste, dans leur ordre.", examples=[_CHOICES])
    procedures: list[str] = Field(description=_PROCEDURES, examples=[["URB-DP"]])
    rank: int = Field(description=_RANK, examples=[1])
    archived_at: datetime | None = Field(
        description="Depuis quand il ne se remplit plus ; ses valeurs restent.", examples=[None]
    )
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, field: CustomField) -> Self:
        own = {name: getattr(field, name) for name in cls.model_fields if name not in {"choices", "procedures"}}
        choices = [ChoiceOut(**one.stored()) for one in field.choices]
        return cls(**own, choices=choices, procedures=list(field.procedures))


class NewCustomField(BaseModel):
    """Un champ à faire."""

    model_config = _STRICT
    key: FieldKey = Field(description=_KEY, examples=["quartier"])
    kind: FieldKind = Field(description=_KIND, examples=["choice"])
    label: str = Field(min_length=1, max_length=100, examples=[_LABEL])
    label_en: str | None = Field(default=None, min_length=1, max_length=100, examples=["District"])
    help: str = Field(default="", max_length=500, examples=["Celui où l'on intervient."])
    required_to_close: bool = Field(default=False, description=_REQUIRED, examples=[False])
    choices: list[ChoiceBody] = Field(default=[], max_length=MOST_CHOICES, examples=[_CHOICES])
    procedures: list[ProcedureCode] = Field(default=[], max_length=100, description=_PROCEDURES, examples=[[]])
    rank: int | None = Field(default=None, ge=0, le=10_000, description=_RANK, examples=[None])

    def values(self) -> dict[str, Any]:
        return _values(self, set(type(self).model_fields))


class CustomFieldChange(BaseModel):
    """Ce qui change d'un champ ; ce qui est absent reste."""

    model_config = _STRICT
    label: str | None = Field(default=None, min_length=1, max_length=100, examples=[_LABEL])
    label_en: str | None = Field(
        default=None, min_length=1, max_length=100, description="`null` le retire.", examples=["District"]
    )
    help: str | None = Field(default=None, max_length=500, examples=["Celui où l'on intervient."])
    required_to_close: bool | None = Field(default=None, description=_REQUIRED, examples=[True])
    choices: list[ChoiceBody] | None = Field(
        default=None,
        max_length=MOST_CHOICES,
        description="Toutes ses valeurs, dans leur ordre : aucune ne s'ôte, elle se range.",
        examples=[None],
    )
    procedures: list[ProcedureCode] | None = Field(
        default=None, max_length=100, description=_PROCEDURES, examples=[None]
    )
    rank: int | None = Field(default=None, ge=0, le=10_000, description=_RANK, examples=[2])
    archived: bool | None = Field(default=None, description="Le range, ou le rouvre.", examples=[None])

    def values(self) -> dict[str, Any]:
        return _values(
            self,
            {name for name in self.model_fields_set if name == "label_en" or getattr(self, name) is not None},
        )


def _values(body: NewCustomField | CustomFieldChange, names: set[str]) -> dict[str, Any]:
    written = {name: getattr(body, name) for name in names}
    if "choices" in written:
        written["choices"] = [one.choice() for one in written["choices"]]
    if "kind" in written:
        written["kind"] = written["kind"].value
    return written
