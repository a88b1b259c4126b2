"""People on the pages: addresses and proofs, likely doubles side by side, a merge seen first and undone."""

import re
from typing import Any

from app.channels.contract import Outcome, SendRequest, Sent
from app.ids import Prefix, public_id
from app.tickets.values import Ticket
from tests.harness.towns import mail
from tests.web.conftest import OURS, Town, parsed

SIGNED = "Le lampadaire est éteint.\n\nDominique Exemple\nMon adresse : un@example.fr"


async def two_people(town: Town, *, text: str = SIGNED) -> tuple[Ticket, Ticket]:
    """One mail each; the second gives the address of the first. Returns their requests, the older first."""
    for number, (sender, words) in enumerate((("un", "Bonjour"), ("deux", text))):
        name = f"<{number}.{town.id}@example.fr>"
        who = f"Dominique Exemple <{sender}@example.fr>"
        await town.receive(mail(sender=who, to=town.mail.address or "", message_id=name, text=words, subject=sender))
        town.clock.move(minutes=5)
    newer, older = (await town.tickets())[:2]
    await town.sign_in()
    return older, newer


def path_of(ticket: Ticket) -> str:
    assert ticket.contact_id is not None
    return f"/personnes/{public_id(Prefix.CONTACT, ticket.contact_id)}"


async def post(town: Town, path: str, ending: str, **fields: str) -> Any:
    """Sends a form of a page as a browser does, with the fields the page hid in it."""
    page = parsed(await town.browser.get(path))
    form = next(f for f in page.css("form[method=post]") if str(f.attributes.get("action")).endswith(ending))
    hidden = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
    return await town.browser.post(str(form.attributes["action"]), data={**hidden, **fields}, headers=OURS)


async def test_likely_doubles_are_compared_merged_and_parted(town: Town) -> None:
    older, newer = await two_people(town)
    listed = parsed(await town.browser.get("/personnes"))
    assert "Peut-être une seule personne" in listed.body.text()
    page = parsed(await town.browser.get(path_of(older)))
    assert "L’une donne l’adresse d’où l’autre écrit" in page.css_first("#rapprochements").text()
    compare = str(page.css_first("#rapprochements a.primary").attributes["href"])
    preview = parsed(await town.browser.get(compare))
    assert {"un@example.fr", "deux@example.fr"} <= set(preview.css_first(".sides").text(separator=" ").split())
    done = await post(town, compare, "/fusion", motif="pièce d’identité vue")
    assert done.headers["location"] == f"{path_of(older)}?fait=fusion"
    merged = parsed(await town.browser.get(done.headers["location"]))
    assert "Rien n’a été envoyé" in merged.css_first("[role=status]").text()
    assert "pièce d’identité vue" in merged.css_first("#fusions").text()
    gone = await town.browser.get(path_of(newer))
    assert gone.headers["location"] == f"{path_of(older)}?fait=venue"
    undone = await post(town, path_of(older), "/annulation")
    assert undone.headers["location"] == f"{path_of(older)}?fait=annulation"
    assert (await town.browser.get(path_of(newer))).status_code == 200


async def test_a_pair_said_to_be_two_people_is_shown_no_more(town: Town) -> None:
    older, _ = await two_people(town)
    done = await post(town, path_of(older), "/refus")
    assert done.headers["location"] == f"{path_of(older)}?fait=refus"
    assert parsed(await town.browser.get(path_of(older))).css_first("#rapprochements") is None


async def test_an_address_is_added_proved_doubted_and_taken_away(town: Town) -> None:
    older, newer = await two_people(town, text="Bonjour")
    path = path_of(older)
    added = await post(town, path, "/adresses", adresse="01 99 00 00 01")
    assert added.headers["location"] == f"{path}?fait=adresse"
    shown = parsed(await town.browser.get(path)).body.text()
    assert "+33199000001" in shown
    assert (await post(town, path, "/preuve")).headers["location"] == f"{path}?fait=preuve"
    assert "un agent a vu une pièce" in parsed(await town.browser.get(path)).body.text()
    assert (await post(town, path, "/doute")).headers["location"] == f"{path}?fait=doute"
    assert (await post(town, path, "/retrait")).headers["location"] == f"{path}?fait=part"
    taken = await post(town, path_of(newer), "/adresses", adresse="un@example.fr")
    assert taken.status_code == 409
    assert "déjà celle d'une personne connue" in parsed(taken).css_first("[role=alert]").text()
    wrong = await post(town, path_of(newer), "/adresses", adresse="mairie")
    assert wrong.status_code == 422
    assert parsed(wrong).css_first("#adresse-e") is not None
    assert parsed(wrong).css_first("#adresse").attributes["value"] == "mairie"


