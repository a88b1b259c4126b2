"""Forms by the API: versions that never change, published by choice, reached by every address they had."""

from typing import Any

from app.ids import new_id

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "nature": {"type": "string", "title": "Nature", "enum": ["Éclairage", "Voirie"]},
        "numero": {
            "type": "string",
            "title": "Numéro du mât",
            "x-parvis": {"show_if": {"question": "nature", "among": ["Éclairage"]}},
        },
        "message": {"type": "string", "format": "multiline", "title": "Message", "x-parvis": {"about": "message"}},
    },
    "required": ["nature", "message", "numero"],
}


async def a_form(town, slug: str | None = None, **content: Any) -> tuple[dict[str, Any], str]:
    body = {"slug": slug or f"f-{new_id().hex}", "title": "Signaler", "definition": SCHEMA, **content}
    answer = await town.http.post("/api/v1/forms", json=body, headers={"Idempotency-Key": new_id().hex})
    assert answer.status_code == 201, answer.text
    return answer.json(), answer.headers["etag"]


async def change(town, form, tag, **fields: Any):
    return await town.http.patch(f"/api/v1/forms/{form['id']}", json=fields, headers={"If-Match": tag})


async def publish(town, form, tag, version: int = 1):
    path = f"/api/v1/forms/{form['id']}/publication"
    return await town.http.put(path, json={"version": version}, headers={"If-Match": tag})


async def test_a_form_is_a_draft_until_it_is_published(town) -> None:
    form, tag = await a_form(town)
    page = f"/formulaires/{form['slug']}"
    assert (form["state"], form["published_version"]) == ("draft", None)
    assert (await town.http.get(page)).status_code == 410
    published = await publish(town, form, tag)
    assert (published.json()["state"], published.json()["published_version"]) == ("published", 1)
    assert (await town.http.get(page)).status_code == 200
    path = f"/api/v1/forms/{form['id']}/publication"
    closed = await town.http.delete(path, headers={"If-Match": published.headers["etag"]})
    assert closed.json()["state"] == "unpublished"
    answer = await town.http.get(page)
    assert (answer.status_code, "fermé" in answer.text) == (410, True)


async def test_a_change_is_a_new_version_and_citizens_still_see_the_published_one(town) -> None:
    form, tag = await a_form(town)
    tag = (await publish(town, form, tag)).headers["etag"]
    changed = await change(town, form, tag, title="Signaler un problème")
    assert (changed.json()["latest"]["number"], changed.json()["published_version"]) == (2, 1)
    assert "Signaler un problème" not in (await town.http.get(f"/formulaires/{form['slug']}")).text
    await publish(town, form, changed.headers["etag"], version=2)
    assert "Signaler un problème" in (await town.http.get(f"/formulaires/{form['slug']}")).text
    listed = (await town.http.get(f"/api/v1/forms/{form['id']}/versions", params={"limit": 1})).json()
    assert [one["number"] for one in listed["data"]] == [2]
    cursor = listed["next_cursor"]
    rest = await town.http.get(f"/api/v1/forms/{form['id']}/versions", params={"limit": 1, "cursor": cursor})
    assert [one["title"] for one in rest.json()["data"]] == ["Signaler"]
    first = await town.http.get(f"/api/v1/forms/{form['id']}/versions/1")
    assert list(first.json()["definition"]["properties"]) == ["nature", "numero", "message"]


