"""A run: towns founded, processes started, rounds played under load, the account judged at checkpoints."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from app.clock import civil_day, utc_now
from app.db import migrate
from app.db.embedded import EmbeddedPostgres
from app.db.embedded.folder import socket_folder
from tests.faults.leases import LEASES_RUN_OUT, inside
from tests.faults.soak import oracle
from tests.faults.soak.account import Account
from tests.faults.soak.agents import Agents
from tests.faults.soak.cast import Cast, free_doors
from tests.faults.soak.checking import unsound
from tests.faults.soak.clients import Clients, Gate
from tests.faults.soak.faults import strike
from tests.faults.soak.figures import Figures, Played, spread
from tests.faults.soak.letters import Letters
from tests.faults.soak.listener import Listener
from tests.faults.soak.looking import Look
from tests.faults.soak.nursery import Nursery
from tests.faults.soak.oracle import Evidence, Finding
from tests.faults.soak.plan import Round
from tests.faults.soak.proxy import Proxy
from tests.faults.soak.sink import MailSink
from tests.faults.soak.town import Town, found
from tests.harness.houses import close_readers, house
from tests.harness.valkey import Valkey

_GIVEN_UP_S = 90.0
_AT_REST_WITHIN_S = 600.0
_DRAINED = """
    SELECT (SELECT count(*) FROM receptions WHERE state = 'queued'),
           (SELECT count(*) FROM outbound WHERE state IN ('frozen', 'sending', 'unknown')),
           (SELECT count(*) FROM saisines WHERE closed_at IS NULL
              AND wake_on <= (now() AT TIME ZONE 'Europe/Paris')::date)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run is asked for: a round lasts so many seconds and messages at least."""

    seed: int
    plan: Sequence[Round]
    seconds: float
    messages: int
    clients: int = 6
    every: int = 25
    backlog: int = 400
    towns: int = 3
    minutes: float = 600.0  # after these no further round is begun
    patient: bool = False  # at the end, wait until leases run out by themselves
    settings: Mapping[str, str] = field(default_factory=dict)  # of every process, beside those of the cast


class Soak:
    """A run under way."""

    def __init__(self, wanted: Wanted, cast: Cast, towns: Sequence[Town], sink: MailSink, look: Look) -> None:
        self._wanted, self._cast, self._towns, self._sink, self._look = wanted, cast, towns, sink, look
        self.account = Account(cast.folder / "account.jsonl")
        self.figures = Figures(wanted.seed)
        self._gate = Gate()
        letters = Letters(wanted.seed, towns)
        self._clients = Clients(letters, self.account, cast.doors, self._gate, seed=wanted.seed)
        self._agents = [Agents(town, self.account, cast.doors, self._gate, seed=wanted.seed) for town in towns]
        self._listener = Listener(towns[-1], cast.doors, seed=wanted.seed)
        self._gentle = all(one.kill is None for one in wanted.plan)  # then whatever is kept is answered too
        self._queued = self._held = 0
        self._going_on: set[asyncio.Future[None]] = set()

    async def play(self, *, progress: Callable[[Figures, int], None]) -> Figures:
        """Plays every round; judges at checkpoints and at the end."""
        begun = time.time()
        await self._listener.begin()
        listening = asyncio.create_task(self._listener.run())
        for agents in self._agents:  # one of each before anything goes wrong: how it is told usually
            self._gate.open()
            await agents.write_down()
        working = [
            listening,
            asyncio.create_task(self._pressure()),
            asyncio.create_task(self._clients.probe(pause_s=0.25)),
            *(asyncio.create_task(self._clients.run(full=self._full)) for _ in range(self._wanted.clients)),
            *(asyncio.create_task(agents.run(pause_s=0.6)) for agents in self._agents),
        ]
        try:
            for this in self._wanted.plan:
                await self._round(this)
                _raise_what_ended(working)
                last = this is self._wanted.plan[-1] or time.time() - begun > 60 * self._wanted.minutes
                if this.number % self._wanted.every == 0 or last:
                    await self._checkpoint(patient=last and self._wanted.patient)
                    self._sum_up(begun)
                    progress(self.figures, self.account.acknowledged)
                    self._gate.open()
                if last:
                    break
        finally:
            for task in (*working, *self._going_on):
                task.cancel()
            await asyncio.gather(*working, *self._going_on, return_exceptions=True)
            self.account.close()
        return self.figures

    async def _round(self, this: Round) -> None:
        begun, before = time.monotonic(), self.account.acknowledged
        killed_at, going_on = await strike(self._cast, self._clients, this)
        self._going_on |= set(going_on)
        accepting = settling = None
        while time.time() - killed_at < _GIVEN_UP_S:
            if accepting is None and self.account.last_told > killed_at:
                accepting = time.time() - killed_at
            if accepting is not None and settling is None:
                settling = await self._settled_since(killed_at)
            enough = self.account.acknowledged - before >= self._wanted.messages
            # Who is asked to end has done so before the next is asked; a kill waits for nobody.
            ended = this.kill is not None or all(one.done() for one in going_on)
            if accepting and settling and enough and ended and time.monotonic() - begun >= self._wanted.seconds:
                break
            await asyncio.sleep(0.1)
        played = Played(
            number=this.number,
            kill=this.kill.value if this.kill else "nobody",
            beside=this.beside.value,
            lasted_s=round(time.monotonic() - begun, 2),
            accepted=self.account.acknowledged - before,
            accepting_s=round(accepting or _GIVEN_UP_S, 2),
            settling_s=round(settling or _GIVEN_UP_S, 2),
        )
        self.figures.rounds.append(played)
        told_round(played, waiting=self._queued)

    async def _settled_since(self, killed_at: float) -> float | None:
        """Seconds until a reception that came after the kill was settled; None while there is none."""
        first = UUID(f"{int(killed_at * 1000):012x}70008000000000000000")
        query = "SELECT min(extract(epoch FROM processed_at)) FROM receptions WHERE tenant_id = %s AND id > %s AND state <> 'queued'"
        found = [(await self._look.rows(query, town.tenant_id, first))[0][0] for town in self._towns]
        seconds = [float(one) - killed_at for one in found if one is not None]
        return max(min(seconds), 0.001) if seconds else None

    async def _checkpoint(self, *, patient: bool) -> None:
        """Lets everything come to rest, then judges; `patient`, waits for leases to run out by themselves."""
        await asyncio.gather(*self._going_on)  # first: a burst still goes through the gate
        self._going_on.clear()
        await self._gate.close()
        await self._cast.wake_zombies()
        await self._cast.revive()
        await self._at_rest(patient=patient)
        if await self._released():
            await self._at_rest(patient=patient)
        given = Evidence(
            self._look, self.account, self._towns, tuple(self._sink.taken), civil_day(utc_now(), "Europe/Paris")
        )
        found = [
            *await oracle.judged(given),
            *await self._heard(),
            *(Finding(oracle.UNEXPLAINED, line) for line in await unsound(self._cast)),
            *(Finding(oracle.UNEXPLAINED, line) for line in self._cast.by_themselves),
            *(await oracle.unanswered(given) if self._gentle else ()),
        ]
        self.figures.findings += [one for one in found if one not in self.figures.findings]
        self._cast.by_themselves.clear()
        self.figures.checkpoints += 1

    async def _at_rest(self, *, patient: bool) -> None:
        self.figures.findings += await at_rest(self._look, patient=patient)

    async def _released(self) -> bool:
        """Does what an administrator would of messages held because their readers died one after the other."""
        held = await self._look.rows(
            "SELECT tenant_id, id FROM receptions WHERE state = 'held' AND attempts > 3 AND released_at IS NULL"
        )
        for tenant_id, reception_id in held:
            agents = next(agents for agents in self._agents if agents.town.tenant_id == tenant_id)
            await agents.release(reception_id)
        self._held += len(held)
        return bool(held)

    async def _heard(self) -> Sequence[Finding]:
        """Gives the stream the time to say the last facts."""
        found: Sequence[Finding] = ()
        for _ in range(60):
            found = await oracle.unheard(
                self._look, self._listener.town, self._listener.heard, before=self._listener.before
            )
            if not found:
                break
            await asyncio.sleep(0.5)
        return found

    async def _pressure(self) -> None:
        while True:
            rows = await self._look.rows(
                "SELECT count(*) FILTER (WHERE size < 3000) + 20 * count(*) FILTER (WHERE size >= 3000) "
                "FROM receptions WHERE state = 'queued'"
            )
            self._queued = rows[0][0]
            await asyncio.sleep(0.3)

    def _full(self) -> bool:
        return self._queued > self._wanted.backlog

    def _sum_up(self, begun: float) -> None:
        told: dict[str, Any] = {
            "messages": self.account.acknowledged,
            "deliveries": len(self.account.sent),
            "tries": sum(one.tries for one in self.account.sent.values()),
            "acts": {
                kind: sum(a.kind == kind for a in self.account.acts.values()) for kind in ("reply", "event", "desk")
            },
            "mails_sent": len(self._sink.taken),
            "sent_again": len(self._sink.taken) - len({mail.message_id for mail in self._sink.taken}),
            "heard": len(set(self._listener.heard)),
            "hung_up": self._listener.hung_up,
            "held_and_released": self._held,
            "commits_cut": self._cast.proxy.cuts,
            "back_s": {kind: spread(found) for kind, found in self._cast.back_s.items()},
            "ended_s": spread(self._cast.ended_s),
            "refusals": self.account.refusals,
            "seconds": round(time.time() - begun),
        }
        self.figures.told = told


def _raise_what_ended(working: Sequence[asyncio.Task[None]]) -> None:
    for task in working:
        if task.done():
            task.result()


async def at_rest(look: Look, *, patient: bool) -> Sequence[Finding]:
    """Waits until nothing waits any more: messages to be read, mails to leave, clocks to be looked at."""
    end = time.monotonic() + _AT_REST_WITHIN_S
    while any((await look.rows(_DRAINED))[0]):
        if time.monotonic() > end:
            return [Finding(oracle.MISSED, f"never done: {await look.rows(_DRAINED)}")]
        if not patient:
            for statement in LEASES_RUN_OUT.strip().rstrip(";").split(";"):
                await look.rows(f"{statement} RETURNING 1")
        await asyncio.sleep(1)
    return []


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run stands on: processes, administrations, the mail server that takes what leaves, a look into the database."""

    cast: Cast
    towns: Sequence[Town]
    sink: MailSink
    look: Look


