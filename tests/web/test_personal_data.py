"""The page of a person's data: each gesture without a script, refusals that lose nothing, and the plan read twice."""

from typing import Any

from app.ids import Prefix, parse_id, public_id
from tests.web.conftest import OURS, Town, parsed


async def a_person(town: Town) -> str:
    await town.sign_in()
    ticket = await town.a_ticket()
    assert ticket.contact_id is not None
    return public_id(Prefix.CONTACT, ticket.contact_id)


async def did(town: Town, path: str, gesture: str, **words: str) -> Any:
    """Fills in the form of a gesture, with what it carries, and sends it."""
    page = parsed(await town.browser.get(path))
    form = page.css_first(f'form[action="{path}/{gesture}"]')
    assert form is not None, gesture
    hidden = {str(n.attributes["name"]): n.attributes.get("value") or "" for n in form.css("input[type=hidden]")}
    return await town.browser.post(f"{path}/{gesture}", data={**hidden, **words}, headers=OURS)


async def test_every_gesture_is_done_from_the_page_and_said(town: Town) -> None:
    contact = await a_person(town)
    person, path = f"/personnes/{contact}", f"/personnes/{contact}/donnees"
    assert path in (await town.browser.get(person)).text
    refused = await did(town, path, "limitation", **{"motif-18": "accuracy_contested", "pourquoi-limiter": ""})
    assert (refused.status_code, 'accuracy_contested" selected' in refused.text) == (422, True)
    for gesture, words in (
        ("copie", {"motif-copie": "Demande du 2 mars"}),
        ("rectification", {"quoi": "nom", "juste": "Usager Juste", "motif-juste": "Mal écrit"}),
        ("limitation", {"motif-18": "accuracy_contested", "pourquoi-limiter": "Conteste son adresse"}),
        ("conservation", {"pourquoi-conserver": "Recours"}),
    ):
        answer = await did(town, path, gesture, **words)
        assert answer.status_code == 303, answer.text
    shown = (await town.browser.get(path)).text
    for words in ("Usager Juste", "Traitement limité", "Conteste son adresse", "Recours", "en préparation"):
        assert words in shown
    assert "Traitement limité" in (await town.browser.get(person)).text
    assert (await did(town, path, "levee", **{"pourquoi-lever": "Vérifiée"})).status_code == 303
    assert (await did(town, path, "fin-conservation", **{"pourquoi-rendre": "Jugée"})).status_code == 303
    asked = {"motif-17": "no_longer_needed", "pourquoi-effacer": "Lettre du 2 mars"}
    assert (await did(town, path, "plan", **asked)).status_code == 303
    plan = parsed(await town.browser.get(path))
    assert "un délai légal court encore" in plan.text()
    assert (await did(town, path, "effacement")).status_code == 422
    assert (await did(town, path, "effacement", relu="oui")).status_code == 303
    town_id, wanted = town.id, parse_id(Prefix.CONTACT, contact)
    async with town.house.database.transaction(tenant=town_id) as session:
        (made,) = await town.house.erasures.page(session, town_id, wanted, after=None, limit=5)
    await town.house.erasures.carry_out(str(town_id), str(made.id))
    shown = (await town.browser.get(path)).text
    assert "terminé" in shown
    assert "gardé" in shown


async def test_who_may_not_is_told_whom_to_ask(town: Town) -> None:
    contact = await a_person(town)
    await town.sign_in("tickets:read", "tickets:write")
    assert "se transmet à un responsable" in (await town.browser.get(f"/personnes/{contact}")).text
    assert (await town.browser.get(f"/personnes/{contact}/donnees")).status_code == 403
