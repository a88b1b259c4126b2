"""Whether the lists of every day stay on their indexes under the row policies, whoever looks."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.bootstrap import House, opened
from app.contacts import finding
from app.contacts import repository as contacts
from app.db.sight import Loan, Reach, Sight
from app.db.transaction import Session
from app.exchanges import outbox, receptions
from app.exchanges.receptions import State
from app.exchanges.satisfaction import due_repository
from app.exchanges.satisfaction import repository as satisfaction
from app.exchanges.satisfaction.repository import Wanted
from app.exchanges.satisfaction.settings_repository import NOBODY, Looked
from app.exchanges.satisfaction.values import Way
from app.privacy import foreseeing, retention_repository
from app.privacy.retention import DEFAULT
from app.settings import Settings
from app.sve import repository, tallies
from app.sve.law.risk import Risk
from app.tickets.field_filters import looked_for
from app.tickets.repository import After, Filter
from app.web.inbox import PER_PAGE, VIEWS
from app.web.rail import TROUBLE
from bench.explained import Explained, Look, explained
from bench.filled_town import Filled, fill
from bench.ground import SECRET_KEY, Ground, Town
from bench.open_clocks import NOW, ticking

LIMIT = PER_PAGE + 1
COUNT, SMALL = 100_000, 300
_DAY = date(2026, 2, 5)  # when some clocks have something to say


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns, for each look and each pair of eyes, the p50 of its statements, the pages read, and tables walked whole."""
    count = 500 if quick else ground.rows or COUNT
    town = await ground.town()
    settings = Settings(
        _env_file=None, data_dir=town.folder, database_url=town.dsns.app, secret_key=SECRET_KEY, outgoing="capture"
    )
    async with opened(settings, clock=ticking()) as house:
        filled = await filled_pair(house, town, count=count, small=min(SMALL, count))
        found = await looked(house, filled, times=2 if quick else 20)
    walked = {
        f"{name}, {whose}": sorted(one.whole) for name, by in found.items() for whose, one in by.items() if one.whole
    }
    return {
        "what": f"every list of the screens in a town of {count} requests, under the row policies, by who looks",
        "of": count,
        "p50_ms": {name: {whose: one.p50_ms for whose, one in by.items()} for name, by in found.items()},
        "buffers": {name: {whose: one.buffers for whose, one in by.items()} for name, by in found.items()},
        "indexes": {
            name: sorted(frozenset().union(*(one.indexes for one in by.values()))) for name, by in found.items()
        },
        "walked_whole": walked,
        "budgets": {},
    }


async def filled_pair(house: House, town: Town, *, count: int, small: int) -> Filled:
    """Fills the town, and a small one beside it in the same tables."""
    other = await house.tenants.found({**_OTHER, "slug": "petitbourg", "name": "Commune de Petitbourg"})
    channel_id = town.mailbox.id
    async with house.database.transaction(tenant=other) as session:
        small_mailbox = await house.channels.connect(
            session, other, type="email", name="Courriel", address=_OTHER["email"], config={"address": _OTHER["email"]}
        )
    await asyncio.to_thread(fill, town.dsns.admin, other, small_mailbox.id, slug="petitbourg", count=small)
    return await asyncio.to_thread(fill, town.dsns.admin, town.tenant_id, channel_id, slug="villebourg", count=count)


async def looked(house: House, filled: Filled, *, times: int) -> dict[str, dict[str, Explained]]:
    """Explains each look by each pair of eyes."""
    found: dict[str, dict[str, Explained]] = {}
    for name, look in looks(house, filled).items():
        found[name] = {
            whose: await explained(house.database, filled.tenant_id, eyes, look, times=times)
            for whose, eyes in everybody(filled).items()
        }
    return found


def everybody(filled: Filled) -> Mapping[str, Sight | None]:
    """The eyes of a program, of an administrator, of an agent of three services, of one alone, and of one standing in."""
    person, absent = filled.people[:2]
    three = frozenset(filled.teams[:3])
    loan = Loan(person_id=absent, teams=frozenset(filled.teams[3:5]), confidential=True)
    return {
        "house": None,
        "all": Sight(person_id=person, reach=Reach.ALL, teams=frozenset(), archives=True),
        "teams": Sight(person_id=person, reach=Reach.TEAMS, teams=three),
        "assigned": Sight(person_id=person, reach=Reach.ASSIGNED, teams=frozenset()),
        "stand-in": Sight(person_id=person, reach=Reach.TEAMS, teams=three, loans=frozenset({loan})),
    }


