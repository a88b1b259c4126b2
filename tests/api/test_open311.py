"""Open311 served: the protocol's own words in both formats, and nothing of a person in what anybody reads."""

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.channels.kit.photos import position
from app.channels.values import Channel
from app.ids import new_id
from tests.channels import signing
from tests.harness.pictures import a_jpeg, exif

SERVICES: list[dict[str, Any]] = [
    {
        "code": "POT",
        "name": "Nids-de-poule",
        "description": "Un trou dans la chaussée",
        "group": "voirie",
        "keywords": ["trou", "route"],
        "attributes": [
            {"code": "depth", "description": "Profondeur", "datatype": "number", "required": True},
            {
                "code": "shape",
                "description": "Forme",
                "datatype": "singlevaluelist",
                "values": {"circle": "Cercle", "square": "Carré"},
            },
        ],
    },
    {"code": "BIN", "name": "Poubelles"},
]
REPORT = {
    "api_key": "cle-de-l-application",
    "service_code": "POT",
    "lat": "48.123456789",
    "long": "-1.6",
    "address_string": "3 rue du Four",
    "first_name": "Claire",
    "last_name": "Exemple",
    "email": "claire@example.org",
    "description": "Devant chez moi, Claire",
    "attribute[depth]": "10",
    "attribute[shape]": "circle",
}
PERSONAL = ("Claire", "Exemple", "claire@example.org", "chez moi", "rue du Four", "48.12345678")


class Endpoint:
    """A town's endpoint and a client of it."""

    def __init__(self, town: Any, channel: Channel) -> None:
        self.town, self.channel = town, channel

    async def get(self, path: str, **asked: str) -> Any:
        params = {"jurisdiction_id": self.channel.address, **asked}
        return await self.town.http.get(f"/open311/v2/{path}", params=params, headers={"Authorization": ""})

    async def post(self, report: dict[str, str], *, to: str = "json", **headers: str) -> Any:
        head = {"Authorization": "", "Content-Type": "application/x-www-form-urlencoded", **headers}
        params = {"jurisdiction_id": self.channel.address}
        body = signing.form(report)
        return await self.town.http.post(f"/open311/v2/requests.{to}", params=params, content=body, headers=head)

    async def reported(self, **changes: str) -> str:
        """Posts a report and returns its number."""
        token = (await self.post({**REPORT, **changes})).json()[0]["token"]
        await self.town.read_all()
        return (await self.get(f"tokens/{token}.json")).json()[0]["service_request_id"]

    async def ticket(self, reference: str) -> dict[str, Any]:
        listed = (await self.town.http.get("/api/v1/tickets", params={"q": reference})).json()["data"]
        return next(one for one in listed if one["reference"] == reference)


@pytest.fixture
async def endpoint(town) -> Endpoint:
    return await an_endpoint(town)


async def an_endpoint(town) -> Endpoint:
    config = {"api_keys": ["cle-de-l-application"], "services": SERVICES}
    address = f"{new_id().hex}.example.fr"
    async with town.house.database.transaction(tenant=town.id) as session:
        channel = await town.house.channels.connect(
            session, town.id, type="open311", name="Signalements", address=address, config=config
        )
    return Endpoint(town, channel)


def tree(answer) -> ET.Element:
    assert answer.headers["content-type"].startswith("text/xml")
    return ET.fromstring(answer.content)


async def test_services_say_the_same_in_both_formats(endpoint) -> None:
    listed = (await endpoint.get("services.json")).json()
    assert [(one["service_code"], one["metadata"], one["type"]) for one in listed] == [
        ("POT", "true", "batch"),
        ("BIN", "false", "batch"),
    ]
    shown = tree(await endpoint.get("services.xml"))
    assert (shown.tag, {one.tag for one in shown}) == ("services", {"service"})
    assert [{part.tag: part.text or "" for part in one} for one in shown] == listed


