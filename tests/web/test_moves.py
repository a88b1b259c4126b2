"""Merging and parting requests on the pages: what would move is seen first, and every gesture can be undone."""

from app.ids import Prefix, public_id
from app.tickets.values import Ticket
from tests.harness.towns import mail
from tests.web.conftest import OURS, Town, parsed


def path_of(ticket: Ticket) -> str:
    return f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"


async def two_requests(town: Town, *, other: str = "usager@example.fr") -> tuple[Ticket, Ticket]:
    """Two mails of one person, or of two; the older first."""
    for number, sender in enumerate(("usager@example.fr", other)):
        to = town.mail.address or ""
        name = f"<{number}.{town.id}@example.fr>"
        await town.receive(mail(sender=sender, to=to, subject=f"Lampadaire {number}", message_id=name))
        town.clock.move(days=1)
    newer, older = (await town.tickets())[:2]
    await town.sign_in()
    return older, newer


async def form_of(town: Town, path: str, ending: str) -> tuple[str, dict[str, str]]:
    page = parsed(await town.browser.get(path))
    form = next(f for f in page.css("form[method=post]") if str(f.attributes.get("action")).endswith(ending))
    hidden = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
    return str(form.attributes["action"]), hidden


async def test_a_merge_is_previewed_made_and_undone(town: Town) -> None:
    older, newer = await two_requests(town)
    page = parsed(await town.browser.get(path_of(newer)))
    assert page.css_first(f'a[href="{path_of(newer)}/fusion"]') is not None
    preview = await town.browser.get(f"{path_of(newer)}/fusion", params={"reference": older.reference.lower()})
    words = " ".join(parsed(preview).body.text(separator=" ").split())
    assert f"Cède tout : {older.reference}" in words
    assert "2 messages" in words
    assert "1 saisine en cours" in words
    action, hidden = await form_of(town, f"{path_of(newer)}/fusion?reference={older.reference}", "/fusion")
    done = await town.browser.post(action, data={**hidden, "motif": "envoyée deux fois"}, headers=OURS)
    assert (done.status_code, done.headers["location"]) == (303, f"{path_of(newer)}?fait=fusion")
    shown = parsed(await town.browser.get(done.headers["location"]))
    assert "fusionnées" in shown.css_first("[role=status]").text()
    assert older.reference in shown.css_first("#mouvements").text()
    assert "envoyée deux fois" in shown.css_first("#mouvements").text()
    gone = await town.browser.get(path_of(older))
    assert (gone.status_code, gone.headers["location"]) == (303, f"{path_of(newer)}?vient-de={older.reference}")
    told = parsed(await town.browser.get(gone.headers["location"]))
    assert older.reference in told.css_first("[role=status]").text()
    action, hidden = await form_of(town, path_of(newer), "/annulation")
    back = await town.browser.post(action, data=hidden, headers=OURS)
    assert back.headers["location"] == f"{path_of(newer)}?fait=annulation"
    assert (await town.browser.get(path_of(older))).status_code == 200


async def test_a_second_click_merges_nothing_twice_and_says_so(town: Town) -> None:
    older, newer = await two_requests(town)
    action, hidden = await form_of(town, f"{path_of(newer)}/fusion?reference={older.reference}", "/fusion")
    words = {**hidden, "motif": "envoyée deux fois"}
    await town.browser.post(action, data=words, headers=OURS)
    again = await town.browser.post(action, data=words, headers=OURS)
    assert again.status_code == 409
    assert "Rien n’a bougé" in parsed(again).css_first("[role=alert]").text()


async def test_a_reference_that_leads_nowhere_is_said_beside_its_field(town: Town) -> None:
    older, newer = await two_requests(town)
    for reference, word in (
        ("26-999999-A", "Aucune demande"),
        (newer.reference, "cette demande"),
        ("<b>é</b>", "Aucune demande"),
    ):
        page = parsed(await town.browser.get(f"{path_of(newer)}/fusion", params={"reference": reference}))
        assert word in page.css_first("#reference-e").text()
        assert page.css_first("form[method=post][action$='/fusion']") is None
    empty = await town.browser.post(
        f"{path_of(newer)}/fusion",
        data={"version": str(newer.version), "autre": public_id(Prefix.TICKET, older.id), "motif": " "},
        headers=OURS,
    )
    assert empty.status_code == 422


