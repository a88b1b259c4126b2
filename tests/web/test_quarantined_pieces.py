"""A piece the antivirus set aside, on the request's page: said in words, without a link, given to who may and says why."""

from app.files.antivirus import ScanState, Verdict
from app.ids import Prefix, public_id
from app.tickets import scans
from tests.web.conftest import OURS, Town, parsed

REASON = "Analyse par le responsable de la sécurité"
MAIL = (
    b"From: Usager <usager@example.org>\r\nSubject: Devis\r\nMessage-ID: <ecartee@example.org>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nVoir la piece.\r\n'
    b'--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="devis.png"\r\n\r\nx\r\n--b--\r\n'
)


async def an_infected_piece(town: Town) -> str:
    """Returns the path of a request whose piece was set aside; the name of the signature is a trap."""
    await town.receive(MAIL)
    (ticket,) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        (message, *_) = await town.house.tickets.thread(session, town.id, ticket.id)
        sha256 = message.pieces[0][1].sha256
        assert sha256
        await scans.ask(session, town.id, [sha256], now=town.clock())
        claimed = await scans.claim(session, town.id, now=town.clock(), lease=town.clock())
        assert claimed is not None
        verdict = Verdict(state=ScanState.INFECTED, virus="<b>Trap</b>")
        await scans.settle(session, town.id, claimed, verdict, now=town.clock())
    return f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"


async def its_original(town: Town) -> str:
    """Returns the page of held deliveries that gives bytes, for one that is no longer held."""
    (ticket,) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        (message, *_) = await town.house.tickets.thread(session, town.id, ticket.id)
    assert message.reception_id is not None
    return f"/quarantaine/{public_id(Prefix.RECEPTION, message.reception_id)}/original"


async def test_an_agent_is_warned_and_has_no_link(town: Town) -> None:
    path = await an_infected_piece(town)
    await town.sign_in("tickets:read", "tickets:write", "sve:read")
    page = parsed(await town.browser.get(path))
    assert page.css_first('a[href^="/pieces/"]') is None
    warned = page.css_first("li.msg .notice")
    assert warned is not None
    assert "Pièce mise à l’écart" in warned.text()
    assert "<b>Trap</b>" in warned.text()  # words, not markup
    assert page.css_first('form[action$="/ecartee"]') is None


async def test_who_answers_for_the_service_takes_it_with_a_reason(town: Town) -> None:
    path = await an_infected_piece(town)
    await town.sign_in()
    form = parsed(await town.browser.get(path)).css_first('form[action$="/ecartee"]')
    assert form is not None
    action = form.attributes["action"] or ""
    assert (await town.browser.get(action.removesuffix("/ecartee"))).status_code == 403
    assert (await town.browser.post(action, data={"motif": "non"}, headers=OURS)).status_code == 422
    assert (await town.browser.get(await its_original(town))).status_code == 403
    given = await town.browser.post(action, data={"motif": REASON}, headers=OURS)
    assert (given.status_code, given.content) == (200, b"x")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert given.headers["Content-Type"] == "application/octet-stream"
