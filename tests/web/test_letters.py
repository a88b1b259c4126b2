"""Letters at the agent's desk: chosen, filled in, seen, sent once, read again; and the letterhead they are written on."""

from app.ids import Prefix, public_id
from tests.harness.houses import MovableClock
from tests.harness.pictures import a_logo
from tests.web.conftest import OURS, Town, parsed

HEAD = {
    "place": "Villebourg",
    "signatory_name": "Camille Exemple",
    "signatory_title": "Responsable de l'accueil",
    "court": "Tribunal administratif de Villebourg",
    "court_address": "2 rue du Palais\r\n00000 Villebourg",
    "footer": "Commune de Villebourg",
}


async def written(town: Town) -> None:
    answer = await town.browser.post("/papier", data=HEAD, headers=OURS)
    assert answer.status_code == 303, answer.text


async def desk(town: Town, regime: str = "SVA") -> tuple[str, str]:
    """Signs in, receives a mail and qualifies it; returns the address of the request and of its letters."""
    town.clock.at = MovableClock().at
    await town.receive(
        f"From: Usager Exemple <usager@example.org>\r\nTo: {town.mail.address}\r\nSubject: Terrasse\r\n"
        f"Message-ID: <{town.slug}@example.org>\r\n\r\nUne terrasse.\r\n".encode()
    )
    await town.sign_in()
    (ticket,) = await town.tickets()
    path = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    page = parsed(await town.browser.get(path))
    link = next(a for a in page.css("a") if str(a.attributes["href"]).endswith("/courriers"))
    letters = str(link.attributes["href"])
    if regime:
        form = next(f for f in page.css("form") if str(f.attributes["action"]).endswith("/qualification"))
        fields = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
        done = await town.browser.post(
            str(form.attributes["action"]), data={**fields, "regime": regime, "motif": "Liste."}, headers=OURS
        )
        assert done.status_code == 303, done.text
    return path, letters


async def fields_of(town: Town, letters: str, kind: str) -> dict[str, str]:
    page = parsed(await town.browser.get(letters, params={"genre": kind}))
    form = next(f for f in page.css("form") if str(f.attributes["action"]).endswith("/apercu"))
    hidden = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
    return {**hidden, "voie": "channel"}


async def test_a_letter_is_seen_then_sent_and_found_again(town: Town) -> None:
    path, letters = await desk(town)
    await written(town)
    fields = await fields_of(town, letters, "are")
    seen = parsed(await town.browser.post(f"{letters}/apercu", data=fields, headers=OURS))
    assert "2\u00a0mai\u00a02026" in seen.css_first(".letter").text()
    assert any("Envoyer" in button.text() for button in seen.css("button"))
    draft = await town.browser.post(f"{letters}/page", data=fields, headers=OURS)
    assert draft.headers["content-type"] == "application/pdf"
    sent = await town.browser.post(letters, data=fields, headers=OURS)
    assert sent.headers["location"] == f"{path}?fait=courrier#legal"
    page = parsed(await town.browser.get(path))
    link = page.css_first(".letters li a")
    kept = await town.browser.get(str(link.attributes["href"]))
    assert kept.content.startswith(b"%PDF")
    assert kept.content != draft.content


async def test_a_second_click_sends_nothing_more(town: Town) -> None:
    path, letters = await desk(town)
    await written(town)
    fields = await fields_of(town, letters, "are")
    for _ in range(2):
        assert (await town.browser.post(letters, data=fields, headers=OURS)).status_code == 303
    page = parsed(await town.browser.get(path))
    assert len(page.css(".letters li")) == 1


async def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(town: Town) -> None:
    _, letters = await desk(town)
    await written(town)
    fields = {**await fields_of(town, letters, "pieces"), "pieces": "Plan de situation\r\nAttestation"}
    page = parsed(await town.browser.post(f"{letters}/apercu", data=fields, headers=OURS))
    assert "Délai imparti" in page.css_first("#deadline_on-e").text()
    assert page.css_first("#deadline_on").attributes["aria-invalid"] == "true"
    assert "Attestation" in page.css_first("#pieces").text()
    assert not any("Envoyer" in button.text() for button in page.css("button"))
    refused = await town.browser.post(letters, data=fields, headers=OURS)
    assert refused.status_code == 422
    assert "Attestation" in parsed(refused).css_first("#pieces").text()