@asynccontextmanager
async def opened(wanted: Wanted, folder: Path) -> AsyncIterator[Soak]:
    """Opens a run in an empty folder."""
    async with grounded(wanted, folder) as ground:
        yield Soak(wanted, ground.cast, ground.towns, ground.sink, ground.look)


@asynccontextmanager
async def grounded(wanted: Wanted, folder: Path) -> AsyncIterator[Ground]:
    """Makes the ground of a run in an empty folder, and takes it down again."""
    (folder / "data").mkdir()
    server = EmbeddedPostgres(folder / "data" / "postgres")
    dsns = await asyncio.to_thread(server.start)
    await asyncio.to_thread(migrate.upgrade, dsns.owner)
    sink = MailSink()
    port = await sink.start()
    async with house(dsns.app, folder / "data", clock=utc_now) as opened_house:  # type: ignore[arg-type]
        towns = [await found(opened_house, number, sink_port=port) for number in range(wanted.towns)]
    await close_readers()
    proxy = Proxy(folder / "proxy", to=socket_folder(server.home), seed=wanted.seed)
    await proxy.start()
    valkey = Valkey(folder, note=folder / "valkey.pid")
    await asyncio.to_thread(valkey.start)
    nursery = Nursery(folder)
    await nursery.start()
    cast = Cast(folder, server, dsns, valkey, proxy, nursery, free_doors(2), wanted.settings)
    look = Look(inside(dsns.admin, dsns.app))
    try:
        await cast.start_all()
        yield Ground(cast, towns, sink, look)
    finally:
        await look.close()
        with contextlib.suppress(ProcessLookupError):
            await cast.stop()
        await sink.stop()


def told_round(played: Played, *, waiting: int) -> None:
    _say(f"{played} {waiting} wait")


def told(figures: Figures, messages: int) -> None:
    """Says on stderr how far a run is."""
    _say(
        f"seed {figures.seed}: {len(figures.rounds)} rounds, {messages} messages, {len(figures.findings)} findings, "
        f"{len(figures.late)} resumed late"
    )
    for finding in figures.findings[-10:]:
        _say(f"  {finding}")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def written(figures: Figures, file: Path) -> None:
    file.write_text(json.dumps(figures.document(), indent=2, ensure_ascii=False) + "\n")
