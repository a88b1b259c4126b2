"""`parvis check`: one line for everything that must be true, and what to do where it is not."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from app.bootstrap import House
    from app.db.checks import Check

_PAGE = 2_000
_RECOMPUTE = "parvis sve recompute --reason …"


@click.command(epilog=example("parvis check", "parvis check --json"))
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def check(*, as_lines: bool) -> None:
    """Tell whether configuration and data are sound, one line each; the exit status is 1 when something is not.

    Configuration: the settings, the database's version, role, schema and clock, the months of the event log, the master keys, the bell, where pieces are kept, where traces go, what reads scans, the antivirus. For each administration:
    the ledger (everything accepted is done, a duplicate, held or queued), what waits for a person, what waits for a
    worker, whether messages leave, whether the watch of legal terms goes round, whether each delivery is still what was received,
    the chain of the journal, and whether every open legal clock still says what its events say.
    """
    if not asyncio.run(_all(as_lines=as_lines)):
        raise click.exceptions.Exit(1)


async def _all(*, as_lines: bool) -> bool:
    from app.bootstrap import opened
    from app.cli.house import settings
    from app.db.checks import Check
    from app.errors import ParvisError

    sound = True
    try:
        async with opened(settings()) as house:
            async for line in _lines(house, told=_progress(as_lines=as_lines)):
                _tell(line, as_lines=as_lines)
                sound = sound and line.ok
    except ParvisError as error:
        _tell(Check("configuration", False, error.detail), as_lines=as_lines)
        return False
    return sound


async def _lines(house: "House", *, told: "Callable[[str, int], None]") -> AsyncIterator["Check"]:
    from app.bootstrap.pieces import check_pieces
    from app.bootstrap.tracing import check_tracing
    from app.db.checks import check_all
    from app.db.durability import check_durability
    from app.live.bell import check_bell

    house_is_sound = True
    for line in await check_all(house.database, clock=house.clock):
        house_is_sound = house_is_sound and line.ok
        yield line
    if not house_is_sound:
        return  # the rest could not be asked, or not be believed
    yield await check_durability(house.database)
    yield await house.event_parts.check()
    yield await house.rotation.check()
    yield await check_bell(house.bell)
    yield await check_pieces(house.settings, house.store)
    yield check_tracing(os.environ)
    yield await asyncio.to_thread(_scans, house)
    yield await _antivirus(house)
    for tenant_id in await house.tenants.directory():
        async for line in _tenant(house, tenant_id):
            yield line
        yield await _originals(house, tenant_id)
        yield await _jobs(house, tenant_id)
        yield await _clocks(house, tenant_id, told=told)


async def _originals(house: "House", tenant_id: "UUID") -> "Check":
    """Makes the digest of every delivery again, where its bytes lie."""
    from uuid import UUID

    from app.db.checks import Check
    from app.exchanges import receptions

    after, number, altered = UUID(int=0), 0, list["UUID"]()
    while True:
        async with house.database.transaction(tenant=tenant_id) as session:
            slug = (await house.tenants.get(session, tenant_id)).slug
            seen, damaged = await receptions.read_again(session, tenant_id, after=after, limit=_PAGE)
        number, altered = number + len(seen), altered + list(damaged)
        if len(seen) < _PAGE:
            break
        after = seen[-1]
    told = f"{number} deliveries, each as its digest says"
    if altered:
        named = ", ".join(str(one) for one in altered[:5])
        told = f"{len(altered)} of {number} deliveries are no longer what was received: restore them ({named})"
    return Check(f"{slug}: originals", not altered, told)


async def _jobs(house: "House", tenant_id: "UUID") -> "Check":
    """Says whether jobs were set aside: refused because they name another administration's rows, or failed."""
    from app.db.checks import Check
    from app.jobs.setting_aside import count

    async with house.database.transaction(tenant=tenant_id) as session:
        slug, found = (await house.tenants.get(session, tenant_id)).slug, await count(session, tenant_id)
    told = f"{slug}: {found} set aside, see the table set_aside_jobs" if found else f"{slug}: none set aside"
    return Check("jobs", not found, told)


def _scans(house: "House") -> "Check":
    """Says whether scans are read by machine; only languages that are asked for and absent are a fault."""
    from app.db.checks import Check
    from app.files.ocr import tesseract

    settings = house.settings
    if settings.ocr == "off":
        return Check("scans", True, "not read by machine (PARVIS_OCR=off)")
    executable = tesseract.found()
    if executable is None:
        return Check("scans", True, "not read by machine: tesseract is not installed")
    missing = sorted(set(settings.ocr_languages.split("+")) - tesseract.languages(executable))
    if missing:
        told = f"tesseract does not know {', '.join(missing)}: install its language data, or set PARVIS_OCR_LANGUAGES"
        return Check("scans", False, told)
    return Check("scans", True, f"read by {executable} ({settings.ocr_languages}), those of {settings.ocr_pieces}")


