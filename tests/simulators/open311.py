"""A partner's GeoReport v2 server: services, reports by number or by token, spans, FixMyStreet's updates; JSON and XML."""

import json
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import compat32
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import httpx

from app.channels.kit.times import from_iso
from tests.channels.signing import NOON
from tests.simulators.misery import Simulator

HOST = "open311.metropole.example.org"
ENDPOINT = f"https://{HOST}/open311/v2"
KEY = "key-of-tests-0001"


class Open311Simulator(Simulator):
    """One server; `batch` answers a token, whose number comes after `waits` questions."""

    def __init__(self, *, batch: bool = False, waits: int = 0, jurisdiction: str = "") -> None:
        super().__init__()
        self.batch, self.waits, self.jurisdiction = batch, waits, jurisdiction
        self.reports: list[dict[str, Any]] = []
        self.posted: list[dict[str, str]] = []
        self.files: list[tuple[str, bytes]] = []
        self.updates: list[dict[str, Any]] = []
        self.services = ["STREETLIGHT", "ROAD"]
        self.now = NOON
        self._tokens: dict[str, dict[str, Any]] = {}

    def reported(self, description: str, **said: Any) -> dict[str, Any]:
        """Somebody reports there; returns the report."""
        number = f"SR-{1000 + len(self.reports)}"
        at = self.now.isoformat()
        report = {
            "service_request_id": number,
            "status": "open",
            "status_notes": None,
            "service_name": "Éclairage public",
            "service_code": "STREETLIGHT",
            "description": description,
            "requested_datetime": at,
            "updated_datetime": at,
            "address": "",
            "lat": 48.11,
            "long": -1.68,
            "media_url": "",
            **said,
        }
        self.reports.append(report)
        return report

    def moved(self, number: str, status: str, notes: str = "", *, after: timedelta = timedelta(hours=1)) -> None:
        """Their team works on a report."""
        self.now += after
        report = next(one for one in self.reports if one["service_request_id"] == number)
        report |= {"status": status, "status_notes": notes, "updated_datetime": self.now.isoformat()}
        self.updates.append(
            {
                "update_id": str(len(self.updates) + 1),
                "service_request_id": number,
                "updated_datetime": self.now.isoformat(),
                "status": status.upper(),
                "description": notes,
                "media_url": None,
            }
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/open311/v2/")
        name, _, kind = path.rpartition(".")
        if kind not in {"json", "xml"}:
            return httpx.Response(404, html="<h1>Not Found</h1>")
        if self.jurisdiction and self._asked(request).get("jurisdiction_id") != self.jurisdiction:
            return self._refused(404, "jurisdiction_id was not found", kind)
        if request.method == "POST":
            return self._post(request, kind)
        if name == "services":
            items = [{"service_code": code, "service_name": code, "metadata": "false"} for code in self.services]
            return self._listed(items, ("services", "service"), kind)
        if name.startswith("tokens/"):
            return self._token(name.removeprefix("tokens/"), kind)
        if name == "servicerequestupdates":
            return self._listed(self._within(self.updates, request, "updated_datetime"),
                                ("service_requests_updates", "request_update"), kind)  # fmt: skip
        return self._requests(request, kind)

    def speaks(self, request: httpx.Request) -> bool:
        return request.method == "POST" or "/requests" in request.url.path or "updates" in request.url.path

    @property
    def told(self) -> list[str]:
        return [one["description"].partition("\n\n")[0] for one in self.posted]

    def _asked(self, request: httpx.Request) -> dict[str, str]:
        return dict(parse_qsl(request.url.query.decode())) | self._fields(request)

    def _fields(self, request: httpx.Request) -> dict[str, str]:
        kind = request.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return dict(parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True))
        whole = b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.content
        fields: dict[str, str] = {}
        for part in BytesParser(policy=compat32).parsebytes(whole).walk():
            if part.is_multipart():
                continue
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            name = str(part.get_param("name", header="content-disposition"))
            if part.get_filename():
                self.files.append((str(part.get_filename()), content))
            else:
                fields[name] = content.decode()
        return fields

    def _post(self, request: httpx.Request, kind: str) -> httpx.Response:
        fields = self._fields(request)
        if fields.get("api_key") != KEY:
            return self._refused(403, f"api_key {fields.get('api_key')} is not known", kind)
        if fields.get("service_code") not in self.services:
            return self._refused(404, "service_code was not found", kind)
        if not (fields.get("lat") and fields.get("long")) and not fields.get("address_string"):
            return self._refused(400, "a location is needed", kind)
        self.posted.append(fields)
        report = self.reported(
            fields.get("description", ""),
            service_code=fields["service_code"],
            lat=float(fields["lat"]) if fields.get("lat") else None,
            long=float(fields["long"]) if fields.get("long") else None,
        )
        told: dict[str, Any] = {"service_notice": "Délai habituel : cinq jours", "account_id": None}
        if self.batch:
            token = f"t-{len(self._tokens) + 1}"
            self._tokens[token] = report
            told["token"] = token
        else:
            told["service_request_id"] = report["service_request_id"]
        return self._listed([told], ("service_requests", "request"), kind, status=201)

    def _token(self, token: str, kind: str) -> httpx.Response:
        report = self._tokens.get(token)
        if report is None:
            return self._refused(404, "token was not found", kind)
        if self.waits > 0:
            self.waits -= 1
            return self._listed([], ("service_requests", "request"), kind)
        told = {"service_request_id": report["service_request_id"], "token": token}
        return self._listed([told], ("service_requests", "request"), kind)

    def _requests(self, request: httpx.Request, kind: str) -> httpx.Response:
        asked = request.url.params
        found = self.reports
        if "service_request_id" in asked:
            wanted = asked["service_request_id"].split(",")
            found = [one for one in found if one["service_request_id"] in wanted]
        elif "updated_after" in asked:
            found = self._within(found, request, "updated_datetime", ("updated_after", "updated_before"))
        else:
            found = self._within(found, request, "requested_datetime")
        if code := asked.get("service_code"):
            found = [one for one in found if one["service_code"] == code]
        return self._listed(found, ("service_requests", "request"), kind)

    def _within(
        self,
        items: list[dict[str, Any]],
        request: httpx.Request,
        field: str,
        names: tuple[str, str] = ("start_date", "end_date"),
    ) -> list[dict[str, Any]]:
        ends = [from_iso(request.url.params.get(name, "")) for name in names]
        start, end = ends
        assert start is not None
        assert end is not None
        assert end - start <= timedelta(days=90), "a span is at most ninety days"
        return [one for one in items if start <= datetime.fromisoformat(one[field]) <= end]

    def _refused(self, code: int, description: str, kind: str) -> httpx.Response:
        return self._listed([{"code": code, "description": description}], ("errors", "error"), kind, status=code)

    def _listed(
        self, items: list[dict[str, Any]], names: tuple[str, str], kind: str, *, status: int = 200
    ) -> httpx.Response:
        if kind == "json":
            return httpx.Response(status, content=json.dumps(items).encode(),
                                  headers={"Content-Type": "application/json; charset=utf-8"})  # fmt: skip
        root, item = names
        rows = "".join(
            f"<{item}>"
            + "".join(f"<{n}>{escape(str(v if v is not None else ''))}</{n}>" for n, v in one.items())
            + f"</{item}>"
            for one in items
        )
        body = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{rows}</{root}>'
        return httpx.Response(status, content=body.encode(), headers={"Content-Type": "text/xml; charset=utf-8"})


def throttled(_: Simulator, __: httpx.Request) -> httpx.Response:
    return httpx.Response(429, text="slow down", headers={"Retry-After": "42"})


def refused_in_a_success(_: Simulator, request: httpx.Request) -> httpx.Response:
    """Some servers say 200 whatever the document says."""
    if request.url.path.endswith(".xml"):
        body = "<errors><error><code>400</code><description>a value is missing</description></error></errors>"
        return httpx.Response(200, content=body.encode(), headers={"Content-Type": "text/xml"})
    return httpx.Response(200, json=[{"code": 400, "description": "a value is missing"}])


def exploding(_: Simulator, __: httpx.Request) -> httpx.Response:
    body = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><service_requests><request>&b;</request></service_requests>'
    return httpx.Response(200, content=body.encode(), headers={"Content-Type": "text/xml"})
