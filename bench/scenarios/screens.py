"""The agents' application in a real browser before a great town: its inbox opened, its lists changed, a long request read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from app.bootstrap import opened
from app.db.sight import Reach
from app.identity.accounts import Wanted as Account
from app.identity.roles import Role
from app.identity.signing_in import Strength
from app.ids import Prefix, human_reference, public_id
from app.settings import Settings
from bench import figures
from bench.browsing import Request, Wanted, Windows, chain, shortest, windows
from bench.figures import Round
from bench.filled_town import Filled, fill
from bench.ground import SECRET_KEY, Ground, Town, serving

COUNT, THREAD, ROUNDS = 100_000, 300, 24
LISTS = ("activite", "non-affectes", "risque", "a-qualifier", "nes", "rejets", "attente", "clos")
_ROWS = "#liste tr[data-ticket]"
_NEW_ROWS = f"{_ROWS}:not([data-old])"
_LIST = "/api/v1/tickets?"
_MESSAGES = Wanted("[data-message]", many=50)
_WHOLE = Wanted("[data-message]", many=50, gone="main .wait")
_PASSWORD = "une phrase de mesure, longue et sans malice"
# One person has the long request and as many others, still open, under references people could type.
_OTHERS = 19
_GIVEN = """UPDATE tickets t SET assignee_id = %(person)s, status = 'open', confidential_at = NULL, reference = given.reference
  FROM (SELECT id, (%(references)s::text[])[row_number() OVER (ORDER BY id <> %(long)s, id)] AS reference FROM tickets
         WHERE tenant_id = %(tenant)s AND team_id = %(team)s ORDER BY id <> %(long)s, id LIMIT 1 + %(others)s) AS given
 WHERE t.tenant_id = %(tenant)s AND t.id = given.id"""
_LONG = """INSERT INTO messages (tenant_id, id, ticket_id, channel_id, direction, author_kind, author_name, external_id,
    subject, text, recipients, fields, warnings, automatic, public, received_at, processed_at, history)
SELECT %(tenant)s, gen_random_uuid(), %(long)s, %(channel)s, CASE n %% 2 WHEN 0 THEN 'in' ELSE 'out' END,
    CASE n %% 2 WHEN 0 THEN 'citizen' ELSE 'agent' END, 'Usager', '<l' || n || '@example.org>', 'Demande',
    repeat('Le lampadaire de la place est éteint depuis une semaine, et la rue est sombre le soir. ', 6),
    '[]', '{}', ARRAY[]::text[], false, true, at, at, '[]'
FROM (SELECT n, timestamptz '2026-04-06' + make_interval(mins => n) AS at FROM generate_series(1, %(thread)s) AS n) AS drawn"""


@dataclass(slots=True)
class Seen:
    """What the rounds saw, in seconds."""

    cold: list[float] = field(default_factory=list[float])
    lists: list[float] = field(default_factory=list[float])
    first_ticket: list[float] = field(default_factory=list[float])
    long: list[float] = field(default_factory=list[float])
    long_whole: list[float] = field(default_factory=list[float])
    by_address: list[float] = field(default_factory=list[float])
    bytes: list[int] = field(default_factory=list[int])
    inbox_chains: list[list[Request]] = field(default_factory=list[list[Request]])
    request_chains: list[list[Request]] = field(default_factory=list[list[Request]])
    address_chains: list[list[Request]] = field(default_factory=list[list[Request]])


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns p50 and p95 of each look, what the first one weighs, and the chain of requests that every round had."""
    count = 2_000 if quick else ground.rows or COUNT
    town = await ground.town()
    filled = await asyncio.to_thread(
        fill, town.dsns.admin, town.tenant_id, town.mailbox.id, slug="villebourg", count=count
    )
    word = await _agent(town, filled)
    seen, kept = Seen(), Seen()
    async with serving(town) as (_, port), windows(port, word) as opening:
        for number in range(1 + (1 if quick else ROUNDS)):
            await _looked(opening, filled, seen if number else kept)  # the first warms the house
    return _shown(seen, count)


def _shown(seen: Seen, count: int) -> dict[str, object]:
    rounds = {"inbox": seen.inbox_chains, "request": seen.request_chains, "request by its address": seen.address_chains}
    chains = {name: shortest(found) for name, found in rounds.items()}
    return {
        "what": f"the agents' application in a browser, before a town of {count} requests",
        "of": count,
        "times": len(seen.cold),
        "ms": {
            "inbox, from nothing": _ms(seen.cold),
            "another list": _ms(seen.lists),
            "first request, its screen loaded": _ms(seen.first_ticket),
            f"request of {THREAD} messages": _ms(seen.long),
            f"request of {THREAD} messages, all panels": _ms(seen.long_whole),
            "the same by its address, from nothing": _ms(seen.by_address),
        },
        "first_load_bytes": max(seen.bytes),
        "chains": {name: [one.path for one in found] for name, found in chains.items()},
        "budgets": {
            "inbox, p95 ms": figures.at_most(1500, _ms(seen.cold)["p95"]),
            "another list, p95 ms": figures.at_most(200, _ms(seen.lists)["p95"]),
            f"request of {THREAD}, p95 ms": figures.at_most(300, _ms(seen.long)["p95"]),
            "first load, bytes": figures.at_most(200_000, max(seen.bytes)),
            **{f"waterfall, {name}": figures.at_most(2, len(found)) for name, found in chains.items()},
        },
    }


