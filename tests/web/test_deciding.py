"""Deciding of sendings on their page: what is known is shown, a reason is asked, a second click changes nothing."""

from typing import Any
from uuid import UUID

import pytest

from app.channels.contract import Outcome
from app.exchanges import outbox
from app.exchanges.outbox import Outbound, OutState
from app.ids import Prefix, new_id, public_id
from tests.web.conftest import OURS, Town, parsed


async def ended(town: Town, state: OutState, **values: Any) -> Outbound:
    """A sending of the town that ended in a state, with one attempt."""
    known = {one.id for one in await town.tickets()}
    await town.a_ticket(courriel=f"{new_id().hex}@example.fr")
    (ticket,) = [one for one in await town.tickets() if one.id not in known]
    async with town.house.database.transaction(tenant=town.id) as session:
        (sent, *_) = await outbox.of_ticket(session, town.id, ticket.id)
        attempt = await outbox.begin_attempt(session, sent, at=town.clock())
        await outbox.end_attempt(
            session, town.id, attempt, outcome=Outcome.UNKNOWN.value, detail="coupé net", at=town.clock()
        )
        settled = {"state": state.value, "detail": "coupé net", "settled_at": town.clock(), "next_attempt_at": None}
        await outbox.move(session, sent, {**settled, "attempts": 1, **values})
    return await now(town, sent.id)


async def now(town: Town, outbound_id: UUID) -> Outbound:
    async with town.house.database.transaction(tenant=town.id) as session:
        return await town.house.resolver.get(session, town.id, outbound_id)


def path_of(sent: Outbound) -> str:
    return f"/envois/{public_id(Prefix.OUTBOUND, sent.id)}/decision"


def typed(sent: Outbound, decision: str, reason: str = "Vu chez le fournisseur.") -> dict[str, str]:
    return {"version": str(sent.version), "motif": reason, "decision": decision, "file": "a-traiter"}


async def test_an_unknown_outcome_shows_what_is_known_and_three_ways_out(town: Town) -> None:
    sent = await ended(town, OutState.UNKNOWN)
    await town.sign_in()
    page = parsed(await town.browser.get("/envois?file=sans-nouvelle"))
    row = page.css_first(f"#{public_id(Prefix.OUTBOUND, sent.id)}")
    words = " ".join(row.text().split())
    assert "parti, mais la réponse s’est perdue" in words
    assert "Aucun compte rendu du fournisseur" in words
    assert {one.attributes.get("value") for one in row.css("button[name=decision]")} == {
        "mark_sent",
        "resend",
        "abandon",
    }
    assert row.css_first("input[name=motif]").attributes["id"] in {one.attributes["for"] for one in row.css("label")}


@pytest.mark.parametrize(
    ("decision", "state"),
    [("mark_sent", OutState.ACCEPTED), ("resend", OutState.FROZEN), ("abandon", OutState.ABANDONED)],
)
async def test_a_decision_is_taken_once_and_taken_back(town: Town, decision: str, state: OutState) -> None:
    sent = await ended(town, OutState.UNKNOWN)
    await town.sign_in()
    answers = [await town.browser.post(path_of(sent), data=typed(sent, decision), headers=OURS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 412]
    decided = await now(town, sent.id)
    assert decided.state is state
    back = await town.browser.post(path_of(sent), data=typed(decided, "undo", "Erreur de ligne."), headers=OURS)
    assert back.status_code == 303
    after = await now(town, sent.id)
    assert (after.state, after.detail, after.resolved, after.next_attempt_at) == (
        OutState.UNKNOWN,
        "coupé net",
        None,
        None,
    )


async def test_a_decision_from_which_something_followed_is_not_taken_back(town: Town) -> None:
    sent = await ended(town, OutState.FAILED)
    await town.sign_in()
    await town.browser.post(path_of(sent), data=typed(sent, "resend"), headers=OURS)
    async with town.house.database.transaction(tenant=town.id) as session:
        await outbox.move(session, sent, {"attempts": 2})  # it left again
    again = await now(town, sent.id)
    assert not parsed(await town.browser.get("/envois?file=en-file")).css("button[value=undo]")
    answer = await town.browser.post(path_of(sent), data=typed(again, "undo"), headers=OURS)
    assert answer.status_code == 409
    assert "ne s'annule plus" in parsed(answer).css_first(".notice.danger").text()


async def test_without_a_reason_nothing_is_decided_and_another_town_s_is_not_found(town: Town) -> None:
    sent = await ended(town, OutState.FAILED)
    await town.sign_in()
    answer = await town.browser.post(path_of(sent), data=typed(sent, "abandon", "  "), headers=OURS)
    assert (answer.status_code, (await now(town, sent.id)).state) == (422, OutState.FAILED)
    assert "donnez le motif" in parsed(answer).css_first(".notice.danger").text().lower()
    reader = town.open_browser()
    await town.sign_in("tickets:read", browser=reader)
    assert (await reader.post(path_of(sent), data=typed(sent, "abandon"), headers=OURS)).status_code == 403


async def test_failures_leave_again_together_after_they_were_shown(town: Town) -> None:
    first = await ended(town, OutState.FAILED)
    await town.sign_in()
    page = parsed(await town.browser.get("/envois/reprise"))
    assert len(page.css("ul.sendings > li")) == 1
    seen = page.css_first("input[name=vu]").attributes["value"]
    town.clock.move(seconds=30)
    later = await ended(town, OutState.FAILED)  # failed after the preview: not shown, not sent
    fields = {"canal": "", "vu": seen, "motif": "Le relais est réparé."}
    answers = [parsed(await town.browser.post("/envois/reprise", data=fields, headers=OURS)) for _ in range(2)]
    assert "1 envoi remis en file" in answers[0].css_first(".notice").text()
    assert "Rien n’est reparti" in answers[1].css_first(".notice").text()
    states = [(await now(town, one.id)).state for one in (first, later)]
    assert states == [OutState.FROZEN, OutState.FAILED]
    short = await town.browser.post("/envois/reprise", data={**fields, "motif": ""}, headers=OURS)
    assert short.status_code == 422


async def test_the_hours_are_chosen_on_a_page_and_a_refused_choice_stays_typed(town: Town) -> None:
    await town.sign_in()
    page = parsed(await town.browser.get("/envois/reglages"))
    ticked = [one.attributes["value"] for one in page.css("input[name=jours]") if "checked" in one.attributes]
    assert ticked == ["1", "2", "3", "4", "5", "6"]
    wrong = {"version": "0", "jours": "7", "de": "20:00", "a": "08:00", "accuse_public": "oui"}
    refused = await town.browser.post("/envois/reglages", data=wrong, headers=OURS)
    shown = parsed(refused)
    assert refused.status_code == 422
    assert "La fin vient après le début" in shown.css_first("#a-e").text()
    assert (
        shown.css_first("#de").attributes["value"],
        "checked" in shown.css_first("[name=accuse_public]").attributes,
    ) == (
        "20:00",
        True,
    )
    right = await town.browser.post("/envois/reglages", data={**wrong, "de": "08:00", "a": "12:00"}, headers=OURS)
    assert right.status_code == 303
    async with town.house.database.transaction(tenant=town.id) as session:
        chosen = await town.house.sending_office.get(session, town.id)
    assert (set(chosen.hours.weekdays), chosen.public_acknowledgement, chosen.version) == ({7}, True, 1)
    stale = await town.browser.post("/envois/reglages", data={**wrong, "de": "08:00", "a": "12:00"}, headers=OURS)
    assert stale.status_code == 412
