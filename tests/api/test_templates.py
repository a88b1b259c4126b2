"""Approved texts and hours of sending over the API."""

from app.channels import approved
from app.channels.contract import Delivery, Template
from app.exchanges.receptions import Door
from app.ids import Prefix, new_id, public_id
from tests.api.conftest import Town
from tests.simulators import meta

TEXT = "Votre rendez-vous : le {{1}}."
TEMPLATE = Template(name="rappel", language="fr", text=TEXT, category="UTILITY", parameters=1)
USE = {"name": "rappel", "language": "fr", "parameters": ["mardi 3 mars, 9 h"]}
CONFIG = {
    "app_secret": meta.SECRET,
    "access_token": meta.TOKEN,
    "phone_number_id": meta.NUMBER,
    "business_account_id": meta.WABA,
}
HOURS = {
    "weekdays": [1, 2, 3, 4, 5],
    "opens": "09:00",
    "closes": "12:30",
    "holidays": False,
    "public_acknowledgement": True,
}


async def test_a_reply_by_template_from_the_list_to_what_is_frozen(town: Town) -> None:
    channel = await town.connect("meta.whatsapp", **CONFIG)
    body, headers = meta.whatsapp_message(1, "Bonjour", person=f"336{new_id().int % 10**8:08d}")
    await town.house.inbound.accept(channel, Delivery(body=body, headers=tuple(headers.items())), door=Door.HOOK)
    await town.read_all()
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    town.clock.move(days=2)
    async with town.house.database.transaction(tenant=town.id) as session:
        await approved.keep(session, town.id, channel.id, [TEMPLATE], at=town.clock())
    town.clock.move(minutes=2)

    listed = await town.http.get(f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/templates")
    assert listed.status_code == 200
    assert (listed.json()["age_seconds"], listed.json()["problem"]) == (120, None)
    assert listed.json()["data"] == [
        {"name": "rappel", "language": "fr", "text": TEXT, "category": "UTILITY", "parameters": 1}
    ]
    path = f"/api/v1/tickets/{ticket['id']}/replies"
    refused = await town.http.post(path, json={"text": "Bonsoir."}, headers={"Idempotency-Key": new_id().hex})
    assert (refused.status_code, refused.json()["code"]) == (409, "window-closed")
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/template", "template-available")]
    preview = await town.http.post(f"{path}/previews", json={"template": USE})
    assert preview.json()["parts"][0]["text"] == "Votre rendez-vous : le mardi 3 mars, 9 h."
    assert preview.json()["template"] == USE
    key = {"Idempotency-Key": new_id().hex}
    first, again = [await town.http.post(path, json={"template": USE}, headers=key) for _ in range(2)]
    assert (first.status_code, first.json()["id"]) == (202, again.json()["id"])
    shown = (await town.http.get(first.headers["Location"])).json()
    assert '"type": "template"' in shown["preview"]["body"]


async def test_a_reply_is_words_or_a_template(town: Town) -> None:
    ticket = await town.a_ticket()
    path = f"/api/v1/tickets/{ticket['id']}/replies/previews"
    for body in ({}, {"text": "Bonjour", "template": USE}, {"template": USE, "public": True}):
        answer = await town.http.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), body
    mail = await town.http.post(path, json={"template": USE})
    assert (mail.status_code, mail.json()["code"]) == (409, "no-templates")


async def test_a_channel_without_templates_and_another_town_s(town: Town, new_town) -> None:
    channel = await town.connect("email")
    path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/templates"
    answer = await town.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "no-templates")
    other = await new_town()
    assert (await other.http.get(path)).status_code == 404


async def test_hours_are_chosen_by_version_and_told(town: Town) -> None:
    path = "/api/v1/sending-settings"
    present = await town.http.get(path)
    assert (present.json()["weekdays"], present.json()["version"]) == ([1, 2, 3, 4, 5, 6], 0)
    assert (await town.http.put(path, json=HOURS)).status_code == 428
    head = {"If-Match": present.headers["etag"]}
    chosen = await town.http.put(path, json=HOURS, headers=head)
    assert (chosen.status_code, chosen.json() | HOURS) == (200, chosen.json())
    assert (await town.http.put(path, json=HOURS, headers=head)).status_code == 412
    (fact,) = await town.facts("tenant.sending_settings.changed")
    assert (fact["data"]["opens"], fact["data"]["public_acknowledgement"]) == ("09:00", True)


async def test_hours_that_never_open_are_refused_by_their_place(town: Town) -> None:
    path = "/api/v1/sending-settings"
    for change, pointer in (
        ({"weekdays": []}, "/weekdays"),
        ({"weekdays": [8]}, "/weekdays"),
        ({"closes": "09:00"}, "/closes"),
        ({"opens": "9h"}, "/opens"),
    ):
        answer = await town.http.put(path, json={**HOURS, **change}, headers={"If-Match": '"0"'})
        assert answer.status_code == 422, change
        assert [flaw["pointer"] for flaw in answer.json()["errors"]] == [pointer]