async def _looked(opening: Windows, filled: Filled, seen: Seen) -> None:
    """One round: the inbox from nothing, each list, a short request, the long one; then the long one by its address."""
    async with opening.visit() as visit:
        seen.cold.append(await visit.open("/bureau/boite", Wanted(_ROWS, many=50)))
        asked = await visit.asked()
        seen.bytes.append(sum(one.bytes for one in asked if one not in _of_the_api(asked)))
        seen.inbox_chains.append(chain(_of_the_api(asked), _LIST))
        for name in LISTS:
            seen.lists += await visit.click(f"nav a[href='/bureau/boite?vue={name}']", Wanted(_NEW_ROWS))
        await visit.click("nav a[href='/bureau/boite?vue=miens']", Wanted(_NEW_ROWS))
        long = f"{_ROWS} a[href*='{filled.reference}']"
        short = f"{_ROWS} a[data-row]:not([href*='{filled.reference}'])"
        seen.first_ticket += await visit.click(short, Wanted("[data-message]", gone="main .wait"))
        await visit.page.go_back()
        await visit.page.wait_for_selector(long)
        began: float = await visit.page.evaluate("performance.now()")
        messages, whole = await visit.click(long, _MESSAGES, _WHOLE)
        seen.long.append(messages)
        seen.long_whole.append(whole)
        since = [one for one in _of_the_api(await visit.asked()) if one.begun >= began]
        seen.request_chains.append(_longest_to_a_panel(since, filled))
    async with opening.visit() as visit:
        seen.by_address.append(await visit.open(f"/bureau/dossiers/{filled.reference}", _MESSAGES))
        seen.address_chains.append(_longest_to_a_panel(_of_the_api(await visit.asked()), filled))


def _longest_to_a_panel(asked: Sequence[Request], filled: Filled) -> list[Request]:
    """The longer of the chains that lead to what was said and to what the law makes of it."""
    request = f"/api/v1/tickets/{public_id(Prefix.TICKET, filled.ticket_id)}"
    return max((chain(asked, f"{request}/{panel}") for panel in ("timeline", "saisines")), key=len)


def _of_the_api(asked: Sequence[Request]) -> list[Request]:
    return [one for one in asked if one.path.startswith("/api/")]


def _ms(seconds: Sequence[float]) -> dict[str, float]:
    looked = Round(len(seconds), sum(seconds), seconds)
    return {"p50": round(looked.percentile_ms(0.5), 1), "p95": round(looked.percentile_ms(0.95), 1)}


async def _agent(town: Town, filled: Filled) -> str:
    """Makes an agent of three services who has the long request; returns the word of an open session."""
    settings = Settings(
        _env_file=None, data_dir=town.folder, database_url=town.dsns.app, secret_key=SECRET_KEY, outgoing="capture"
    )
    async with opened(settings) as house:
        wanted = Account(name="Camille Exemple", role=Role.AGENT, reach=Reach.TEAMS, teams=filled.teams[:3])
        async with house.database.transaction(tenant=town.tenant_id) as session:
            link, person = await house.accounts.invite(
                session, town.tenant_id, email="camille@villebourg.example.fr", wanted=wanted
            )
        await house.accounts.accept(link, password=_PASSWORD)
        async with house.database.transaction(tenant=town.tenant_id) as session:
            known = await house.accounts.get(session, town.tenant_id, person.id)
            word = await house.sessions.open(session, town.tenant_id, holder=known, strength=Strength.PASSWORD)
    await asyncio.to_thread(_give, town, filled, person.id)
    return word


def _give(town: Town, filled: Filled, person: UUID) -> None:
    asked = {
        "tenant": town.tenant_id,
        "person": person,
        "long": filled.ticket_id,
        "team": filled.teams[0],
        "channel": town.mailbox.id,
        "thread": THREAD,
        "others": _OTHERS,
        "references": [filled.reference, *(human_reference(2026, 1_000_000 + n) for n in range(_OTHERS))],
    }
    with psycopg.connect(town.dsns.admin, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(_GIVEN, asked)
        connection.execute(_LONG, asked)
        connection.execute("VACUUM ANALYZE messages")
