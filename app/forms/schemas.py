"""Forms as the API reads and writes them."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.channels.adapters.webform_questions import ProofDemand
from app.errors import Flaw, Invalid
from app.forms import definitions
from app.forms.values import Content, FormKind, FormState, FormVersion, WebForm
from app.forms.writing import schema_of
from app.rest.languages import Said
from app.rest.public_ids import ChannelId, FormId

_STRICT = ConfigDict(extra="forbid")
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_SITE = re.compile(r"https://[a-z0-9.-]{1,200}(:[0-9]{1,5})?")
_SITES = ["https://www.villebourg.example.fr"]
_TITLE, _TITLE_EN = "Signaler un problème sur la voie publique", "Report a problem in the street"
_INTRO = "Un agent lit votre signalement sous un jour ouvré."
_DEFINITION = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "nature": {"type": "string", "title": "De quoi s'agit-il ?", "enum": ["Éclairage", "Voirie"]},
        "numero": {
            "type": "string",
            "title": "Numéro du mât",
            "maxLength": 20,
            "x-parvis": {"show_if": {"question": "nature", "among": ["Éclairage"]}},
        },
        "message": {
            "type": "string",
            "format": "multiline",
            "title": "Ce que vous avez vu",
            "x-parvis": {"about": "message"},
        },
        "lieu": {"type": "object", "format": "place", "title": "Où ?"},
        "photos": {
            "type": "array",
            "items": {"type": "string", "contentEncoding": "binary"},
            "maxItems": 3,
            "title": "Photos",
            "x-parvis": {"accepts": ["image/*"]},
        },
    },
    "required": ["nature", "message"],
}
_PROOF = (
    "Calcul demandé au navigateur (ALTCHA) : `off`, `when_doubtful` (un calcul fait lève certains doutes), `always` (sans "
    "calcul, l'envoi est douteux). Un envoi douteux est gardé à sa date, et confirmé par courriel ou lu par un agent."
)
_DESCRIBED = (
    "Les questions, dans l'ordre, en JSON Schema 2020-12 ; la partie admise est décrite dans docs/channels/webform.md."
)


class FormContent(BaseModel):
    """Ce qu'un formulaire montre et demande ; un champ absent reste comme il est."""

    model_config = _STRICT
    title: str | None = Field(default=None, min_length=1, max_length=200, examples=[_TITLE])
    title_en: str | None = Field(default=None, max_length=200, examples=[_TITLE_EN])
    intro: str | None = Field(default=None, max_length=2000, description="Sous le titre.", examples=[_INTRO])
    intro_en: str | None = Field(default=None, max_length=2000, examples=["Somebody reads it within a working day."])
    definition: dict[str, Any] | None = Field(default=None, description=_DESCRIBED, examples=[_DEFINITION])
    sites: list[str] | None = Field(
        default=None,
        max_length=20,
        description="Origines dont les pages peuvent le montrer dans un cadre.",
        examples=[_SITES],
    )

    def over(self, content: Content) -> Content:
        """Returns the content with what is given here. Raises `Invalid` with every fault of the definition."""
        _check_sites(self.sites or [])
        plain = ("title", "title_en", "intro", "intro_en", "sites")
        given = {name: value for name in plain if (value := getattr(self, name)) is not None}
        if self.definition is not None:
            given["questions"] = list(definitions.read(self.definition))
        return replace(content, **given)


class NewForm(FormContent):
    """Un formulaire à créer : un brouillon, que personne ne voit avant sa publication."""

    slug: str = Field(
        max_length=60,
        pattern=_SLUG,
        description="Son adresse : `/formulaires/{slug}`.",
        examples=["signalement-voirie"],
    )
    kind: FormKind = Field(
        default=FormKind.REQUEST, description="Demande, ou signalement sur le terrain.", examples=["report"]
    )
    title: str = Field(min_length=1, max_length=200, examples=[_TITLE])
    definition: dict[str, Any] = Field(description=_DESCRIBED, examples=[_DEFINITION])

    proof: ProofDemand = Field(default=ProofDemand.OFF, description=_PROOF, examples=["off"])

    def content(self) -> Content:
        return self.over(Content(title=self.title, questions=[]))


class FormChange(FormContent):
    """Ce qui change : des mots ou des questions font une nouvelle version ; le reste vaut aussitôt."""

    slug: str | None = Field(default=None, max_length=60, pattern=_SLUG, examples=["signaler"])
    proof: ProofDemand | None = Field(default=None, description=_PROOF, examples=["when_doubtful"])

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set or all(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError(Said("donnez au moins un champ à changer", en="give at least one field to change"))
        return self


class Publication(BaseModel):
    """La version à montrer."""

    model_config = _STRICT
    version: int = Field(ge=1, description="Une version du formulaire.", examples=[1])


class FormVersionOut(BaseModel):
    """Une version d'un formulaire ; elle ne change plus."""

    number: int = Field(examples=[1])
    title: str = Field(examples=[_TITLE])
    title_en: str = Field(examples=[_TITLE_EN])
    intro: str = Field(examples=[_INTRO])
    intro_en: str = Field(examples=[""])
    definition: dict[str, Any] = Field(description="JSON Schema 2020-12.", examples=[_DEFINITION])
    sites: list[str] = Field(examples=[_SITES])
    created_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    created_by: str = Field(examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])

    @classmethod
    def of(cls, version: FormVersion) -> Self:
        content = version.content
        return cls(
            number=version.number,
            title=content.title,
            title_en=content.title_en,
            intro=content.intro,
            intro_en=content.intro_en,
            definition=schema_of(content.questions),
            sites=list(content.sites),
            created_at=version.created_at,
            created_by=version.created_by,
        )


class FormOut(BaseModel):
    """Un formulaire, avec sa dernière version."""

    id: FormId
    slug: str = Field(examples=["signalement-voirie"])
    former_slugs: list[str] = Field(description="Adresses qui mènent encore à lui.", examples=[["voirie"]])
    kind: FormKind = Field(examples=["report"])
    state: FormState = Field(examples=["published"])
    published_version: int | None = Field(description="Celle que les usagers voient.", examples=[1])
    latest: FormVersionOut
    url: str = Field(description="Sa page.", examples=["https://parvis.example.fr/formulaires/signalement-voirie"])
    embed_url: str = Field(
        description="La même, nue, pour un cadre d'un des `sites`.",
        examples=["https://parvis.example.fr/formulaires/signalement-voirie/integrer"],
    )
    proof: ProofDemand = Field(description=_PROOF, examples=["when_doubtful"])
    channel_id: ChannelId = Field(description="Le canal par lequel ses envois arrivent.")
    created_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    updated_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, form: WebForm, *, base_url: str) -> Self:
        url = f"{base_url}/formulaires/{form.slug}"
        return cls(
            id=form.id,
            slug=form.slug,
            former_slugs=list(form.former_slugs),
            kind=form.kind,
            state=form.state,
            published_version=form.published if form.state is FormState.PUBLISHED else None,
            latest=FormVersionOut.of(form.latest),
            url=url,
            embed_url=f"{url}/integrer",
            proof=form.proof,
            channel_id=form.channel_id,
            created_at=form.created_at,
            updated_at=form.updated_at,
            version=form.version,
        )


def _check_sites(sites: list[str]) -> None:
    """An origin goes into a header: nothing but an https origin may stand there."""
    told = Said("une origine comme https://www.example.fr", en="an origin such as https://www.example.fr")
    flaws = [Flaw(f"/sites/{index}", "origin", told) for index, site in enumerate(sites) if not _SITE.fullmatch(site)]
    if flaws:
        raise Invalid(flaws=flaws)
