"""Letters over HTTP: seen, sent once, kept as they left, and the events they are."""

import pytest

from app.channels.contract import Delivery
from app.exchanges import outbox
from app.exchanges.receptions import Door
from app.ids import Prefix, new_id, parse_id
from tests.harness.houses import MovableClock
from tests.harness.pictures import a_logo

HEAD = {
    "place": "Villebourg",
    "signatory_name": "Camille Exemple",
    "signatory_title": "Responsable de l'accueil",
    "court": "Tribunal administratif de Villebourg",
    "court_address": "2 rue du Palais, 00000 Villebourg",
    "footer": "Commune de Villebourg",
}


@pytest.fixture(autouse=True)
def monday(a_house):
    """Each test begins on the same Monday: the towns of this module share one clock."""
    a_house[1].at = MovableClock().at


def once():
    return {"Idempotency-Key": new_id().hex}


async def with_letterhead(town):
    answer = await town.http.post("/api/v1/tenant/letterhead", json=HEAD, headers=once())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def a_saisine(town, regime="SVA", **message):
    """A request by mail, qualified unless `regime` is None; returns the address of its saisine."""
    ticket = await town.a_ticket(**message)
    url = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    if regime is not None:
        answer = await town.http.get(url)
        body = {"regime": regime, "reason": "Liste du code."}
        head = {"If-Match": answer.headers["etag"]}
        qualified = await town.http.post(f"{url}/qualifications", json=body, headers=head)
        assert qualified.status_code == 201, qualified.text
    return url


async def sent(town, url, kind, way="channel", **fields):
    body = {"kind": kind, "way": way, "fields": fields}
    return await town.http.post(f"{url}/letters", json=body, headers=once())


async def deliver(town):
    async with town.house.database.transaction(tenant=town.id) as session:
        due = await outbox.due(session, town.id, now=town.clock(), limit=100)
    await town.house.dispatcher.dispatch(str(town.id), [str(one) for one in due])


async def events(town, url):
    return (await town.http.get(url)).json()["events"]


async def test_an_acknowledgement_is_seen_then_sent_and_told_to_the_clock_when_it_leaves(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town, "SVR")
    body = {"kind": "are", "fields": {}}
    preview = (await town.http.post(f"{url}/letters/previews", json=body)).json()
    assert preview["missing"] == []
    assert "2\u00a0mai\u00a02026" in preview["text"]
    assert len(preview["short_text"]) < len(preview["text"]) / 2
    page = await town.http.post(f"{url}/letters/previews.pdf", json=body)
    assert page.headers["content-type"] == "application/pdf"
    answer = await sent(town, url, "are")
    assert answer.status_code == 201, answer.text
    letter = answer.json()
    assert letter["mentions"] == [one["mention"] for one in preview["mentions"]]
    assert letter["text"] == preview["text"]
    assert letter["event_id"] is None
    assert [one["type"] for one in await events(town, url)] == ["received", "qualified"]
    await deliver(town)
    (ack,) = [one for one in await events(town, url) if one["type"] == "ack_sent" and one["payload"]["kind"] == "ARE"]
    assert ack["payload"]["complete_mentions"] is True
    assert ack["payload"]["announced_term"] == "2026-05-02"
    values = (await town.http.get(url)).json()["values"]
    assert values["are_done"] is True
    owed = (await town.http.get("/api/v1/sve/duties")).json()["data"]
    assert "ARE" not in {duty["kind"] for duty in owed}


