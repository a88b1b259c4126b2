"""The words of GeoReport v2 on the wire, in XML and in JSON: pure.

Source: wiki.open311.org/GeoReport_v2. XML names its roots and repeats an element for each item; JSON is a bare array, with
numbers and nulls, except for a service definition, which is one object.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from app.channels.adapters.open311 import Attribute, Service
from app.forms.public_reports import PublicReport
from app.tickets.values import Status

# What XML 1.0 (§2.2) cannot hold, even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Item = Mapping[str, Any]


class Format(StrEnum):
    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        return f"{'text' if self is Format.XML else 'application'}/{self.value}; charset=utf-8"


def written(items: Sequence[Item], *, root: str, item: str, to: Format) -> bytes:
    """Writes a list: `<root><item>…` or a bare array."""
    if to is Format.JSON:
        return json.dumps(list(items), ensure_ascii=False).encode()
    top = Element(root)
    for one in items:
        _fill(SubElement(top, item), one)
    return _document(top)


def refused(code: int, description: str, *, to: Format) -> bytes:
    return written([{"code": code, "description": description}], root="errors", item="error", to=to)


def discovery(base_url: str, *, changed_at: str, contact: str, to: Format) -> bytes:
    """Writes service discovery: the one endpoint this house has, and its formats."""
    formats = ["text/xml", "application/json"]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{base_url}/open311/v2",
        "changeset": changed_at,
        "type": "production",
        "formats": formats,
    }
    told = {"changeset": changed_at, "contact": contact, "key_service": contact, "endpoints": [endpoint]}
    if to is Format.JSON:
        return json.dumps(told, ensure_ascii=False).encode()
    top = Element("discovery")
    _fill(top, {name: told[name] for name in ("changeset", "contact", "key_service")})
    one = SubElement(SubElement(top, "endpoints"), "endpoint")
    _fill(one, {name: value for name, value in endpoint.items() if name != "formats"})
    listed = SubElement(one, "formats")
    for kind in formats:
        SubElement(listed, "format").text = kind
    return _document(top)


def service(one: Service) -> Item:
    """`batch`: what is posted gets a token, and its number once it is read."""
    return {
        "service_code": one.code,
        "service_name": one.name,
        "description": one.description or one.name,
        "metadata": "true" if one.all_attributes() else "false",
        "type": "batch",
        "keywords": ",".join(one.keywords),
        "group": one.group,
    }


def definition(one: Service, *, to: Format) -> bytes:
    """Writes what a service asks. JSON is one object; XML wraps attributes and values."""
    attributes = [_attribute(given, order) for order, given in enumerate(one.all_attributes(), start=1)]
    if to is Format.JSON:
        return json.dumps({"service_code": one.code, "attributes": attributes}, ensure_ascii=False).encode()
    top = Element("service_definition")
    SubElement(top, "service_code").text = _xml(one.code)
    listed = SubElement(top, "attributes")
    for told in attributes:
        element = SubElement(listed, "attribute")
        _fill(element, {name: value for name, value in told.items() if name != "values"})
        if told["values"]:
            values = SubElement(element, "values")
            for value in told["values"]:
                _fill(SubElement(values, "value"), value)
    return _document(top)


def request(report: PublicReport, services: Sequence[Service], *, media_url: str | None) -> Item:
    """A report as anybody reads it. What is not published is empty, never a citizen's own words."""
    named = {one.code: one.name for one in services}
    return {
        "service_request_id": report.reference,
        "status": "open" if report.open else "closed",
        "status_notes": "Joined to another report of the same thing" if report.joined else None,
        "service_name": named.get(report.service_code, report.service_code),
        "service_code": report.service_code,
        "description": report.description,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": instant(report.requested_at),
        "updated_datetime": instant(report.updated_at),
        "expected_datetime": None,
        "address": report.address,
        "address_id": None,
        "zipcode": None,
        "lat": report.lat,
        "long": report.lon,
        "media_url": media_url,
    }


# The words of FixMyStreet's extension; a ticket that waits is being looked into.
_UPDATES = {
    Status.NEW: "OPEN",
    Status.OPEN: "IN_PROGRESS",
    Status.WAITING: "INVESTIGATING",
    Status.RESOLVED: "FIXED",
    Status.CLOSED: "CLOSED",
}


def update(report: PublicReport) -> Item:
    """A report's present state, as an update of it: read again unchanged, it has the same identifier."""
    moment = instant(report.updated_at)
    return {
        "update_id": f"{report.reference}.{report.status}.{int(report.updated_at.timestamp())}",
        "service_request_id": report.reference,
        "updated_datetime": moment,
        "status": _UPDATES[report.status],
        "description": "",
        "media_url": None,
    }


def instant(at: datetime) -> str:
    """Writes an instant as the protocol wants it: W3C, with its offset and whole seconds."""
    return at.replace(microsecond=0).isoformat()


def _attribute(given: Attribute, order: int) -> dict[str, Any]:
    return {
        "variable": given.variable,
        "code": given.code,
        "datatype": given.datatype.value,
        "required": given.required,
        "datatype_description": given.datatype_description or None,
        "order": order,
        "description": given.description,
        "values": [{"key": key, "name": name} for key, name in given.values.items()],
    }


def _fill(element: Element, values: Item) -> None:
    for name, value in values.items():
        SubElement(element, name).text = _xml(value)


def _xml(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(value))


def _document(top: Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode").encode()
