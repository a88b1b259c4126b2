"""A doubtful submission is kept at its date and asked about once; its sender, or an agent, lets it go on."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges import holding, receptions
from app.exchanges.confirming import AWAITED, KEPT_AFTER, LAPSED, OPEN_FOR
from app.exchanges.holding import MAIL_LEASE
from app.exchanges.receptions import ReceptionLine
from app.forms import confirmations, proof
from app.forms.confirmations import Mail
from app.forms.doubts import MOST_FROM_A_NETWORK
from app.ids import Prefix, public_id
from tests.forms.test_proof import solved
from tests.harness.houses import a_town
from tests.web.conftest import ORIGIN, OURS, Town, application, parsed

POT = {"site_web": "http://example.org"}


@dataclass
class Server:
    """Stands for the mail server: answers what the test says, remembers what it was given."""

    answers: list[Sent] = field(default_factory=list)
    carried: list[SendRequest] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.carried.append(request)
        return self.answers.pop(0) if self.answers else Sent(outcome=Outcome.OK)


@dataclass
class Slow(Server):
    """One that answers when it is told to."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.asked.set()
        self.carried.append(request)
        await self.answer.wait()
        return Sent(outcome=Outcome.OK)


@pytest.fixture
def server(town: Town, monkeypatch: pytest.MonkeyPatch) -> Server:
    standing = Server()
    monkeypatch.setattr(town.house.confirmation_mails, "_carrier", standing)
    monkeypatch.setattr(town.house.noticing, "_carrier", standing)
    return standing