async def test_a_definition_is_wrapped_in_xml_and_one_object_in_json(endpoint) -> None:
    told = (await endpoint.get("services/POT.json")).json()
    assert (told["service_code"], [one["code"] for one in told["attributes"]]) == ("POT", ["depth", "shape"])
    assert told["attributes"][1]["values"][0] == {"key": "circle", "name": "Cercle"}
    shown = tree(await endpoint.get("services/POT.xml"))
    assert (shown.tag, shown.findtext("service_code")) == ("service_definition", "POT")
    depth, shape = shown.findall("attributes/attribute")
    assert (depth.findtext("datatype"), depth.findtext("required"), depth.findtext("order")) == ("number", "true", "1")
    assert [one.findtext("key") for one in shape.findall("values/value")] == ["circle", "square"]
    assert (await endpoint.get("services/NONE.json")).status_code == 404


async def test_discovery_names_the_endpoint(endpoint) -> None:
    told = (await endpoint.get("discovery.json")).json()
    assert told["endpoints"][0]["url"].endswith("/open311/v2")
    shown = tree(await endpoint.get("discovery.xml"))
    assert [one.text for one in shown.findall("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


async def test_a_report_gets_a_token_then_its_number(endpoint) -> None:
    answer = await endpoint.post(REPORT, to="xml")
    assert answer.status_code == 201
    token = tree(answer).findtext("request/token")
    assert tree(answer).find("request/service_request_id") is None
    assert (await endpoint.get(f"tokens/{token}.json")).json() == []
    await endpoint.town.read_all()
    shown = tree(await endpoint.get(f"tokens/{token}.xml"))
    ticket = await endpoint.ticket(str(shown.findtext("request/service_request_id")))
    messages = (await endpoint.town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    assert "Devant chez moi" in next(one for one in messages if one["direction"] == "in")["text"]


async def test_the_same_report_twice_is_one_report(endpoint) -> None:
    first, again = await endpoint.reported(), await endpoint.reported()
    named = [
        (await endpoint.post({**REPORT, "description": word}, **{"Idempotency-Key": "k-1"})).json()[0]["token"]
        for word in ("Un", "Un")
    ]
    await endpoint.town.read_all()
    numbers = [(await endpoint.get(f"tokens/{token}.json")).json()[0]["service_request_id"] for token in named]
    assert first == again
    assert numbers[0] == numbers[1] != first


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"api_key": "autre"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "NONE"}, 404),
        ({"lat": "", "long": "", "address_string": ""}, 400),
        ({"attribute[depth]": ""}, 400),
        ({"attribute[depth]": "profond"}, 400),
        ({"attribute[shape]": "starfish"}, 400),
    ],
)
async def test_what_the_protocol_refuses_is_refused_in_its_words(endpoint, changes, status) -> None:
    told = await endpoint.post({**REPORT, **changes})
    assert (told.status_code, told.json()[0]["code"]) == (status, status)
    shown = await endpoint.post({**REPORT, **changes}, to="xml")
    root = tree(shown)
    assert (shown.status_code, root.tag, root.findtext("error/code")) == (status, "errors", str(status))
    assert root.findtext("error/description")
    await endpoint.town.read_all()
    assert (await endpoint.get("requests.json")).json() == []


async def test_an_endpoint_without_a_key_takes_nothing(town) -> None:
    endpoint = await an_endpoint(town)
    channel = endpoint.channel
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.channels.change(
            session, channel, version=channel.version, name=None, state=None, config={"api_keys": []}
        )
    assert (await endpoint.post({**REPORT, "api_key": ""})).status_code == 403


