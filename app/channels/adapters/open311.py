"""Open311 GeoReport v2: a report of something on the ground, posted by an application or another town's system.

Source: wiki.open311.org/GeoReport_v2 (POST Service Request). The protocol has no idempotency: `Idempotency-Key` is taken
where a client sends one, else the same bytes are the same report.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.channels.contract import (
    Attachment,
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
from app.channels.errors import Unreadable
from app.channels.kit import photos
from app.channels.kit.addresses import normalise
from app.channels.kit.forms import Form, read_form
from app.channels.kit.json import number
from app.channels.kit.keys import digest
from app.channels.kit.phone import e164
from app.channels.kit.signatures import in_force, judged, same
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import WithoutHandshake

_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,100})\](?:\[\])?")
_KEPT = ("service_code", "jurisdiction_id", "address_string", "address_id", "device_id", "account_id")


class Open311Refused(Unreadable):
    """The report breaks the protocol; `code` is the status the client is answered with."""

    def __init__(self, reason: str, *, code: int = 400) -> None:
        super().__init__(reason)
        self.code = code


class Datatype(StrEnum):
    """What an attribute takes, in the words of the protocol (GET Service Definition)."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


class Attribute(BaseModel):
    """A question a service asks. `values` are the keys of a list, each with its name for people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[^\]\[]{1,100}$")
    description: str
    datatype: Datatype = Datatype.STRING
    datatype_description: str = ""
    required: bool = False
    values: Mapping[str, str] = {}
    variable: bool = True  # false: words to show, nothing to answer


class Service(BaseModel):
    """A service citizens may report to; an attribute with a list of values takes no other.

    `required` and `values` say in short, by the attributes' codes, what `attributes` says in full.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    required: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = {}

    def all_attributes(self) -> Sequence[Attribute]:
        """Returns the attributes told in full, then those only told in short."""
        known = {attribute.code for attribute in self.attributes}
        short = [code for code in dict.fromkeys([*self.required, *self.values]) if code not in known]
        return [*self.attributes, *(self._short(code) for code in short)]

    def _short(self, code: str) -> Attribute:
        listed = self.values.get(code, ())
        return Attribute(
            code=code,
            description=code,
            datatype=Datatype.MULTI if listed else Datatype.STRING,
            required=code in self.required,
            values={key: key for key in listed},
        )


class Open311Config(ChannelConfig):
    """Who may post, and the services offered; an empty list takes every code, for the agents to sort."""

    api_keys: tuple[SecretStr, ...] = ()
    services: tuple[Service, ...] = ()
    territory: str = "FR"


class Open311Adapter(WithoutHandshake):
    """Reports posted to our Open311 endpoint."""

    meta: ClassVar[Meta] = Meta(
        type="open311", name_fr="Signalements Open311", name_en="Open311 reports", homepage="https://www.open311.org"
    )
    Config: ClassVar[type[ChannelConfig]] = Open311Config

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(attachments_max_bytes=10_000_000)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return Open311Config(api_keys=(SecretStr(secret),) if secret else ())

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        own = _own(config)
        try:
            given = read_form(delivery).last("api_key") or ""
        except Unreadable:
            given = ""
        return judged(in_force(*own.api_keys), lambda key: same(given, key), what="the api_key")

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        """Raises `Open311Refused` for what the protocol says must be refused, with the status to answer."""
        own = _own(config)
        if delivery.method.upper() != "POST":
            return [Event(type=EventType.IGNORED, event_key=digest(delivery.url), reason="a question, not a report")]
        form = read_form(delivery)
        attributes = _attributes(form)
        _check(form, attributes, own.services)
        given_key = delivery.header("Idempotency-Key")
        lat, lon = number(form.last("lat")), number(form.last("long"))
        on_earth = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180 and (lat or lon)
        code = form.last("service_code") or ""
        kept = {name: value for name in _KEPT if (value := form.last(name))}
        return [
            Event(
                type=EventType.MESSAGE_RECEIVED,
                event_key=f"idem:{given_key}" if given_key else digest(*sorted(form.pairs), len(form.files)),
                sender=_sender(form, territory=own.territory),
                subject=next((service.name for service in own.services if service.code == code), code),
                text=form.last("description") or "",
                attachments=_pieces(form),
                geo=Geo(lat, lon)
                if on_earth and lat is not None and lon is not None
                else photos.first_position(file.content for file in form.files),
                fields={**kept, "attributes": attributes},
                warnings=[] if on_earth or lat is None else ["the position is not on Earth: it was left out"],
            )
        ]


def _own(config: ChannelConfig) -> Open311Config:
    assert isinstance(config, Open311Config)
    return config


def _attributes(form: Form) -> Mapping[str, object]:
    pairs = [(found[1], value) for name, value in form.pairs if (found := _ATTRIBUTE.fullmatch(name))]
    return Form(pairs).as_dict()


def _check(form: Form, attributes: Mapping[str, object], services: Sequence[Service]) -> None:
    code = form.last("service_code")
    if not code:
        raise Open311Refused("Service Code cannot be null -- can't proceed with the request.")
    located = form.last("lat") and form.last("long")
    if not (located or form.last("address_string") or form.last("address_id")):
        raise Open311Refused("a location is needed: lat and long, address_string or address_id")
    if not services:
        return
    service = next((service for service in services if service.code == code), None)
    if service is None:
        raise Open311Refused("no service has that code", code=404)
    for attribute in service.all_attributes():
        if attribute.variable:
            given = attributes.get(attribute.code, [])
            _check_attribute(attribute, [str(word) for word in (given if isinstance(given, list) else [given]) if word])


def _check_attribute(attribute: Attribute, given: Sequence[str]) -> None:
    code = attribute.code
    if attribute.required and not given:
        raise Open311Refused(f"the attribute {code} is required")
    if attribute.values and any(value not in attribute.values for value in given):
        raise Open311Refused(f"a value of the attribute {code} is not in its list")
    if attribute.datatype is Datatype.SINGLE and len(given) > 1:
        raise Open311Refused(f"the attribute {code} takes one value")
    if attribute.datatype is Datatype.NUMBER and any(number(value) is None for value in given):
        raise Open311Refused(f"the attribute {code} is a number")
    if attribute.datatype is Datatype.DATETIME and any(from_iso(value, zone="Europe/Paris") is None for value in given):
        raise Open311Refused(f"the attribute {code} is a date and time (ISO 8601)")


def _sender(form: Form, *, territory: str) -> Party:
    name = " ".join(part for key in ("first_name", "last_name") if (part := form.last(key))) or None
    email, phone = normalise((form.last("email") or "").strip()), form.last("phone")
    if email:
        return Party(PointKind.EMAIL, email, name)
    known = e164(phone, territory=territory) if phone else None
    return Party(PointKind.PHONE, known, name) if known else Party(PointKind.WEB, None, name)


def _pieces(form: Form) -> Sequence[Attachment]:
    linked = [value for name, value in form.pairs if name.removesuffix("[]") == "media_url" and value]
    return [
        *(Attachment(name=None, content_type="image/*", source=url) for url in linked),
        *(
            Attachment(name=f.name, content_type=f.content_type, size=len(f.content), content=f.content)
            for f in form.files
        ),
    ]
