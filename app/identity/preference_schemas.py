"""Preferences as the API writes and reads them: a closed schema, so that nothing else is ever kept there."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_STRICT = ConfigDict(extra="forbid")
_MOST_KEYS = 60
_MOST_COLUMNS = 30
Act = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
# A letter, or two typed one after the other; any script: a keyboard writes what it writes.
Letters = Annotated[str, StringConstraints(pattern=r"^[^\W\d_](?: [^\W\d_])?$")]
ColumnName = Annotated[str, StringConstraints(pattern=r"^(?:[a-z_]{1,40}|custom_field:[a-z][a-z0-9_]{0,39})$")]
_KEYS = "Touches changées, par acte : une lettre, ou deux à la suite. Un acte absent garde sa touche d'origine."
_KEYS_ON = "`false` : les touches d'une lettre ne font rien (WCAG 2.1.4)."
_THEME = "`system` : celui de l'appareil ; `light` clair ; `dark` sombre."
_DENSITY = "`normal`, ou `tight` : des lignes serrées."
_LANGUAGE = "Langue de l'application ; `null` : celle du navigateur."
_COLUMNS = "Colonnes des listes, dans cet ordre, quand la vue n'en dit rien ; vide : celles d'origine."
_THREAD = "Ordre du fil d'une demande : `oldest` le plus ancien d'abord, `newest` le plus récent."
_TOUR = "`true` : la visite guidée est ouverte sur les écrans ; la terminer ou la passer la ferme."
_EXAMPLE_KEYS = {"next": "b"}
_EXAMPLE_COLUMNS = ["risk", "term_on", "subject"]


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    NORMAL = "normal"
    TIGHT = "tight"


class Tongue(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


class ThreadOrder(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"


class PreferencesChange(BaseModel):
    """Ce qui change ; ce qui est absent reste."""

    model_config = _STRICT
    keys: dict[Act, Letters] = Field(
        default={}, max_length=_MOST_KEYS, description=_KEYS + " Donné, il remplace tout.", examples=[_EXAMPLE_KEYS]
    )
    keys_on: bool = Field(default=True, description=_KEYS_ON, examples=[True])
    theme: Theme = Field(default=Theme.SYSTEM, description=_THEME, examples=["dark"])
    density: Density = Field(default=Density.NORMAL, description=_DENSITY, examples=["tight"])
    language: Tongue | None = Field(default=None, description=_LANGUAGE, examples=["fr"])
    columns: list[ColumnName] = Field(
        default=[], max_length=_MOST_COLUMNS, description=_COLUMNS, examples=[_EXAMPLE_COLUMNS]
    )
    thread_order: ThreadOrder = Field(default=ThreadOrder.OLDEST, description=_THREAD, examples=["newest"])
    tour: bool = Field(default=False, description=_TOUR, examples=[True])

    def wishes(self) -> dict[str, Any]:
        """Returns what was given, as it is kept."""
        return self.model_dump(mode="json", include=self.model_fields_set)


class PreferencesOut(BaseModel):
    """Comment une personne aime ses écrans ; la version 0 est celle de qui n'a rien choisi."""

    keys: dict[str, str] = Field(description=_KEYS, examples=[_EXAMPLE_KEYS])
    keys_on: bool = Field(description=_KEYS_ON, examples=[True])
    theme: Theme = Field(description=_THEME, examples=["dark"])
    density: Density = Field(description=_DENSITY, examples=["tight"])
    language: Tongue | None = Field(description=_LANGUAGE, examples=["fr"])
    columns: list[str] = Field(description=_COLUMNS, examples=[_EXAMPLE_COLUMNS])
    thread_order: ThreadOrder = Field(description=_THREAD, examples=["newest"])
    tour: bool = Field(description=_TOUR, examples=[True])
    version: int = Field(examples=[3])

    @classmethod
    def of(cls, wishes: Mapping[str, Any], version: int) -> Self:
        """Shows what was chosen, and what stands where nothing was."""
        whole = PreferencesChange.model_validate(wishes).model_dump(mode="python")
        return cls(**whole, version=version)