async def test_nothing_of_a_person_is_read_before_an_agent_published_words(endpoint) -> None:
    number = await endpoint.reported()
    paths = ("requests.json", "requests.xml", f"requests/{number}.json", "servicerequestupdates.xml")
    for path in paths:
        words = (await endpoint.get(path)).text
        assert [word for word in PERSONAL if word in words] == [], path
    (report,) = (await endpoint.get(f"requests/{number}.json")).json()
    assert (report["lat"], report["long"], report["description"], report["status"]) == (48.1235, -1.6, None, "open")
    ticket = await endpoint.ticket(number)
    path = f"/api/v1/tickets/{ticket['id']}/publication"
    tag = (await endpoint.town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"]
    done = await endpoint.town.http.put(path, json={"description": "Trou de 10 cm"}, headers={"If-Match": tag})
    assert done.status_code == 204, done.text
    (report,) = (await endpoint.get(f"requests/{number}.json")).json()
    assert (report["description"], report["address"]) == ("Trou de 10 cm", "3 rue du Four")
    assert (await endpoint.town.http.delete(path, headers={"If-Match": tag})).status_code == 204
    assert (await endpoint.get(f"requests/{number}.json")).json()[0]["description"] is None


async def test_a_photo_is_shown_once_chosen_and_tells_nothing_of_its_camera(endpoint) -> None:
    picture = a_jpeg(exif(lat=(48, 23, 24.0, "N"), lon=(4, 29, 24.0, "W")))
    answer = await endpoint.town.http.post(
        "/open311/v2/requests.json",
        params={"jurisdiction_id": endpoint.channel.address},
        data={**REPORT, "lat": "", "long": ""},
        files=[("media", ("trou.jpg", picture, "image/jpeg")), ("media", ("note.txt", b"Claire", "text/plain"))],
    )
    assert answer.status_code == 201, answer.text
    await endpoint.town.read_all()
    ((number,),) = [
        [one["service_request_id"] for one in (await endpoint.get(f"tokens/{answer.json()[0]['token']}.json")).json()]
    ]
    (report,) = (await endpoint.get(f"requests/{number}.json")).json()
    assert (report["lat"], report["long"], report["media_url"]) == (48.39, -4.49, None)
    ticket = await endpoint.ticket(number)
    path = f"/api/v1/tickets/{ticket['id']}"
    (message, *_) = (await endpoint.town.http.get(f"{path}/messages")).json()["data"]
    photo, note = (piece["id"] for piece in message["attachments"])
    assert (await endpoint.get(f"media/{photo}")).status_code == 404
    tag = (await endpoint.town.http.get(path)).headers["etag"]

    async def publish(*shown: str):
        words = {"description": "Un trou", "photos": list(shown)}
        return await endpoint.town.http.put(f"{path}/publication", json=words, headers={"If-Match": tag})

    refused = await publish(photo, note)
    assert [flaw["pointer"] for flaw in refused.json()["errors"]] == ["/photos/1"]
    assert (await publish(photo)).status_code == 204
    (report,) = (await endpoint.get(f"requests/{number}.json")).json()
    served = await endpoint.town.http.get(report["media_url"], headers={"Authorization": ""})
    assert (served.status_code, served.headers["content-type"]) == (200, "image/jpeg")
    assert position(served.content) is None
    assert b"Appareil" not in served.content
    assert (await publish()).status_code == 204
    assert (await endpoint.town.http.get(report["media_url"])).status_code == 404


async def test_what_is_no_report_is_never_published(town) -> None:
    ticket = await town.a_ticket()
    tag = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"]
    path = f"/api/v1/tickets/{ticket['id']}/publication"
    answer = await town.http.put(path, json={"description": "x"}, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_reports_are_narrowed_by_number_service_state_and_ninety_days(endpoint) -> None:
    pot = await endpoint.reported()
    bin_ = await endpoint.reported(service_code="BIN")
    endpoint.town.clock.move(days=91)
    late = await endpoint.reported(description="Un autre")

    async def numbers(**asked: str) -> list[str]:
        return [one["service_request_id"] for one in (await endpoint.get("requests.json", **asked)).json()]

    now = endpoint.town.clock()
    before = now.replace(microsecond=0).isoformat()
    assert await numbers() == [late]
    assert await numbers(service_request_id=f"{pot},{late}", status="closed") == [late, pot]
    assert set(await numbers(end_date=(now.replace(year=now.year - 1)).isoformat())) == set()
    start = (now - timedelta(days=92)).isoformat()
    assert set(await numbers(start_date=start, service_code="BIN,AUTRE")) == {bin_}
    assert await numbers(status="closed") == []
    assert await numbers(status="open,closed") == [late]
    for wrong in ({"start_date": "hier"}, {"start_date": start, "end_date": before}, {"status": "perdu"}):
        assert (await endpoint.get("requests.json", **wrong)).status_code == 400, wrong


async def test_updates_tell_the_present_state_once(endpoint) -> None:
    number = await endpoint.reported()
    first = (await endpoint.get("servicerequestupdates.json")).json()
    assert [(one["service_request_id"], one["status"], one["description"]) for one in first] == [(number, "OPEN", "")]
    assert (await endpoint.get("servicerequestupdates.json")).json() == first
    shown = tree(await endpoint.get("servicerequestupdates.xml"))
    assert (shown.tag, shown.findtext("request_update/status")) == ("service_request_updates", "OPEN")
    alone = await endpoint.get("servicerequestupdates.json", start_date="2026-01-01T00:00:00Z")
    assert alone.status_code == 400


async def test_one_town_is_never_read_at_the_endpoint_of_another(new_town) -> None:
    here, there = await an_endpoint(await new_town()), await an_endpoint(await new_town())
    number = await here.reported()
    token = (await here.post({**REPORT, "description": "x"})).json()[0]["token"]
    assert (await there.get(f"requests/{number}.json")).status_code == 404
    assert (await there.get(f"tokens/{token}.json")).status_code == 404
    assert (await there.get("requests.json")).json() == []


async def test_where_several_are_served_the_jurisdiction_is_named(endpoint, new_town) -> None:
    await new_town()
    http = endpoint.town.http
    missing, unknown = (
        await http.get("/open311/v2/services.json"),
        await http.get("/open311/v2/services.json", params={"jurisdiction_id": "ailleurs.example.fr"}),
    )
    assert (missing.status_code, unknown.status_code) == (400, 404)
    mailbox = await endpoint.town.connect("email")
    assert (await http.get("/open311/v2/services.json", params={"jurisdiction_id": mailbox.address})).status_code == 404


@pytest.mark.parametrize("path", ["services.html", "services", "nowhere.xml", "requests/x.xml", "tokens/x.json"])
async def test_what_is_not_there_is_told_by_the_protocol(endpoint, path) -> None:
    answer = await endpoint.get(path)
    assert answer.status_code == 404
    told = json.loads(answer.content)[0] if path.endswith(".json") else tree(answer).find("error")
    assert told is not None


async def test_words_of_the_citizen_cannot_break_the_xml(endpoint) -> None:
    await endpoint.reported(service_code="BIN", description="\x0b<request>]]>&", address_string="\x0c")
    assert tree(await endpoint.get("requests.xml")).tag == "service_requests"


async def test_a_report_says_the_same_in_xml_and_in_json(endpoint) -> None:
    number = await endpoint.reported()
    for path, root in (("requests", "service_requests"), (f"requests/{number}", "service_requests"),
                       ("servicerequestupdates", "service_request_updates")):  # fmt: skip
        told, shown = (await endpoint.get(f"{path}.json")).json(), tree(await endpoint.get(f"{path}.xml"))
        assert shown.tag == root
        written = [{name: "" if value is None else str(value) for name, value in one.items()} for one in told]
        assert [{part.tag: part.text or "" for part in one} for one in shown] == written, path


async def test_pages_and_spans_of_what_moved_are_extensions_clients_use(endpoint) -> None:
    numbers = [await endpoint.reported(description=word) for word in ("Un", "Deux", "Trois")]

    async def read(**asked: str) -> list[str]:
        return [one["service_request_id"] for one in (await endpoint.get("requests.json", **asked)).json()]

    assert await read(page_size="2") == [numbers[2], numbers[1]]
    assert await read(page_size="2", page="2") == [numbers[0]]
    for wrong in ({"page": "0"}, {"page_size": "1001"}, {"page": "x"}):
        assert (await endpoint.get("requests.json", **wrong)).status_code == 400, wrong
    endpoint.town.clock.move(days=1)
    after = (endpoint.town.clock() - timedelta(hours=1)).isoformat()
    assert await read(updated_after=after) == []
    ticket = await endpoint.ticket(numbers[0])
    path = f"/api/v1/tickets/{ticket['id']}"
    note = {"text": "Vu sur place", "version": 1}
    tag = (await endpoint.town.http.get(path)).headers["etag"]
    await endpoint.town.http.post(f"{path}/notes", json={"text": note["text"]}, headers={"If-Match": tag})
    assert set(await read(updated_after=after)) <= {numbers[0]}


async def test_a_number_that_was_joined_to_another_still_answers(endpoint) -> None:
    kept, gone = await endpoint.reported(), await endpoint.reported(description="Le même trou", lat="48.1235")
    into, source = await endpoint.ticket(kept), await endpoint.ticket(gone)
    path = f"/api/v1/tickets/{into['id']}"
    tag = (await endpoint.town.http.get(path)).headers["etag"]
    words = {"source_ids": [source["id"]], "reason": "Même trou", "despite_other_contact": True}
    done = await endpoint.town.http.post(
        f"{path}/merges", json=words, headers={"If-Match": tag, "Idempotency-Key": new_id().hex}
    )
    assert done.status_code == 201, done.text
    (told,) = (await endpoint.get(f"requests/{gone}.json")).json()
    assert (told["service_request_id"], told["status"], told["service_code"]) == (gone, "open", "POT")
    assert "Joined" in told["status_notes"]
    asked = (await endpoint.get("requests.json", service_request_id=f"{gone},{kept}")).json()
    assert {one["service_request_id"] for one in asked} == {gone, kept}
    assert [one["service_request_id"] for one in (await endpoint.get("requests.json")).json()] == [kept]


async def test_a_confidential_report_is_listed_to_nobody_and_its_number_says_its_state_alone(endpoint) -> None:
    town, reference = endpoint.town, await endpoint.reported()
    ticket = await endpoint.ticket(reference)
    path = f"/api/v1/tickets/{ticket['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    words = {"description": "Un trou rue du Four"}
    published = await town.http.put(f"{path}/publication", json=words, headers={"If-Match": tag})
    assert published.status_code == 204, published.text
    once = {"Idempotency-Key": new_id().hex}
    team = (await town.http.post("/api/v1/teams", json={"name": "Action sociale"}, headers=once)).json()
    hidden = await town.http.patch(path, json={"team_id": team["id"], "confidential": True}, headers={"If-Match": tag})
    assert hidden.status_code == 200, hidden.text
    for listed in ("requests.json", "servicerequestupdates.json"):
        assert (await endpoint.get(listed)).json() == [], listed
    (told,) = (await endpoint.get(f"requests/{reference}.json")).json()
    assert (told["status"], told["service_code"]) == ("open", "POT")
    assert [told[name] for name in ("lat", "long", "description", "address", "media_url")] == [None] * 5


async def test_a_channel_that_speaks_to_a_partner_is_served_to_nobody(town) -> None:
    address = f"{new_id().hex}.example.fr"
    config = {"partner_endpoint": "https://open311.example.org/open311/v2"}
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.channels.connect(
            session, town.id, type="open311", name="Métropole", address=address, config=config
        )
    answer = await town.http.get("/open311/v2/services.json", params={"jurisdiction_id": address})
    assert answer.status_code == 404
