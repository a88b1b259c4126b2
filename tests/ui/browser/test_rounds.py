"""No screen waits for more than two rounds of answers: who is here, then all it shows. Dialogs are opened by a gesture, and not here."""

from collections.abc import Mapping

import pytest
import pytest_asyncio

from app.channels import approved
from app.ids import Prefix, public_id
from tests.api.test_every_operation import rich
from tests.api.test_letters import HEAD
from tests.api.test_tags import once
from tests.api.test_templates import CONFIG, TEMPLATE
from tests.ui.browser.test_every_screen import PATHS, address
from tests.ui.browser.test_social import a_post
from tests.ui.conftest import Desk, Person
from tests.ui.rounds import asked_by, keep_answers_back, twice

NARROWED = [
    "boite?vue=VIEW",
    "boite?vue=equipe-TEAM",
    "dossiers/TICKET",
    "echeances?jour=depasses",
    "envois?file=attente",
    "personnes?q=Usager",
    "recherche?q=lampadaire",
    "reglages/canaux/CHANNEL",
    "reglages/canaux/APPROVED",
    "reglages/canaux/nouveau",
    "reglages/canaux/nouveau/mastodon",
    "reglages/demarches/CODE",
    "reglages/demarches/CODE/edition",
    "reglages/demarches/nouvelle",
    "reglages/equipes?vue=roles",
    "reglages/equipes?vue=teams",
    "reglages/integrateurs?vue=webhooks",
    "reglages/integrateurs/WEBHOOK",
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(a_desk: Desk) -> dict[str, str]:
    """A town where nothing is empty, by the words that stand for what is in it."""
    town = a_desk.town
    made = await rich(town)
    town.clock.move(days=10)  # the silence kept on its first request has made an acceptance
    await town.house.watch.sweep(town.id)
    await a_post(a_desk)
    whatsapp = await town.connect("meta.whatsapp", **CONFIG)
    async with town.house.database.transaction(tenant=town.id) as session:
        await approved.keep(session, town.id, whatsapp.id, [TEMPLATE], at=town.clock())
    written = await town.http.post("/api/v1/tenant/letterhead", json=HEAD, headers=once())
    assert written.status_code == 201, written.text
    ticket = (await town.http.get(f"/api/v1/tickets/{made['ticket_id']}")).json()
    return {
        "REQUEST": ticket["reference"],
        "TICKET": ticket["id"],
        "PERSON": ticket["contact"]["id"],
        "VIEW": made["view_id"],
        "TEAM": made["team_id"],
        "CHANNEL": made["channel_id"],
        "APPROVED": public_id(Prefix.CHANNEL, whatsapp.id),
        "CODE": made["code"],
        "WEBHOOK": made["endpoint_id"],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def person(a_desk: Desk, told: Mapping[str, str]) -> Person:
    return await a_desk.person("administrator", teams=[told["TEAM"]])


@pytest.mark.parametrize("path", [*PATHS, *NARROWED])
async def test_a_screen_asks_together_for_all_it_shows(
    desk: Desk, person: Person, told: dict[str, str], path: str
) -> None:
    screen = await desk.screen(refusals=[404])
    await keep_answers_back(screen)
    await screen.enter(person, towards="/bureau/nulle-part")
    asked = await asked_by(screen, address(path, told))
    assert asked
    assert [one for one in asked if one.round > 2] == []
    assert twice(asked) == []


async def test_a_question_that_waits_for_an_answer_is_seen_to_be_of_the_next_round(desk: Desk, person: Person) -> None:
    screen = await desk.screen(refusals=[404])
    await keep_answers_back(screen)
    await screen.enter(person, towards="/bureau/nulle-part")
    await asked_by(screen, "/bureau/nulle-part")
    page = screen.page
    begun = await page.evaluate("rounds.calls.length")
    await page.evaluate(
        """() => { fetch("/api/v1/me").then(() => fetch("/api/v1/teams")).then(() => fetch("/api/v1/users")); fetch("/api/v1/tags"); }"""
    )
    for _ in range(3):
        await page.evaluate("rounds.release()")
    asked = [(one["path"], one["round"]) for one in (await page.evaluate("rounds.calls"))[begun:]]
    first = asked[0][1]
    assert [(path.rsplit("/", 1)[-1], number - first) for path, number in asked] == [
        ("me", 0),
        ("tags", 0),
        ("teams", 1),
        ("users", 2),
    ]
