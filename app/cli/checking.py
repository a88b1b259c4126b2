"""`parvis check`: one line for everything that must be true, and what to do where it is not."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from uuid import UUID

    from app.bootstrap import House
    from app.db.checks import Check


@click.command(epilog=example("parvis check", "parvis check --json"))
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def check(*, as_lines: bool) -> None:
    """Tell whether configuration and data are sound, one line each; the exit status is 1 when something is not.

    Configuration: the settings, the database's version, role, schema and clock, the bell. For each administration:
    the ledger (everything accepted is done, a duplicate, held or queued), what waits for a person, what waits for a
    worker, and the chain of the journal.
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
            async for line in _lines(house):
                _tell(line, as_lines=as_lines)
                sound = sound and line.ok
    except ParvisError as error:
        _tell(Check("configuration", False, error.detail), as_lines=as_lines)
        return False
    return sound


async def _lines(house: "House") -> AsyncIterator["Check"]:
    from app.db.checks import check_all
    from app.live.bell import check_bell

    house_is_sound = True
    for line in await check_all(house.database, clock=house.clock):
        house_is_sound = house_is_sound and line.ok
        yield line
    if not house_is_sound:
        return  # the rest could not be asked, or not be believed
    yield await check_bell(house.bell)
    for tenant_id in await house.tenants.directory():
        async for line in _tenant(house, tenant_id):
            yield line


async def _tenant(house: "House", tenant_id: "UUID") -> AsyncIterator["Check"]:
    from app.audit import journal
    from app.db.checks import Check
    from app.exchanges.ledger import ledger

    async with house.database.transaction(tenant=tenant_id) as session:
        slug = (await house.tenants.get(session, tenant_id)).slug
        counts = await ledger(session, tenant_id, now=house.clock())
        broken = await journal.verify(session, tenant_id)
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
    yield Check(f"{slug}: journal", broken is None, broken or "the chain holds")


def _tell(line: "Check", *, as_lines: bool) -> None:
    if as_lines:
        click.echo(json.dumps({"check": line.name, "ok": line.ok, "detail": line.detail}, ensure_ascii=False))
    else:
        mark = click.style("ok    ", fg="green") if line.ok else click.style("FAILED", fg="red", bold=True)
        click.echo(f"{mark} {line.name:<28} {line.detail}")