def looks(house: House, filled: Filled) -> dict[str, Look]:
    """What the screens ask, as they ask it."""
    tenant_id, legal = filled.tenant_id, house.legal
    failing = [state.value for state in TROUBLE]

    def inbox(*, by_term: bool = False, after: After | None = None, **wanted: Any) -> Look:
        asked = Filter(**wanted)
        return lambda session: house.tickets.page(session, tenant_id, asked, by_term=by_term, after=after, limit=LIMIT)

    def watch(*risks: str, after: tuple[date, UUID] | None = None) -> Look:
        return lambda session: legal.watch_list(session, tenant_id, risks=risks, before=None, after=after, limit=LIMIT)

    async def ticket(session: Session) -> None:
        await house.tickets.get(session, tenant_id, filled.ticket_id)
        await house.tickets.thread(session, tenant_id, filled.ticket_id)
        await legal.timeline(session, tenant_id, filled.ticket_id)
        await outbox.of_ticket(session, tenant_id, filled.ticket_id)

    mine: dict[str, dict[str, Any]] = {
        "mine": {"assignee_ids": [filled.people[0]]},
        "my-team": {"team_ids": list(filled.teams[:3])},
    }
    shown: dict[str, Look] = {}
    for view in VIEWS:
        narrowed: dict[str, Any] = mine["mine"] if view.mine else mine["my-team"] if view.of_my_teams else {}
        shown[f"inbox {view.name}"] = inbox(by_term=view.by_term, statuses=view.statuses, risks=view.risks, **narrowed)
    return {
        **shown,
        "inbox one channel": inbox(statuses=VIEWS[0].statuses, by_term=True, channel_types=["chat"]),
        "inbox by activity, next page": inbox(after=After(filled.at, filled.ticket_id)),
        "inbox by term, next page": inbox(by_term=True, after=After(filled.alert_on, filled.ticket_id)),
        "inbox, a value of a field": inbox(custom_fields=looked_for("quartier:nord")),
        "inbox, a range of a field": inbox(custom_fields=looked_for("quartier:10..20||depuis:2026-01-01..")),
        "search, one in four": inbox(q="voirie"),
        "search, one in 10,000": inbox(q="hapax"),
        "search, nobody wrote it": inbox(q="introuvable"),
        "search, a reference": inbox(q=filled.reference),
        "counts of the views": lambda session: legal.counts(session, tenant_id),
        "counts, one by one": lambda session: tallies.counted(session, tenant_id),
        "watch list": watch(),
        "watch list, one risk": watch(Risk.NEAR.value),
        "watch list, next page": watch(after=(filled.alert_on, filled.ticket_id)),
        "to wake": lambda session: repository.to_wake(session, tenant_id, today=_DAY, limit=100),
        "one request": ticket,
        "events": lambda session: house.events.after(session, tenant_id, None, limit=100),
        "events, next page": lambda session: house.events.after(session, tenant_id, filled.event, limit=100),
        "contacts": lambda session: contacts.page(session, tenant_id, q=None, after=None, limit=LIMIT),
        "contacts by a name": lambda session: contacts.page(
            session, tenant_id, q="usager 00ab", after=None, limit=LIMIT
        ),
        "contacts by an address": lambda session: contacts.page(
            session, tenant_id, q="usager4@example.org", after=None, limit=LIMIT
        ),
        "desk, a word of a name": lambda session: finding.find(session, tenant_id, addresses=[], name="00ab", limit=20),
        "quarantine": lambda session: receptions.page(session, tenant_id, state=State.HELD, after=None, limit=LIMIT),
        "deliveries": lambda session: receptions.page(session, tenant_id, state=None, after=None, limit=LIMIT),
        "outbox, in trouble": lambda session: outbox.in_states(session, tenant_id, failing, after=None, limit=LIMIT),
        "outbox": lambda session: outbox.in_states(session, tenant_id, [], after=None, limit=LIMIT),
        "outbox, due": lambda session: outbox.due(session, tenant_id, now=NOW, limit=100),
        "requests a duration would move": lambda session: retention_repository.long_closed(
            session, tenant_id, DEFAULT, before=_DAY, zone="Europe/Paris", limit=foreseeing.MOST + 1
        ),
        **_of_satisfaction(tenant_id),
    }


def _of_satisfaction(tenant_id: UUID) -> dict[str, Look]:
    """What a round asks of what was closed, and agents of what was answered."""
    chosen = {"delay": timedelta(days=2), "rest": timedelta(days=30), "ways": frozenset(Way)}
    since, period = Looked(NOW - timedelta(days=16), NOBODY), Wanted(first=_DAY, last=_DAY)
    return {
        "closed long enough ago": lambda session: due_repository.due(
            session, tenant_id, after=since, now=NOW, limit=50, **chosen
        ),
        "satisfaction": lambda session: satisfaction.page(session, tenant_id, period, after=None, limit=LIMIT),
        "satisfaction, figures": lambda session: satisfaction.figures(session, tenant_id, period),
    }


_OTHER = {
    "kind": "commune",
    "territory": "METRO",
    "time_zone": "Europe/Paris",
    "service_name": "Accueil de la mairie",
    "postal_address": "1 place de la Mairie, 00000 Petitbourg",
    "email": "contact@petitbourg.example.fr",
    "phone": "+33 1 99 00 00 01",
}