async def test_an_old_address_leads_to_the_present_one_and_stays_taken(town) -> None:
    form, tag = await a_form(town)
    tag = (await publish(town, form, tag)).headers["etag"]
    old, new = form["slug"], f"n-{new_id().hex}"
    moved = await change(town, form, tag, slug=new)
    assert (moved.json()["slug"], moved.json()["former_slugs"], moved.json()["latest"]["number"]) == (new, [old], 1)
    town.clock.move(seconds=6)
    answer = await town.http.get(f"/formulaires/{old}?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (301, f"/formulaires/{new}?lang=en")
    assert (await town.http.post(f"/formulaires/{old}", data={})).status_code == 308
    body = {"slug": old, "title": "Autre", "definition": SCHEMA}
    taken = await town.http.post("/api/v1/forms", json=body, headers={"Idempotency-Key": new_id().hex})
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict")
    back = await change(town, form, moved.headers["etag"], slug=old)
    assert (back.status_code, back.json()["slug"]) == (200, old)


async def test_an_address_serves_one_form_whatever_the_administration(new_town) -> None:
    one, other = await new_town(), await new_town()
    form, _ = await a_form(one)
    body = {"slug": form["slug"], "title": "Autre", "definition": SCHEMA}
    taken = await other.http.post("/api/v1/forms", json=body, headers={"Idempotency-Key": new_id().hex})
    assert taken.status_code == 409
    assert (await other.http.get(f"/api/v1/forms/{form['id']}")).status_code == 404


async def test_a_change_decided_on_an_old_reading_is_refused(town) -> None:
    form, tag = await a_form(town)
    await change(town, form, tag, intro="Un")
    late = await change(town, form, tag, intro="Deux")
    assert (late.status_code, late.json()["code"]) == (412, "stale")


async def test_what_a_definition_cannot_say_is_refused_by_its_pointers(town) -> None:
    wrong = {**SCHEMA, "properties": {"Nom": {"type": "string", "title": "Nom"}}, "required": []}
    body = {"slug": "x", "title": "T", "definition": wrong, "sites": ["https://a.example.fr; script-src *"]}
    answer = await town.http.post("/api/v1/forms", json=body, headers={"Idempotency-Key": new_id().hex})
    assert answer.status_code == 422
    body["sites"] = []
    answer = await town.http.post("/api/v1/forms", json=body, headers={"Idempotency-Key": new_id().hex})
    assert [flaw["pointer"] for flaw in answer.json()["errors"]] == ["/definition/properties/Nom"]


async def test_a_form_has_no_version_nobody_wrote(town) -> None:
    form, tag = await a_form(town)
    answer = await publish(town, form, tag, version=2)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown-version")
    assert (await town.http.get(f"/api/v1/forms/{form['id']}/versions/2")).status_code == 404


async def test_a_submission_names_its_version_and_is_read_by_it(town) -> None:
    form, tag = await a_form(town)
    tag = (await publish(town, form, tag)).headers["etag"]
    renamed = {**SCHEMA, "properties": {**SCHEMA["properties"], "numero": {"type": "string", "title": "Plaque"}}}
    changed = await change(town, form, tag, definition=renamed)
    await publish(town, form, changed.headers["etag"], version=2)
    answers = {"nature": "Éclairage", "numero": "12", "message": "Éteint"}
    for version, word in (("1", "Numéro du mât : 12"), ("2", "Plaque : 12")):
        sent = {"submission_id": f"s-{version}", "form_version": version, "answers": answers}
        receipt = await town.http.post(f"/formulaires/{form['slug']}", json=sent)
        assert receipt.status_code == 202, receipt.text
        await town.read_all()
        kept = (await town.http.get(receipt.json()["status_url"])).json()
        messages = (await town.http.get(f"/api/v1/tickets/{kept['ticket_id']}/messages")).json()["data"]
        asked = next(one for one in messages if one["direction"] == "in")
        assert word in asked["text"]


async def test_what_is_told_of_a_form_holds_no_word_of_it(town) -> None:
    form, tag = await a_form(town, title="Titre reconnaissable")
    await publish(town, form, tag)
    told = [one for one in await town.facts() if one["type"].startswith("form.")]
    assert [one["type"] for one in told] == ["form.edited", "form.published"]
    assert [one["data"] for one in told] == [{"form_id": form["id"], "version": 1}] * 2


async def test_an_archived_form_is_closed_and_publishing_brings_it_back(town) -> None:
    form, tag = await a_form(town)
    page, path = f"/formulaires/{form['slug']}", f"/api/v1/forms/{form['id']}/archive"
    tag = (await publish(town, form, tag)).headers["etag"]
    assert (await town.http.put(path, headers={"If-Match": '"999"'})).status_code == 412
    archived = await town.http.put(path, headers={"If-Match": tag})
    assert (archived.json()["state"], archived.json()["published_version"]) == ("archived", None)
    again = await town.http.put(path, headers={"If-Match": archived.headers["etag"]})
    assert again.json()["version"] == archived.json()["version"]
    assert (await town.http.get(page)).status_code == 410
    assert [fact["data"]["form_id"] for fact in await town.facts("form.archived")] == [form["id"]]
    back = await publish(town, form, archived.headers["etag"])
    assert (back.json()["state"], (await town.http.get(page)).status_code) == ("published", 200)


async def test_what_a_form_asks_of_browsers_holds_at_once_and_makes_no_version(town) -> None:
    form, tag = await a_form(town, proof="always")
    tag = (await publish(town, form, tag)).headers["etag"]
    page = f"/formulaires/{form['slug']}"
    assert "data-challenge" in (await town.http.get(page)).text
    changed = await change(town, form, tag, proof="off")
    assert (changed.json()["proof"], changed.json()["latest"]["number"]) == ("off", 1)
    assert "data-challenge" not in (await town.http.get(page)).text
    wrong = await change(town, form, changed.headers["etag"], proof="sometimes")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/proof")
