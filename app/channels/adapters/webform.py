"""Web forms: what a citizen filled in on a page of the administration.

The page (ours, or one of the town's own site) posts JSON, or the form itself: the same answers either way, so that a
form works without JavaScript (RGAA 7.1). The server that receives it keeps the bytes; this adapter only reads them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from app.channels.adapters import webform_answers
from app.channels.adapters.webform_questions import FormEdition, FormField, Kind, ProofDemand, labels, unaskable
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Delivery,
    Event,
    EventType,
    Geo,
    Meta,
    Party,
    PointKind,
    Verdict,
)
from app.channels.kit import photos, webhooks
from app.channels.kit.keys import digest
from app.channels.kit.phone import e164
from app.channels.kit.signatures import in_force
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import WithoutHandshake

CONTACT_FORM = (
    FormField(name="prenom", label="Prénom", about="given_name"),
    FormField(name="nom", label="Nom", about="family_name"),
    FormField(name="courriel", label="Adresse électronique", kind=Kind.EMAIL, about="email"),
    FormField(name="telephone", label="Téléphone", kind=Kind.TEL, about="phone"),
    FormField(name="objet", label="Objet de votre demande", about="subject"),
    FormField(name="message", label="Votre demande", kind=Kind.TEXTAREA, required=True, about="message"),
    FormField(name="pieces", label="Pièces jointes", kind=Kind.FILE),
)


# It stands in a header: an origin and nothing else.
Site = Annotated[str, Field(pattern=r"^https://[a-z0-9.-]{1,200}(:[0-9]{1,5})?$")]


class WebformConfig(ChannelConfig):
    """One form: its address under `/formulaires/`, its questions, and the secret of a site that posts for us, if any.

    `earlier` are the versions that pages still open, and deliveries not read yet, may name.
    """

    slug: str = Field(default="contact", pattern=r"^[a-z0-9-]{1,60}$")
    title: str = "Contacter la mairie"
    title_en: str = ""
    intro: str = ""
    intro_en: str = ""
    version: str = "1"
    fields: tuple[FormField, ...] = CONTACT_FORM
    earlier: tuple[FormEdition, ...] = ()
    open: bool = True  # closed, its page says so; what a page shown before still posts is kept
    report: bool = False  # a report of something on the ground
    service: str = Field(default="", max_length=100)  # the Open311 service it reports to, where there is one
    near_metres: int = Field(default=50, ge=0, le=1000)  # an open report as near may be the same; 0: none ever is
    near_days: int = Field(default=30, ge=1, le=365)  # … and as recent
    sites: tuple[Site, ...] = ()  # origins whose pages may show it in a frame
    honeypot: str = "site_web"  # a field nobody sees: filled in, a machine wrote; the message is kept and marked
    proof: ProofDemand = ProofDemand.OFF  # of work done by the browser (ALTCHA)
    secret: SecretStr | None = None
    previous_secret: SecretStr | None = None
    tolerance_s: int | None = webhooks.TOLERANCE_S
    territory: str = "FR"
    zone: str = "Europe/Paris"

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        for fields in (self.fields, *(one.fields for one in self.earlier)):
            if (fault := unaskable(fields)) is not None:
                raise ValueError(f"la question {fault} ne peut pas être posée : voyez ses conditions et ses réponses")
        return self

    def questions(self, version: str | None) -> tuple[FormField, ...] | None:
        """Returns the questions of a version, the present ones when none is named, None when it is not known here."""
        if version is None or version == self.version:
            return self.fields
        return next((one.fields for one in self.earlier if one.version == version), None)


class WebformAdapter(WithoutHandshake):
    """A form of the administration. Answers leave by the channel of the address the person gave."""

    meta: ClassVar[Meta] = Meta(type="webform", name_fr="Formulaire en ligne", name_en="Web form")
    Config: ClassVar[type[ChannelConfig]] = WebformConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(subject=True, attachments_max_bytes=25_000_000)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return WebformConfig(secret=SecretStr(secret) if secret else None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        own = _own(config)
        secrets = in_force(own.secret, own.previous_secret)
        return webhooks.verify(delivery, secrets, now=now, tolerance_s=own.tolerance_s)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        filled = webform_answers.read(delivery)
        questions = own.questions(filled.version)
        known = own.fields if questions is None else questions
        about = _about(known, filled.answers)
        words = _words(own, known, filled.answers)
        identifier = filled.identifier or digest(own.slug, delivery.body.hex())
        caught = bool(str(filled.answers.get(own.honeypot, "")).strip())
        warnings = ["a field nobody sees was filled in: perhaps written by a machine"] if caught else []
        if questions is None:
            warnings.append(
                f"version {str(filled.version)[:60]} of this form is not known: read by version {own.version}"
            )
        return [
            Event(
                type=EventType.MESSAGE_RECEIVED,
                event_key=identifier,
                external_id=identifier,
                account=own.slug,
                sender=_sender(about, territory=own.territory),
                subject=about.get("subject") or own.title,
                text=words,
                attachments=filled.attachments,
                occurred_at=from_iso(filled.submitted_at, zone=own.zone),
                occurred_raw=filled.submitted_at,
                geo=webform_answers.place(about.get("lat"), about.get("lon")) or _place(own, known, filled),
                fields={
                    "form": {
                        "slug": own.slug,
                        "version": filled.version or own.version,
                        **({"fills": fills} if (fills := webform_answers.fills(known, filled.answers)) else {}),
                    },
                    "answers": {name: value for name, value in filled.answers.items() if name != own.honeypot},
                    **({"service_code": own.service} if own.service else {}),
                },
                warnings=warnings,
            )
        ]


def _own(config: ChannelConfig) -> WebformConfig:
    assert isinstance(config, WebformConfig)
    return config


def _about(questions: Sequence[FormField], answers: Mapping[str, object]) -> dict[str, str]:
    found = ((field.about, str(answers.get(field.name, "")).strip()) for field in questions if field.about)
    return {about: value for about, value in found if value}


def _place(own: WebformConfig, questions: Sequence[FormField], filled: webform_answers.Filled) -> Geo | None:
    """Returns the first place given, else where the device was; for a report, else where its first photo was taken."""
    asked = (field.name for field in questions if field.kind is Kind.PLACE)
    given = (webform_answers.place_of(filled.answers, name) for name in asked)
    found = next((place for place in given if place), filled.geo)
    if found is not None or not own.report:
        return found
    return photos.first_position(piece.content for piece in filled.attachments)


def _sender(about: Mapping[str, str], *, territory: str) -> Party:
    """Returns whom an answer can reach: the address, else the number, else nobody."""
    name = about.get("name") or " ".join(about[part] for part in ("given_name", "family_name") if part in about) or None
    email = webform_answers.address(about.get("email"))
    if email:
        return Party(PointKind.EMAIL, email, name)
    number = e164(about["phone"], territory=territory) if "phone" in about else None
    return Party(PointKind.PHONE, number, name) if number else Party(PointKind.WEB, None, name)


def _words(own: WebformConfig, questions: Sequence[FormField], answers: Mapping[str, object]) -> str:
    """Writes the answers as a person would read them: the message first, then each question with its answer."""
    known = labels(questions)
    messages = [field.name for field in questions if field.about == "message"]
    said = [written for name in messages if (written := webform_answers.written(answers.get(name)))]
    rest = [
        f"{known.get(name, name)} : {written}"
        for name, value in answers.items()
        if name not in messages and name != own.honeypot and (written := webform_answers.written(value))
    ]
    return "\n\n".join(part for part in ("\n\n".join(said), "\n".join(rest)) if part)
