"""The watch on screen: one gesture to take charge, what was told to agents, whom to tell, and a watch that stopped."""

import pytest

from app.ids import Prefix, public_id
from app.sve.warning import reply_windows
from app.web.watching import WATCHED
from tests.web.conftest import OURS, Town, parsed

DESK = "accueil@agents.example.fr"
CHOICE = {"point_a": DESK, "heure": "8", "plus_haut": f"direction@agents.example.fr\n{DESK}", "jours": "2"}


async def an_alert(town: Town) -> str:
    """A request whose acknowledgement falls due; returns the reference of its ticket."""
    ticket = await town.a_ticket()
    town.clock.move(days=62)
    await town.house.vigil.round(town.id)
    return ticket.reference


async def post(town: Town, path: str, fields: dict[str, str]):
    return await town.browser.post(path, data=fields, headers=OURS)


async def test_one_gesture_on_the_watch_list_takes_every_alert_of_a_request(town: Town) -> None:
    reference = await an_alert(town)
    await town.sign_in()
    page = parsed(await town.browser.get("/surveillance?risque=unqualified"))
    row = page.css_first("table tbody tr")
    assert reference in row.css_first("button").text()
    form = row.css_first("form")
    fields = {n.attributes["name"]: n.attributes["value"] or "" for n in form.css("input")}
    answer = await post(town, form.attributes["action"], fields)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/surveillance?risque=unqualified")
    after = parsed(await town.browser.get(answer.headers["location"])).css_first("table tbody tr")
    assert after.css_first("form") is None
    assert "Accueil" in after.css("td")[-1].text()
    assert after.css("td")[-1].css_first("time") is not None
    assert (await post(town, form.attributes["action"], fields)).status_code == 303  # twice is once


async def test_the_alerts_page_says_why_how_late_and_who_has_them(town: Town) -> None:
    reference = await an_alert(town)
    await town.sign_in()
    page = parsed(await town.browser.get("/surveillance/alertes"))
    items = page.css("ul.sendings > li")
    assert items
    assert all(reference in item.text() for item in items)
    assert any("La décision tacite est née" in item.text() for item in items)
    assert any("en retard" in item.text() for item in items)
    form = items[0].css_first("form")
    answer = await post(town, form.attributes["action"], {"liste": "alertes"})
    assert answer.headers["location"] == "/surveillance/alertes"
    assert "Aucune alerte n’attend" in (await town.browser.get("/surveillance/alertes")).text
    whole = parsed(await town.browser.get("/surveillance/alertes?file=tout"))
    assert "Prise en charge : Accueil" in " ".join(whole.css_first("ul.sendings").text().split())


async def test_what_nobody_knows_cannot_be_taken(town: Town) -> None:
    await town.sign_in()
    nobody = public_id(Prefix.SAISINE, town.id)
    assert (await post(town, f"/surveillance/{nobody}/prise-en-charge", {"risque": ""})).status_code == 404
    assert (await post(town, "/surveillance/x/prise-en-charge", {"risque": ""})).status_code == 404


async def test_whom_to_tell_is_chosen_on_a_page(town: Town) -> None:
    await town.sign_in()
    before = parsed(await town.browser.get("/surveillance/reglages"))
    assert "Personne n’est prévenu" in before.css_first(".notice").text()
    version = before.css_first("input[name=version]").attributes["value"]
    answer = await post(town, "/surveillance/reglages", {**CHOICE, "version": version})
    assert answer.headers["location"] == "/surveillance/reglages?fait=reglage"
    after = parsed(await town.browser.get(answer.headers["location"]))
    assert "Réglage enregistré" in after.css_first(".notice.ok").text()
    assert after.css_first("textarea[name=plus_haut]").text().strip().splitlines() == [
        "direction@agents.example.fr",
        DESK,
    ]
    assert "Réglé par" in after.text()
    again = await post(town, "/surveillance/reglages", {**CHOICE, "version": version, "heure": "10"})
    assert again.status_code == 412
    assert 'value="10"' in again.text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"point_a": "pas une adresse"}, "point_a", "pas une adresse"),
        ({"heure": "24"}, "heure", "0 à 23"),
        ({"heure": "huit"}, "heure", "nombre"),
        ({"jours": "21"}, "jours", "0 à 20"),
    ],
)
async def test_a_choice_not_understood_is_said_beside_its_field(town: Town, typed, field, said) -> None:
    await town.sign_in()
    answer = await post(town, "/surveillance/reglages", {**CHOICE, "version": "0", **typed})
    assert answer.status_code == 422
    page = parsed(answer)
    assert said in page.css_first(f"#{field}-e").text()
    box = page.css_first(f"#{field}")
    assert box.attributes["aria-invalid"] == "true"
    assert typed[field] in (box.attributes.get("value") or box.text())


