"""Open311 GeoReport v2: a report of something on the ground, posted to us; or handed over to a partner's server, and followed.

Source: wiki.open311.org/GeoReport_v2 (POST Service Request). The protocol has no idempotency: `Idempotency-Key` is taken
where a client sends one, else the same bytes are the same report. What a partner's server says is read in
`open311_statuses`, and asked for in `open311_partner`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.channels.adapters import open311_partner, open311_statuses
from app.channels.adapters.open311_partner import Partner, PartnerFormat, Updates
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    EventType,
    Geo,
    Media,
    Meta,
    Outcome,
    Party,
    PointKind,
    Polled,
    Receipt,
    Rendered,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit import photos
from app.channels.kit.addresses import normalise
from app.channels.kit.forms import Form, read_form
from app.channels.kit.json import number
from app.channels.kit.keys import digest
from app.channels.kit.media import MAX_BYTES, download
from app.channels.kit.phone import e164
from app.channels.kit.probing import incomplete, ready
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
    near_metres: int | None = Field(default=None, ge=0, le=1000)  # an open report as near may be the same; 0: none is
    near_days: int | None = Field(default=None, ge=1, le=365)

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
    """Who may post, and the services offered; an empty list takes every code, for the agents to sort.

    With `partner_endpoint` the channel speaks to a partner's server instead: reports are handed over there and followed.
    """

    api_keys: tuple[SecretStr, ...] = ()
    services: tuple[Service, ...] = ()
    territory: str = "FR"
    partner_endpoint: str | None = Field(default=None, pattern=r"^https://[^\s?#@]{1,300}$")
    partner_key: SecretStr | None = None
    partner_jurisdiction: str = Field(default="", max_length=200)
    partner_format: PartnerFormat = PartnerFormat.JSON
    partner_services: Mapping[str, str] = {}  # its code for one of ours
    partner_service: str = Field(default="", max_length=100)  # its code for all others; empty, ours
    partner_files: bool = False  # it takes photographs beside the fields (FixMyStreet)
    partner_updates: Updates = Updates.NONE
    partner_receives: bool = False  # the reports made there come here too

    def partner(self) -> Partner | None:
        """Returns the server this channel speaks to, None where it is others who speak to ours."""
        if self.partner_endpoint is None:
            return None
        return Partner(
            endpoint=self.partner_endpoint,
            key=self.partner_key,
            jurisdiction=self.partner_jurisdiction,
            format=self.partner_format,
            services=self.partner_services,
            service=self.partner_service,
            updates=self.partner_updates,
            receives=self.partner_receives,
        )


class Open311Adapter(WithoutHandshake):
    """Reports posted to our Open311 endpoint."""

    meta: ClassVar[Meta] = Meta(
        type="open311", name_fr="Signalements Open311", name_en="Open311 reports", homepage="https://www.open311.org"
    )
    Config: ClassVar[type[ChannelConfig]] = Open311Config

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own, partner = _own(config), _own(config).partner()
        hosts = (partner.host,) if partner else ()
        return Capabilities(
            attachments_max_bytes=10_000_000,
            fetch_max_bytes=MAX_BYTES,
            can_send=partner is not None,
            can_start=partner is not None,
            polls=partner is not None and partner.polled,
            receipt_queries=partner is not None,
            files=partner is not None and own.partner_files,
            media=(Media(types="image/*", max_bytes=10_000_000),) if partner and own.partner_files else (),
            text_max=open311_partner.MOST_TEXT if partner else None,
            rate_per_second=1 if partner else None,
            credential_hosts=hosts,
        )

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
        if delivery.method == "POLL":
            return open311_statuses.events(delivery)
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

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        """Shows a report as it leaves, without the key."""
        return open311_partner.render(request, replace(_partner(config), key=None))

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        partner = _own(config).partner()
        if partner is None:
            return Sent(outcome=Outcome.CONFIG, detail="this channel hands nothing over: it has no partner's address")
        return await open311_partner.send(request, partner, context)

    async def receipt(self, request: SendRequest, config: ChannelConfig, context: Context) -> Receipt:
        return await open311_partner.receipt(request, _partner(config), context)

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        return await open311_partner.poll(_partner(config), context, cursor=cursor)

    async def follow(self, names: Sequence[str], config: ChannelConfig, context: Context) -> Sequence[Delivery]:
        return await open311_partner.follow(names, _partner(config), context)

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:  # noqa: ARG002
        return await download(attachment.source or "", context)  # public: no key leaves

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        partner = _own(config).partner()
        if partner is None:
            keys = len(_own(config).api_keys)
            if not keys:
                return incomplete("donnez une clé à qui envoie des signalements", "give a key to whoever sends reports")
            return ready(
                f"le point d'accès prend les signalements de {keys} clés", f"reports are taken with {keys} keys"
            )
        return await open311_partner.check(partner, context)


def _own(config: ChannelConfig) -> Open311Config:
    assert isinstance(config, Open311Config)
    return config


def _partner(config: ChannelConfig) -> Partner:
    partner = _own(config).partner()
    if partner is None:
        raise Unreadable("il manque l'adresse du serveur du partenaire")
    return partner


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