async def test_an_unqualified_request_says_to_qualify_first(town: Town) -> None:
    path, letters = await desk(town, regime="")
    await written(town)
    fields = await fields_of(town, letters, "are")
    page = parsed(await town.browser.post(f"{letters}/apercu", data=fields, headers=OURS))
    assert "qualifiez d'abord" in page.css_first(".notice.danger").text()
    shown = parsed(await town.browser.get(path))
    assert "bloqué" in shown.css_first(".duties").text()


async def test_a_letter_that_does_not_apply_is_refused_in_words(town: Town) -> None:
    _, letters = await desk(town)
    fields = await fields_of(town, letters, "attestation")
    answer = await town.browser.post(f"{letters}/apercu", data=fields, headers=OURS)
    assert answer.status_code == 409
    assert "aucune acceptation tacite" in answer.text.lower()


async def test_what_is_typed_never_becomes_markup(town: Town) -> None:
    _, letters = await desk(town)
    await written(town)
    evil = '<script>alert(1)</script> #panic("x") = Titre'
    fields = {**await fields_of(town, letters, "pieces"), "pieces": evil, "deadline_on": "2026-03-31", "note": evil}
    page = await town.browser.post(f"{letters}/apercu", data=fields, headers=OURS)
    assert "<script>alert" not in page.text
    draft = await town.browser.post(f"{letters}/page", data=fields, headers=OURS)
    assert draft.content.count(b"/S/H1") == 1


async def test_the_letterhead_is_written_and_drawn(town: Town) -> None:
    await town.sign_in()
    empty = await town.browser.post("/papier", data={**HEAD, "place": ""}, headers=OURS)
    assert empty.status_code == 422
    assert "Camille Exemple" in empty.text
    await written(town)
    files = {"logo": ("logo.png", a_logo(), "image/png")}
    assert (await town.browser.post("/papier/logo", files=files, headers=OURS)).status_code == 303
    page = parsed(await town.browser.get("/papier"))
    logo = await town.browser.get(str(page.css_first("img.logo").attributes["src"]))
    assert logo.content == a_logo()
    bad = {"logo": ("logo.png", b"<svg/>", "image/png")}
    refused = await town.browser.post("/papier/logo", files=bad, headers=OURS)
    assert refused.status_code == 415
    assert "PNG ou JPEG" in parsed(refused).css_first("#logo-e").text()


async def test_a_reader_may_look_and_not_send(town: Town) -> None:
    _, letters = await desk(town)
    await written(town)
    fields = await fields_of(town, letters, "are")
    await town.browser.post("/deconnexion", headers=OURS)
    await town.sign_in("tickets:read", "sve:read")
    page = parsed(await town.browser.post(f"{letters}/apercu", data=fields, headers=OURS))
    assert not any("Envoyer" in button.text() for button in page.css("button"))
    assert (await town.browser.post(letters, data=fields, headers=OURS)).status_code == 403
    assert (await town.browser.post("/papier", data=HEAD, headers=OURS)).status_code == 403


async def test_the_slip_of_a_posted_letter_is_noted_from_its_page_and_kept(town: Town) -> None:
    path, letters = await desk(town)
    await written(town)
    fields = await fields_of(town, letters, "decision")
    words = {"sense": "refusal", "decision": "Refusée.", "reasons": "Article 1.", "addressee_address": "2 rue Exemple"}
    sent = await town.browser.post(letters, data={**fields, **words, "voie": "post"}, headers=OURS)
    assert sent.status_code == 303, sent.text
    link = next(a for a in parsed(await town.browser.get(path)).css("a") if "Avis de réception" in a.text())
    slip = str(link.attributes["href"])
    town.clock.move(days=7)
    await town.sign_in()
    version = parsed(await town.browser.get(slip)).css_first("input[name=version]").attributes["value"]
    noted = {"version": str(version), "numero": "2C 1", "presentee": "2026-03-01", "signee": ""}
    scan = {"avis": ("avis.png", a_logo(), "image/png")}
    wrong = await town.browser.post(slip, data=noted, files=scan, headers=OURS)
    assert wrong.status_code == 422
    assert parsed(wrong).css_first("#presentee-e") is not None
    assert parsed(wrong).css_first("#numero").attributes["value"] == "2C 1", "nothing typed is lost"
    done = await town.browser.post(slip, data={**noted, "presentee": "2026-03-04"}, files=scan, headers=OURS)
    assert done.status_code == 303, done.text
    assert "les délais en tiennent compte" in (await town.browser.get(done.headers["location"])).text
    assert (await town.browser.get(slip.replace("/remise", "/avis"))).content == a_logo()
