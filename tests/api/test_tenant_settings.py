"""An administration changes what it says of itself, takes its whole copy away, and answers its operator, over HTTP."""

import io
import zipfile

from app.ids import Prefix, new_id, public_id
from tests.api.conftest import Town
from tests.api.test_sight import someone

PATH = "/api/v1/tenant"


async def test_what_it_says_of_itself_is_checked_versioned_and_journalled(town: Town) -> None:
    read = await town.http.get(PATH)
    tag = {"If-Match": read.headers["etag"]}
    wrong = await town.http.patch(PATH, json={"email": "nulle part", "time_zone": "Mars/Olympe"}, headers=tag)
    assert (wrong.status_code, {one["pointer"] for one in wrong.json()["errors"]}) == (422, {"/email", "/time_zone"})
    body = {"name": "Ville de Villebourg", "dpo_contact": "dpo@villebourg.example.fr", "phone": read.json()["phone"]}
    changed = await town.http.patch(PATH, json=body, headers=tag)
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, body["name"], 2)
    assert (await town.http.patch(PATH, json=body, headers=tag)).status_code == 412
    assert (await town.http.get(PATH)).json()["dpo_contact"] == body["dpo_contact"]
    assert (await town.http.patch(PATH, json=body)).status_code == 428
    (fact,) = await town.facts("tenant.changed")
    assert fact["data"] == {"changed": ["dpo_contact", "name"]}


async def test_its_colour_is_refused_with_what_was_measured_and_what_would_pass(town: Town) -> None:
    read = await town.http.get(PATH)
    tag = {"If-Match": read.headers["etag"]}
    assert read.json()["accent"] == ""
    pale = await town.http.patch(PATH, json={"accent": "#FFDD00"}, headers=tag)
    (flaw,) = pale.json()["errors"]
    assert (pale.status_code, flaw["pointer"], flaw["code"]) == (422, "/accent", "contrast")
    assert "1,1:1" in flaw["detail"]
    close = flaw["detail"].split()[-1]
    for wrong in ("rouge", "#fff", "url(//example.fr)", "#12345g", "#123456;}"):
        odd = await town.http.patch(PATH, json={"accent": wrong}, headers=tag)
        assert (odd.status_code, odd.json()["errors"][0]["code"]) == (422, "colour"), wrong
    taken = await town.http.patch(PATH, json={"accent": close}, headers=tag)
    assert (taken.status_code, taken.json()["accent"]) == (200, close)
    cleared = await town.http.patch(PATH, json={"accent": ""}, headers={"If-Match": taken.headers["etag"]})
    assert (cleared.status_code, cleared.json()["accent"]) == (200, "")


async def test_a_whole_copy_is_asked_for_made_and_downloaded(town: Town) -> None:
    ticket = await town.a_ticket(subject="Le lampadaire de la place")
    asked = await town.http.post(f"{PATH}/exports", headers={"Idempotency-Key": new_id().hex})
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    where = f"{PATH}/exports/{asked.json()['id']}/content"
    assert (await town.http.get(where)).status_code == 404, "not made yet"
    await town.house.exports.work(str(town.id))
    (listed,) = (await town.http.get(f"{PATH}/exports")).json()["data"]
    assert (listed["state"], listed["rows"] > 10) == ("done", True)
    file = await town.http.get(where)
    with zipfile.ZipFile(io.BytesIO(file.content)) as copy:
        assert ticket["subject"].encode() in copy.read("tables/tickets.ndjson")
    lines = (await town.http.get("/api/v1/audit", params={"action": "tenant.export_downloaded"})).json()["data"]
    assert [line["detail"]["sha256"] for line in lines] == [listed["sha256"]]
    town.clock.move(days=8)
    assert (await town.http.get(where)).status_code == 404, "kept a week"


async def test_an_operator_is_answered_over_http_too(town: Town) -> None:
    _, operator = await town.house.operators.add(email=f"{new_id().hex}@example.fr", name="Sacha Exemple")
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.operators.request(session, town.id, operator, reason="Des accusés manquent", hours=2)
    (grant,) = (await town.http.get(f"{PATH}/operator-accesses")).json()["data"]
    assert (grant["state"], grant["open"], grant["rights"]) == ("pending", False, "read")
    where = f"{PATH}/operator-accesses/{grant['id']}"
    # A session whose holder proved who they are too long ago neither opens the house nor takes a copy of it away.
    someone_there = await someone(town, role="administrator")
    town.clock.move(minutes=16)
    path, head = where.removeprefix("/api/v1"), {"If-Match": '"1"', "Idempotency-Key": new_id().hex}
    for refused in (
        await someone_there.ask("PATCH", path, json={"answer": "approved"}, headers=head),
        await someone_there.ask("POST", "/tenant/exports", headers=head),
        await someone_there.ask("GET", f"/tenant/exports/{public_id(Prefix.EXPORT, new_id())}/content"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "proof-wanted")
    stale = await town.http.patch(where, json={"answer": "approved"}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    opened = await town.http.patch(where, json={"answer": "approved"}, headers={"If-Match": '"1"'})
    assert (opened.status_code, opened.json()["open"]) == (200, True)
    ended = await town.http.patch(where, json={"answer": "ended"}, headers={"If-Match": opened.headers["etag"]})
    assert (ended.json()["state"], ended.json()["open"]) == ("ended", False)
    kinds = [fact["type"] for fact in await town.facts() if fact["type"].startswith("operator.")]
    assert kinds == ["operator.access_requested", "operator.access_decided", "operator.access_ended"]