async def test_everything_wrong_is_said_at_once(town: Town) -> None:
    await town.sign_in()
    typed = {"point_a": "pas une adresse", "heure": "99", "jours": "99"}
    page = parsed(await post(town, "/surveillance/reglages", {**CHOICE, "version": "0", **typed}))
    assert {str(node.attributes["id"]) for node in page.css(".err-m")} == {"point_a-e", "heure-e", "jours-e"}


async def test_our_own_mailbox_is_refused_by_name(town: Town) -> None:
    await town.sign_in()
    answer = await post(
        town, "/surveillance/reglages", {**CHOICE, "version": "0", "point_a": f"{DESK}\n{town.mail.address}"}
    )
    assert str(town.mail.address) in parsed(answer).css_first("#point_a-e").text()


async def test_mails_to_agents_are_shown_and_a_kept_one_is_not_said_to_have_left(town: Town) -> None:
    await town.sign_in()
    await post(town, "/surveillance/reglages", {**CHOICE, "version": "0"})
    await an_alert(town)
    await town.sign_in()  # the session of 62 days ago is over
    waiting = parsed(await town.browser.get("/surveillance/avis?file=en-file"))
    assert "En file" in waiting.css_first("ul.sendings").text()
    await town.house.noticing.send(str(town.id))
    page = parsed(await town.browser.get("/surveillance/avis"))
    words = page.css_first("ul.sendings").text()
    assert "Gardé ici, non envoyé" in words
    assert "Alertes sans prise en charge" in words
    assert "Aucun avis ici" in (await town.browser.get("/surveillance/avis?file=abandonnes")).text


async def test_every_page_says_when_nobody_watches_any_more(town: Town) -> None:
    await town.house.vigil.round(town.id)
    await town.sign_in()
    assert "veille des délais est arrêtée" not in (await town.browser.get("/boite")).text
    town.clock.move(minutes=5, seconds=1)
    for path in ("/boite", "/surveillance", "/envois"):
        page = parsed(await town.browser.get(path))
        assert "veille des délais est arrêtée" in page.css_first("aside.unwatched").text(), path


async def test_reading_is_not_taking(town: Town) -> None:
    await an_alert(town)
    await town.sign_in("sve:read", "tickets:read")
    assert parsed(await town.browser.get("/surveillance")).css("table form") == []
    assert parsed(await town.browser.get("/surveillance/alertes")).css("ul.sendings form") == []
    assert (await post(town, "/surveillance/reglages", {**CHOICE, "version": "0"})).status_code == 403


async def test_a_window_is_marked_on_the_request_and_on_the_watch_list(town: Town) -> None:
    ticket = await town.a_ticket()
    at = town.clock()
    async with town.house.database.transaction(tenant=town.id) as session:
        row = {
            "ticket_id": ticket.id,
            "channel_id": ticket.channel_id,
            "opened_at": at,
            "closes_at": at,
            "warn_at": None,
        }
        await reply_windows.opened(session, town.id, [row])
    await town.sign_in()
    for path in ("/surveillance", f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"):
        assert "Le canal ne laisse plus répondre depuis" in (await town.browser.get(path)).text, path
    assert "unqualified" in WATCHED