async def test_two_peoples_requests_ask_for_a_word_and_then_for_a_recipient(town: Town) -> None:
    older, newer = await two_requests(town, other="autre@example.fr")
    path = f"{path_of(newer)}/fusion?reference={older.reference}"
    assert "Deux personnes différentes" in (await town.browser.get(path)).text
    action, hidden = await form_of(town, path, "/fusion")
    refused = await town.browser.post(action, data={**hidden, "motif": "même affaire"}, headers=OURS)
    assert refused.status_code == 409
    assert parsed(refused).css_first("#motif").attributes["value"] == "même affaire"
    merged = await town.browser.post(action, data={**hidden, "motif": "m", "malgre": "oui"}, headers=OURS)
    assert merged.status_code == 303
    page = parsed(await town.browser.get(path_of(newer)))
    select = page.css_first("select[name=vers]")
    assert "required" in select.attributes
    assert select.css_first("option").attributes["value"] == ""
    action, hidden = await form_of(town, path_of(newer), "/reponses")
    nobody = await town.browser.post(action, data={**hidden, "texte": "Bonjour", "vers": ""}, headers=OURS)
    assert nobody.status_code == 422
    assert "à qui vous répondez" in parsed(nobody).css_first("#vers-e").text()
    someone = select.css("option")[-1].attributes["value"] or ""
    sent = await town.browser.post(action, data={**hidden, "texte": "Bonjour", "vers": someone}, headers=OURS)
    assert sent.status_code == 303


async def test_messages_are_parted_into_a_request_of_their_own_and_back(town: Town) -> None:
    older, newer = await two_requests(town)
    action, hidden = await form_of(town, f"{path_of(newer)}/fusion?reference={older.reference}", "/fusion")
    await town.browser.post(action, data={**hidden, "motif": "essai"}, headers=OURS)
    page = parsed(await town.browser.get(f"{path_of(newer)}/separation"))
    boxes = page.css("input[name=message]")
    assert len(boxes) == 4
    received = [str(box.attributes["value"]) for box in boxes if "reçu" in box.parent.text()]
    action, hidden = await form_of(town, f"{path_of(newer)}/separation", "/separation")
    words = {**hidden, "objet": "Autre lampadaire", "motif": "deux affaires"}
    nothing = await town.browser.post(action, data=words, headers=OURS)
    assert nothing.status_code == 422
    assert parsed(nothing).css_first("#objet").attributes["value"] == "Autre lampadaire"
    everything = await town.browser.post(action, data={**words, "message": received}, headers=OURS)
    assert everything.status_code == 422
    assert "laissez au moins un message" in everything.text.lower()
    assert len(parsed(everything).css("input[name=message][checked]")) == 2
    done = await town.browser.post(action, data={**words, "message": received[:1]}, headers=OURS)
    new = done.headers["location"].partition("?")[0]
    shown = parsed(await town.browser.get(done.headers["location"]))
    assert "Autre lampadaire" in shown.css_first("h1").text()
    assert "Séparée de" in shown.css_first("#mouvements").text()
    assert shown.css_first("#mouvements form") is None
    listed = parsed(await town.browser.get(path_of(newer)))
    undo = next(f for f in listed.css("#mouvements form") if "/separation/" in str(f.attributes["action"]))
    version = undo.css_first("input").attributes["value"] or ""
    back = await town.browser.post(str(undo.attributes["action"]), data={"version": version}, headers=OURS)
    assert back.headers["location"].endswith("fait=annulation")
    gone = await town.browser.get(new)
    assert gone.headers["location"].startswith(path_of(newer))


async def test_a_single_message_is_not_parted(town: Town) -> None:
    _, newer = await two_requests(town)
    page = await town.browser.get(f"{path_of(newer)}/separation")
    assert "rien à séparer" in page.text
    assert parsed(page).css_first("form[action$='/separation']") is None


async def test_whoever_may_only_read_moves_nothing(town: Town) -> None:
    older, newer = await two_requests(town)
    await town.sign_in("tickets:read", "sve:read")
    assert "/fusion" not in (await town.browser.get(path_of(newer))).text
    words = {"version": str(newer.version), "autre": public_id(Prefix.TICKET, older.id), "motif": "essai"}
    answer = await town.browser.post(f"{path_of(newer)}/fusion", data=words, headers=OURS)
    assert answer.status_code == 403