async def test_a_person_is_found_by_name_or_address_and_named(town: Town) -> None:
    older, _ = await two_people(town, text="Bonjour")
    for q in ("dominique", "un@example.fr"):
        assert "Dominique Exemple" in parsed(await town.browser.get("/personnes", params={"q": q})).body.text()
    assert "Personne ne porte ce nom" in parsed(await town.browser.get("/personnes", params={"q": "zz"})).body.text()
    path = path_of(older)
    assert (await post(town, path, "/nom", nom="D. Exemple")).headers["location"] == f"{path}?fait=nom"
    stale = await town.browser.post(f"{path}/nom", data={"version": "1", "nom": "Autre"}, headers=OURS)
    assert (stale.status_code, "Rien n’a bougé" in stale.text) == (409, True)


async def test_the_request_leads_to_its_person_and_nobody_s_page_is_not_found(town: Town) -> None:
    older, _ = await two_people(town, text="Bonjour")
    page = parsed(await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, older.id)}"))
    assert page.css_first(f'a[href="{path_of(older)}"]') is not None
    theirs = parsed(await town.browser.get(path_of(older)))
    assert len(theirs.css(f'a[href="/demandes/{public_id(Prefix.TICKET, older.id)}"]')) == 1
    assert (await town.browser.get(f"/personnes/{public_id(Prefix.CONTACT, older.id)}")).status_code == 404
    assert (await town.browser.get("/personnes/quelqu-un")).status_code == 404


class Line:
    """Carries everything, and keeps what a person would read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def can(self, channel: object, adapter: object) -> bool:
        return True

    async def carry(self, channel: object, adapter: object, request: SendRequest) -> Sent:
        self.read.append(request.text)
        return Sent(outcome=Outcome.OK)


async def code_form(town: Town, ticket: Ticket, *, answer: bool = False) -> Any:
    page = parsed(await town.browser.get(path_of(ticket)))
    forms = [f for f in page.css("form[method=post]") if "/codes/" in str(f.attributes["action"])]
    return next(f for f in forms if str(f.attributes["action"]).endswith("/reponse") is answer)


async def send_code(town: Town, ticket: Ticket) -> Any:
    form = await code_form(town, ticket)
    fields = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
    return await town.browser.post(str(form.attributes["action"]), data=fields, headers=OURS)


async def answer_code(town: Town, ticket: Ticket, given: str) -> Any:
    form = await code_form(town, ticket, answer=True)
    name = str(form.css_first("input").attributes["name"])
    return await town.browser.post(str(form.attributes["action"]), data={name: given}, headers=OURS)


async def test_an_agent_sends_a_code_and_types_what_the_person_reads_out(town: Town) -> None:
    line = Line()
    town.house.deliverer._carrier = line
    older, _ = await two_people(town, text="Bonjour")
    page = parsed(await town.browser.get(path_of(older)))
    assert "Code lu par la personne" not in page.body.text()
    sent = await send_code(town, older)
    assert sent.headers["location"] == f"{path_of(older)}?fait=code"
    while (await town.house.dispatcher.depart(town.id, town.mail.id)).count:
        pass
    (code,) = [found[1] for text in line.read if (found := re.search(r"vérification est (\d{6})", text))]
    page = parsed(await town.browser.get(sent.headers["location"]))
    assert "valable jusqu’à" in page.css_first("main, .scroll").text()
    wrong = await answer_code(town, older, "12 34")
    assert (wrong.status_code, "Ce n’est pas le bon code" in wrong.text, code in wrong.text) == (422, True, False)
    empty = await answer_code(town, older, " ")
    assert (empty.status_code, "tapez les six chiffres" in empty.text.lower()) == (422, True)
    right = await answer_code(town, older, f"{code[:3]} {code[3:]}")
    assert right.headers["location"] == f"{path_of(older)}?fait=prouvee"
    page = parsed(await town.browser.get(right.headers["location"]))
    assert "a rendu un code envoyé à cette seule adresse" in page.css_first(".sendings").text()
    thread = await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, older.id)}")
    assert (code in thread.text, "******" in thread.text) == (False, True)


async def test_two_clicks_are_one_code_and_the_fourth_of_a_day_says_why(town: Town) -> None:
    older, _ = await two_people(town, text="Bonjour")
    form = await code_form(town, older)
    fields = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
    twice = [await town.browser.post(str(form.attributes["action"]), data=fields, headers=OURS) for _ in range(2)]
    assert [one.status_code for one in twice] == [303, 409]
    for _ in range(2):
        assert (await send_code(town, older)).status_code == 303
    refused = await send_code(town, older)
    assert (refused.status_code, "Trop de codes" in refused.text) == (429, True)