@pytest_asyncio.fixture
async def stranger(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on a line of its own, not behind our relay."""
    transport = httpx.ASGITransport(application(town.house), client=("203.0.113.7", 4000))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def lines(town: Town) -> list[ReceptionLine]:
    async with town.house.database.transaction(tenant=town.id) as session:
        return await receptions.page(session, town.id, state=None, after=None, limit=50)


async def send_mails(town: Town) -> None:
    await town.house.confirmation_mails.send(str(town.id))


async def a_link(town: Town, server: Server, **answers: str) -> str:
    await town.post(await town.filled(**POT, **answers))
    await send_mails(town)
    return link_in(server.carried[-1])


def link_in(request: SendRequest) -> str:
    (found,) = re.findall(rf"{ORIGIN}(/confirmation/\S+)", request.text)
    return str(found)


async def test_a_sender_confirms_and_the_request_has_the_date_it_was_received_on(town: Town, server: Server) -> None:
    answer = await town.post(await town.filled(**POT))
    told = parsed(answer).css_first("main").text()
    assert "Confirmez votre envoi" in told
    assert "usager@example.fr" in told
    ((line,)) = await lines(town)
    assert str(line.reason).startswith(AWAITED)
    received_at = line.received_at
    await send_mails(town)
    (mail,) = server.carried
    assert (mail.to.address, mail.automatic, mail.human) == ("usager@example.fr", True, False)
    assert "Une terrasse" not in mail.text + str(mail.subject)

    town.clock.move(days=3)
    link = link_in(mail)
    for _ in range(2):  # as a reader of mail that looks for viruses
        shown = await town.open_browser().get(link)
        assert (shown.status_code, "Oui, c’est mon envoi" in shown.text) == (200, True)
    assert [one.state.value for one in await lines(town)] == ["held"]
    browser = town.open_browser()
    for _ in range(2):  # a double click
        done = await browser.post(link)
        assert (done.status_code, "est confirmé" in done.text) == (200, True)
    await town.read_all()
    (ticket,) = await town.tickets()
    assert (ticket.received_at, ticket.subject) == (received_at, "Terrasse")
    assert "est confirmé" in (await browser.get(link)).text


async def test_the_same_submission_sent_twice_is_asked_about_once_and_becomes_one_request(
    town: Town, server: Server
) -> None:
    fields = await town.filled(**POT)
    for _ in range(2):
        assert "Confirmez votre envoi" in (await town.post(fields)).text
    await send_mails(town)
    (mail,) = server.carried
    await town.browser.post(link_in(mail))
    await town.read_all()
    assert sorted(line.state.value for line in await lines(town)) == ["done", "duplicate"]
    assert len(await town.tickets()) == 1


async def test_one_persons_yes_stands_for_nobody_else(town: Town, server: Server) -> None:
    """Whoever posts chooses the name of a submission, and could send a second one as another person."""
    fields = await town.filled(**POT, courriel="moi@example.fr")
    for address in ("moi@example.fr", "voisine@example.fr"):
        assert "Confirmez votre envoi" in (await town.post({**fields, "courriel": address})).text
    await send_mails(town)
    mine, hers = server.carried
    assert (mine.to.address, hers.to.address) == ("moi@example.fr", "voisine@example.fr")
    await town.browser.post(link_in(mine))
    await town.read_all()
    assert sorted(line.state.value for line in await lines(town)) == ["done", "held"]


async def test_an_address_is_asked_once_an_hour_and_three_times_a_day(town: Town, server: Server) -> None:
    told = []
    for _ in range(6):
        for _ in range(2):
            answer = await town.post(await town.filled(**POT))
            told.append("Confirmez votre envoi" in answer.text)
        town.clock.move(hours=1)
    assert told == [True, False] * 3 + [False] * 6
    await send_mails(town)
    assert len(server.carried) == 3
    assert len(await lines(town)) == 12


async def test_without_an_address_it_waits_for_an_agent_as_ever(town: Town, server: Server) -> None:
    for given in ("", "usager@", "usager@example.fr\r\nBcc: autre@example.org"):
        answer = await town.post(await town.filled(**POT, courriel=given))
        assert "Un agent lit d’abord votre envoi" in answer.text
    await send_mails(town)
    assert server.carried == []
    assert [str(line.reason).startswith("un champ que personne") for line in await lines(town)] == [True] * 3


async def test_a_link_of_confirmation_ends_at_its_instant(town: Town, server: Server) -> None:
    link = await a_link(town, server)
    asked_at, answers = town.clock(), []
    for shift in (-1, 0, 1):
        town.clock.at = asked_at + OPEN_FOR + timedelta(seconds=shift)
        answers.append((await town.open_browser().get(link)).status_code)
    late = await town.open_browser().post(link)
    assert (answers, late.status_code) == ([200, 410, 410], 410)
    assert [one.state.value for one in await lines(town)] == ["held"]


async def test_unconfirmed_after_seven_days_it_says_so_and_an_agent_may_release_it(town: Town, server: Server) -> None:
    link = await a_link(town, server)
    town.clock.move(days=OPEN_FOR.days, seconds=-60)
    await town.house.confirming.lapse(town.id)
    (line,) = await lines(town)
    assert str(line.reason).startswith(AWAITED)
    town.clock.move(minutes=2)
    await town.house.confirming.lapse(town.id)
    (line,) = await lines(town)
    assert (line.state.value, str(line.reason).startswith(LAPSED)) == ("held", True)
    for late in (await town.browser.get(link), await town.browser.post(link)):
        assert (late.status_code, "n’est plus valable" in late.text) == (410, True)
    await town.sign_in()
    number = public_id(Prefix.RECEPTION, line.id)
    page = parsed(await town.browser.get(f"/quarantaine/{number}")).css_first("main").text()
    assert "Personne n’a confirmé" in page
    await town.browser.post(f"/quarantaine/{number}/liberation", data={"motif": "une vraie demande"}, headers=OURS)
    await town.read_all()
    (ticket,) = await town.tickets()
    assert ticket.received_at == line.received_at
    # A month later nothing is left of the address.
    town.clock.move(days=OPEN_FOR.days + KEPT_AFTER.days)
    await town.house.confirmation_mails.forget(town.id)
    assert (await town.browser.get(link)).status_code == 404


async def test_in_a_house_that_sends_nothing_the_mail_is_read_and_followed_on_its_page(town: Town) -> None:
    await town.post(await town.filled(**POT))
    await send_mails(town)
    ((line,)) = await lines(town)
    await town.sign_in()
    shown = parsed(await town.browser.get(f"/quarantaine/{public_id(Prefix.RECEPTION, line.id)}"))
    link = shown.css_first('a[href*="/confirmation/"]').attributes["href"] or ""
    assert link in shown.css_first("details pre").text()
    done = await town.open_browser().post(link)
    assert "est confirmé" in done.text
    again = await town.browser.get(f"/quarantaine/{public_id(Prefix.RECEPTION, line.id)}")
    assert "/confirmation/" not in again.text


async def test_what_an_agent_released_first_is_asked_of_nobody(town: Town, server: Server) -> None:
    await town.post(await town.filled(**POT))
    (line,) = await lines(town)
    await town.sign_in()
    number = public_id(Prefix.RECEPTION, line.id)
    listed = parsed(await town.browser.get("/quarantaine")).css_first("main").text()
    assert "accord" in listed  # what may run is said beside what waits
    await town.browser.post(f"/quarantaine/{number}/liberation", data={"motif": "connu de nous"}, headers=OURS)
    await send_mails(town)
    assert server.carried == []


async def test_a_mail_that_fails_is_tried_again_and_its_end_is_shown(town: Town, server: Server) -> None:
    server.answers += [Sent(outcome=Outcome.RETRY, detail="452"), Sent(outcome=Outcome.UNKNOWN)]
    await town.post(await town.filled(**POT))
    await send_mails(town)
    await send_mails(town)
    assert len(server.carried) == 1
    for _ in range(2):
        town.clock.move(minutes=6)
        await town.house.confirmation_mails.sweep(town.id)
        await send_mails(town)
    assert len({request.message_id for request in server.carried}) == 1
    assert await mail_of(town) is Mail.SENT
    town.clock.move(hours=2)
    server.answers.append(Sent(outcome=Outcome.PERMANENT, detail="550 inconnu"))
    await town.post(await town.filled(**POT))
    await send_mails(town)
    assert await mail_of(town) is Mail.FAILED
    await town.sign_in()
    number = public_id(Prefix.RECEPTION, max(line.id for line in await lines(town)))
    assert "550 inconnu" in (await town.browser.get(f"/quarantaine/{number}")).text


@pytest.mark.usefixtures("server")
async def test_the_mail_a_dead_worker_was_sending_is_anothers_within_a_minute_and_a_living_ones_is_not(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "RENEWED_EACH_S", 0.01)
    slow = Slow()
    monkeypatch.setattr(town.house.confirmation_mails, "_carrier", slow)
    await town.post(await town.filled(**POT))
    sending = asyncio.create_task(send_mails(town))
    await slow.asked.wait()
    for _ in range(3):
        town.clock.move(seconds=MAIL_LEASE.total_seconds() - 1)
        while await held_until(town) != town.clock() + MAIL_LEASE:  # noqa: ASYNC110 — another task writes it
            await asyncio.sleep(0.01)
    await send_mails(town)  # another worker's turn
    assert len(slow.carried) == 1
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert timedelta(minutes=1) > MAIL_LEASE
    town.clock.move(seconds=MAIL_LEASE.total_seconds())
    slow.answer.set()
    await send_mails(town)
    assert (len(slow.carried), await mail_of(town)) == (2, Mail.SENT)


async def held_until(town: Town) -> datetime:
    async with town.house.database.transaction(tenant=town.id) as session:
        until: datetime = (
            await session.execute(text("SELECT next_attempt_at FROM submission_confirmations"))
        ).scalar_one()
    return until


async def mail_of(town: Town) -> Mail:
    last = max(line.id for line in await lines(town))
    async with town.house.database.transaction(tenant=town.id) as session:
        return (await confirmations.of_receptions(session, town.id, [last]))[last].mail


async def test_a_link_made_up_or_of_another_town_opens_nothing(town: Town, server: Server) -> None:
    link = await a_link(town, server)
    changed = link[:-4] + ("AAAA" if link[-4:] != "AAAA" else "BBBB")
    for wrong in (changed, "/confirmation/" + "A" * 64, "/confirmation/" + "-" * 64):
        assert (await town.browser.get(wrong)).status_code == 404
        assert (await town.browser.post(wrong)).status_code == 404
    other = await a_town(town.house, slug=f"autre-{town.slug}")
    async with town.house.database.transaction(tenant=other) as session:
        ids = [line.id for line in await lines(town)]
        assert await confirmations.of_receptions(session, other, ids) == {}


async def test_a_flood_from_one_line_is_doubted_and_a_relay_of_ours_is_not(
    town: Town, server: Server, stranger: httpx.AsyncClient
) -> None:
    filled = [await town.filled(courriel=f"usager{n}@example.fr") for n in range(MOST_FROM_A_NETWORK + 2)]
    for fields in filled:
        await stranger.post(f"/formulaires/{town.slug}", data=fields)
    reasons = [str(line.reason) for line in await lines(town) if line.state.value == "held"]
    assert len(reasons) == 2
    assert all("même réseau" in reason for reason in reasons)
    for fields in filled:
        await town.post(fields)
    assert len([1 for line in await lines(town) if line.state.value == "held"]) == 2


async def test_a_form_that_asks_for_work_doubts_what_came_without_and_takes_a_proof_once(
    town: Town, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "PREFIX", "0")  # a sixteenth of the work
    async with town.house.database.transaction(tenant=town.id) as session:
        channel = await town.house.channels.get(session, town.id, town.form.id)
        await town.house.channels.change(
            session, channel, version=channel.version, name=None, state=None, config={"proof": "always"}
        )
    shown = await town.browser.get(f"/formulaires/{town.slug}")
    assert "script-src 'self';" in shown.headers["content-security-policy"]
    (script,) = parsed(shown).css("script")
    assert (script.attributes["type"], script.text()) == ("module", "")
    assert (await town.browser.get(str(script.attributes["src"]))).headers["content-type"].startswith("text/javascript")

    assert "Confirmez votre envoi" in (await town.post(await town.filled())).text  # without JavaScript
    page = parsed(await town.browser.get(f"/formulaires/{town.slug}"))
    challenge = page.css_first("form[data-challenge]").attributes["data-challenge"]
    worked = solved(json.loads(str(challenge)))
    hidden = {str(n.attributes["name"]): str(n.attributes.get("value") or "") for n in page.css("form.f [type=hidden]")}
    town.clock.move(seconds=20)
    fields = {**hidden, "courriel": "b@example.fr", "message": "Une terrasse.", "altcha": worked}
    for _ in range(2):  # a double click is not a proof used twice
        assert "Confirmez" not in (await town.post(fields)).text
    elsewhere = {**await town.filled(courriel="c@example.fr"), "altcha": worked}
    assert "Confirmez votre envoi" in (await town.post(elsewhere)).text
    given = (await town.browser.get(f"/formulaires/{town.slug}/altcha")).json()
    first = {"submission_id": "j-1", "answers": {"message": "Une terrasse."}}
    site = [{**first, "altcha": solved(given)}, {**first, "submission_id": "j-2", "altcha": solved(given)}, first]
    for sent in site:
        assert (await town.browser.post(f"/formulaires/{town.slug}", json=sent)).status_code == 202
    await town.read_all()
    states = sorted((line.state.value, str(line.reason)) for line in await lines(town))
    held = [reason for state, reason in states if state == "held"]
    assert [state for state, _ in states].count("done") == 2
    assert (
        sorted(word in reason for reason in held for word in ("fausse", "sans preuve", "déjà employée")).count(True)
        == 4
    )
    (ticket, *_) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        message, *_ = await town.house.tickets.thread(session, town.id, ticket.id)
    assert "altcha" not in message.text


async def test_links_galore_are_doubted_unless_work_was_done(town: Town, server: Server) -> None:
    words = "Voir http://example.org " * 6
    assert "Confirmez votre envoi" in (await town.post(await town.filled(message=words))).text
    (line,) = await lines(town)
    assert "beaucoup de liens" in str(line.reason)