async def test_the_mail_that_leaves_carries_the_very_page_that_is_kept(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    letter = (await sent(town, url, "are")).json()
    kept = await town.http.get(f"/api/v1/letters/{letter['id']}/pdf")
    assert kept.content.startswith(b"%PDF")
    async with town.house.database.transaction(tenant=town.id) as session:
        frozen = await outbox.find(session, town.id, parse_id(Prefix.OUTBOUND, letter["outbound_id"]))
    assert [piece["sha256"] for piece in frozen.request["enclosed"]] == [letter["pdf_sha256"]]
    assert frozen.request["subject"].startswith("Accusé de réception électronique")
    assert await town.house.store.get(town.id, letter["pdf_sha256"]) == kept.content


async def test_what_nobody_qualified_is_not_acknowledged_and_the_list_says_why(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town, None)
    refused = await sent(town, url, "are")
    assert (refused.status_code, refused.json()["code"]) == (422, "mentions-missing")
    assert {flaw["code"] for flaw in refused.json()["errors"]} == {"silence", "date_terme"}
    assert all("R112-11-1" in flaw["detail"] for flaw in refused.json()["errors"])
    assert (await town.http.get(f"{url}/letters")).json()["data"] == []
    (duty,) = [one for one in (await town.http.get("/api/v1/sve/duties")).json()["data"] if one["kind"] == "ARE"]
    assert "qualifi" in duty["blocked_because"]


async def test_without_a_letterhead_a_refusal_says_what_to_write_and_where(town) -> None:
    url = await a_saisine(town, "SVR")
    preview = (await town.http.post(f"{url}/letters/previews", json={"kind": "are"})).json()
    missing = {one["mention"]: one for one in preview["missing"]}
    assert set(missing) == {"voies_recours", "agent"}
    assert missing["voies_recours"]["where"] == "papier à en-tête"
    assert missing["agent"]["article"] == "CRPA L111-2"
    assert missing["agent"]["where"] == "/fields/agent_name"


async def test_a_double_click_is_one_letter(town) -> None:
    await with_letterhead(town)
    url, head = await a_saisine(town), once()
    body = {"kind": "are", "fields": {}}
    first = await town.http.post(f"{url}/letters", json=body, headers=head)
    again = await town.http.post(f"{url}/letters", json=body, headers=head)
    assert again.json() == first.json()
    assert len((await town.http.get(f"{url}/letters")).json()["data"]) == 1


async def test_missing_pieces_stop_an_acceptance_and_the_letter_says_so(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    answer = await sent(town, url, "pieces", pieces=["Plan de situation", "Attestation"], deadline_on="2026-03-31")
    assert answer.status_code == 201, answer.text
    assert "deuxième alinéa" in answer.json()["text"]
    told = (await town.http.get(url)).json()
    (event,) = [one for one in told["events"] if one["type"] == "pieces_requested"]
    assert event["id"] == answer.json()["event_id"]
    assert event["payload"]["items"] == ["Plan de situation", "Attestation"]
    assert event["payload"]["deadline_date"] == "2026-03-31"
    assert (told["state"], told["term_on"]) == ("waiting_for_pieces", None)


async def test_missing_pieces_suspend_a_rejection_and_the_letter_gives_the_new_term(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town, "SVR")
    town.clock.move(days=14)
    answer = await sent(town, url, "pieces", pieces=["Plan"], deadline_on="2026-03-31")
    assert "troisième alinéa" in answer.json()["text"]
    term = (await town.http.get(url)).json()["term_on"]
    assert term == "2026-05-17"
    assert "17\u00a0mai\u00a02026" in answer.json()["text"]


async def test_a_request_for_pieces_that_never_arrived_stops_nothing(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    letter = (await sent(town, url, "pieces", pieces=["Plan"], deadline_on="2026-03-31")).json()
    assert (await town.http.get(url)).json()["term_on"] is None
    outbound_id = parse_id(Prefix.OUTBOUND, letter["outbound_id"])
    async with town.house.database.transaction(tenant=town.id) as session:
        message = await outbox.find(session, town.id, outbound_id, lock=True)
        await outbox.move(session, message, {"state": "failed", "next_attempt_at": None})
    resolve = f"/api/v1/outbound/{letter['outbound_id']}/resolutions"
    gone = await town.http.post(resolve, json={"decision": "abandon", "reason": "Adresse morte."}, headers=once())
    assert gone.status_code == 201, gone.text
    assert (await town.http.get(url)).json()["term_on"] == "2026-05-02"


async def test_a_decision_handed_over_at_the_desk_is_signed_and_notified(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town, "SVR")
    words = {"sense": "refusal", "decision": "La terrasse est refusée.", "reasons": "Largeur insuffisante."}
    answer = await sent(town, url, "decision", way="counter", **words)
    assert answer.status_code == 201, answer.text
    told = (await town.http.get(url)).json()
    (event,) = [one for one in told["events"] if one["type"] == "express_decision"]
    assert event["payload"]["mentions_appeal"] is True
    assert told["closed_at"] is not None
    assert told["values"]["appeal_opposable"] is True


async def test_a_tacit_acceptance_is_attested_with_the_engines_own_date(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    early = await sent(town, url, "attestation", way="counter", object="Une terrasse")
    assert (early.status_code, early.json()["code"]) == (409, "letter-not-due")
    town.clock.move(days=70)
    answer = await sent(town, url, "attestation", way="counter", object="Une terrasse")
    assert answer.status_code == 201, answer.text
    assert "2\u00a0mai\u00a02026" in answer.json()["text"]
    assert "attestation_issued" in [one["type"] for one in await events(town, url)]


async def test_a_withdrawal_is_heard_first_and_ends_the_acceptance(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    town.clock.move(days=70)
    heard = await sent(
        *(town, url, "withdrawal_hearing", "post"),
        reasons="Largeur insuffisante.",
        deadline_on="2026-06-15",
        addressee_address="1 rue Exemple, 00000 Villebourg",
    )
    assert heard.status_code == 201, heard.text
    assert "2\u00a0septembre\u00a02026" in heard.json()["text"]
    town.clock.move(days=40)
    words = {"reasons": "Largeur insuffisante.", "heard_on": "2026-05-11"}
    answer = await sent(town, url, "withdrawal", "counter", **words)
    assert answer.status_code == 201, answer.text
    (event,) = [one for one in await events(town, url) if one["type"] == "withdrawal_decision"]
    assert event["payload"]["contradictory"] is True


async def test_a_transmission_is_told_and_recorded(town) -> None:
    url = await a_saisine(town, None)
    answer = await sent(
        *(town, url, "transmission"), recipient="Département de Villebourg", agent_name="Dominique Exemple",
        agent_title="Agent d'accueil",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    (event,) = [one for one in await events(town, url) if one["type"] == "transferred"]
    assert event["payload"]["recipient"] == "Département de Villebourg"


REFUSED = [
    ("are", "post", {}, "/way"),
    ("pieces", "post", {"pieces": ["Plan"], "deadline_on": "2026-03-31"}, "/fields/addressee_address"),
    ("pieces", "channel", {"pieces": ["Plan"], "deadline_on": "2026-03-01"}, "/fields/deadline_on"),
    ("pieces", "channel", {"reasons": "Non.", "pieces": ["Plan"]}, "/fields/reasons"),
    ("pieces", "channel", {"pieces": ["Plan"]}, "/fields/deadline_on"),
    ("decision", "counter", {"signed_on": "2030-01-01"}, "/fields/signed_on"),
]


@pytest.mark.parametrize(("kind", "way", "fields", "pointer"), REFUSED)
async def test_a_letter_that_cannot_be_says_which_field(town, kind, way, fields, pointer) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    answer = await sent(town, url, kind, way, **fields)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert (await town.http.get(f"{url}/letters")).json()["data"] == []


async def test_the_copy_never_changes_when_the_letterhead_does(town) -> None:
    first = await with_letterhead(town)
    url = await a_saisine(town)
    letter = (await sent(town, url, "are")).json()
    before = (await town.http.get(f"/api/v1/letters/{letter['id']}/pdf")).content
    await town.http.post("/api/v1/tenant/letterhead", json={**HEAD, "place": "Ailleurs"}, headers=once())
    await town.http.put("/api/v1/tenant/letterhead/logo", content=a_logo())
    after = await town.http.get(f"/api/v1/letters/{letter['id']}/pdf")
    assert after.content == before
    assert letter["letterhead_id"] == first["id"]
    assert (await town.http.get(f"/api/v1/letters/{letter['id']}")).json() == letter


EDITIONS = "/api/v1/tenant/letterhead/editions"


async def test_the_editions_of_a_letterhead_tell_who_changed_what(town) -> None:
    assert (await town.http.get(EDITIONS)).json() == {"data": [], "next_cursor": None}
    first = await with_letterhead(town)
    for words in (HEAD, {**HEAD, "place": "Ailleurs", "footer": ""}):
        written = await town.http.post("/api/v1/tenant/letterhead", json=words, headers=once())
        assert written.status_code == 201, written.text
    drawn = (await town.http.put("/api/v1/tenant/letterhead/logo", content=a_logo())).json()
    told = (await town.http.get(EDITIONS)).json()["data"]
    assert [one["changed"] for one in told] == [["logo_sha256"], ["place", "footer"], [], None]
    assert (told[0]["id"], told[-1]["id"]) == (drawn["id"], first["id"])
    assert {name: told[-1][name] for name in first} == first


async def test_each_page_of_editions_compares_its_last_with_the_one_behind_it(town) -> None:
    for place in ("Villebourg", "Ailleurs", "Villebourg"):
        await town.http.post("/api/v1/tenant/letterhead", json={**HEAD, "place": place}, headers=once())
    pages, cursor = [], {}
    while cursor is not None:
        answer = (await town.http.get(EDITIONS, params={"limit": 1, **cursor})).json()
        pages.append([(one["place"], one["changed"]) for one in answer["data"]])
        cursor = {"cursor": answer["next_cursor"]} if answer["next_cursor"] else None
    assert pages == [[("Villebourg", ["place"])], [("Ailleurs", ["place"])], [("Villebourg", None)]]


async def test_a_logo_is_a_picture_judged_by_its_bytes(town) -> None:
    early = await town.http.put("/api/v1/tenant/letterhead/logo", content=a_logo())
    assert (early.status_code, early.json()["code"]) == (409, "no-letterhead")
    await with_letterhead(town)
    for content, status in [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (a_logo()[:60], 422),
        (a_logo() + b"\0" * 500_000, 413),
    ]:
        answer = await town.http.put("/api/v1/tenant/letterhead/logo", content=content)
        assert answer.status_code == status, answer.text
    drawn = await town.http.put("/api/v1/tenant/letterhead/logo", content=a_logo())
    again = await town.http.put("/api/v1/tenant/letterhead/logo", content=a_logo())
    assert drawn.json() == again.json()
    assert drawn.json()["logo_type"] == "image/png"
    shown = await town.http.get("/api/v1/tenant/letterhead/logo")
    assert (shown.content, shown.headers["content-type"]) == (a_logo(), "image/png")
    url = await a_saisine(town)
    assert (await sent(town, url, "are")).status_code == 201


async def test_a_machine_is_never_acknowledged(town) -> None:
    await with_letterhead(town)
    channel = await town.connect("email")
    raw = (
        f"From: Robot <robot@example.org>\r\nTo: {channel.address}\r\nSubject: Absence\r\nAuto-Submitted: auto-replied\r\n"
        "Message-ID: <r@example.org>\r\n\r\nJe suis absent.\r\n"
    ).encode()
    await town.house.inbound.accept(channel, Delivery(body=raw), door=Door.API)
    await town.read_all()
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    url = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    head = {"If-Match": (await town.http.get(url)).headers["etag"]}
    await town.http.post(f"{url}/qualifications", json={"regime": "SVA", "reason": "Essai."}, headers=head)
    answer = await sent(town, url, "are")
    assert (answer.status_code, answer.json()["code"]) == (409, "automatic-sender"), answer.text


async def test_an_address_is_not_acknowledged_without_end(town) -> None:
    await with_letterhead(town)
    codes = []
    for _ in range(6):
        url = await a_saisine(town)
        codes.append((await sent(town, url, "are")).status_code)
    assert codes == [201, 201, 201, 201, 201, 429]


async def test_the_facts_of_letters_hold_no_words(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    await sent(town, url, "pieces", pieces=["Plan secret"], deadline_on="2026-03-31")
    told = await town.facts()
    (fact,) = [one for one in told if one["type"] == "sve.letter.composed"]
    assert set(fact["data"]) == {"letter_id", "saisine_id", "ticket_id", "kind", "way"}
    assert "secret" not in str(told)


async def test_what_a_letter_says_of_a_person_is_not_read_with_the_clocks_alone(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town)
    letter = (await sent(town, url, "are")).json()["id"]
    clocks = await town.key("sve:read")
    for where in (f"{url}/letters", f"/api/v1/letters/{letter}", f"/api/v1/letters/{letter}/pdf"):
        assert (await town.http.get(where, headers=clocks)).status_code == 403
        assert (await town.http.get(where)).status_code == 200