async def _antivirus(house: "House") -> "Check":
    from app.db.checks import Check

    answers = await house.scanning.answers()
    if answers is None:
        return Check("antivirus", True, "pieces are not examined (PARVIS_CLAMD is not set)")
    if not answers:
        told = "clamd does not answer at PARVIS_CLAMD: pieces arrive and wait to be examined"
        return Check("antivirus", False, told)
    return Check("antivirus", True, "clamd answers")


async def _clocks(house: "House", tenant_id: "UUID", *, told: "Callable[[str, int], None]") -> "Check":
    """Reads every open saisine again from its events."""
    from app.db.checks import Check
    from app.sve.proving import prove

    async with house.database.transaction(tenant=tenant_id) as session:
        slug = (await house.tenants.get(session, tenant_id)).slug
    proof = await prove(
        house.database, house.tenants, tenant_id, clock=house.clock, seen=lambda number: told(slug, number)
    )
    said = f"{proof.seen} open clocks read again from their events"
    if proof.older:
        said += f", {proof.older} of them under older rules: the night recomputes them, or {_RECOMPUTE}"
    if proof.holds:
        return Check(f"{slug}: clocks", True, f"{said}, none differs")
    first = "; ".join(str(one) for one in proof.first)
    return Check(f"{slug}: clocks", False, f"{said}, {proof.differing} differ: {first}; {_RECOMPUTE}")


async def _tenant(house: "House", tenant_id: "UUID") -> AsyncIterator["Check"]:
    from app.audit import journal
    from app.db.checks import Check
    from app.exchanges import gates
    from app.exchanges.ledger import ledger
    from app.sve import tallies
    from app.sve.warning.pulse import beat_of

    async with house.database.transaction(tenant=tenant_id) as session:
        slug = (await house.tenants.get(session, tenant_id)).slug
        counts = await ledger(session, tenant_id, now=house.clock())
        broken = await journal.verify(session, tenant_id)
        stopped = await gates.restored(session, tenant_id)
        watch = await beat_of(session, tenant_id, now=house.clock())
        kept, made = await tallies.counts(session, tenant_id), await tallies.counted(session, tenant_id)
    told = (
        f"{counts.accepted} accepted = {counts.done} done + {counts.duplicate} duplicate + {counts.held} held "
        f"+ {counts.queued} queued"
    )
    if counts.difference:
        told += (
            f"; {counts.difference} unexplained ({counts.vanished} done without effect, {counts.unpaired} messages "
            "without their key): keep the database as it is and report it"
        )
    yield Check(f"{slug}: ledger", not counts.difference, told)
    late = (
        f"{counts.late} have waited for more than 15 minutes: is a worker running?" if counts.late else "none is late"
    )
    yield Check(f"{slug}: queue", not counts.late, f"{counts.queued} wait to be read, {late}")
    yield Check(f"{slug}: held", True, f"{counts.held} wait for a person")
    yield Check(
        f"{slug}: outbox",
        stopped is None,
        "messages may leave"
        if stopped is None
        else f"nothing leaves ({stopped}): decide of what is in doubt at /envois, then `parvis outbox resume`",
    )
    seen = f"went round {int(watch.round_age.total_seconds())} s ago"
    if not watch.ever and watch.alive:
        seen = "has not gone round yet, and nothing was due"
    elif not watch.alive:
        seen = (
            f"has not gone round since {watch.last_round_at:%Y-%m-%d %H:%M} UTC: nobody is warned; is a worker running?"
        )
    yield Check(f"{slug}: watch", watch.alive, seen)
    agree = "as kept at each change" if kept == made else f"kept as {kept}, counted as {made}: report it"
    yield Check(f"{slug}: counts", kept == made, f"{sum(made.values())} open clocks, {agree}")
    yield Check(f"{slug}: journal", broken is None, broken or "the chain holds")


def _progress(*, as_lines: bool) -> "Callable[[str, int], None]":
    """Says how far a long walk is: on a terminal only, over one line."""
    on_terminal = not as_lines and sys.stderr.isatty()

    def told(slug: str, number: int) -> None:
        if on_terminal:
            click.echo(f"\r{slug}: {number} clocks read again", nl=False, err=True)

    return told


def _tell(line: "Check", *, as_lines: bool) -> None:
    if as_lines:
        click.echo(json.dumps({"check": line.name, "ok": line.ok, "detail": line.detail}, ensure_ascii=False))
    else:
        mark = click.style("ok    ", fg="green") if line.ok else click.style("FAILED", fg="red", bold=True)
        click.echo(f"{mark} {line.name:<28} {line.detail}")
