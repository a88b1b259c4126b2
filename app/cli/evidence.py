"""`parvis evidence`: taking the evidence of a saisine, and checking a file of it without a database."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.reporting.evidence.exporting import Exported


@click.group(epilog=example("parvis evidence verify preuve-26-000123-K-1.zip"))
def evidence() -> None:
    """The evidence of a saisine: one file that checks itself."""


@evidence.command(epilog=example("parvis evidence verify preuve-26-000123-K-1.zip"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def verify(file: Path, *, as_json: bool) -> None:
    """Check a file, whoever sent it: without a database, nor a network, nor anything written.

    Every digest, nothing missing nor added, the bytes as received, the links of the journal, and the events read again
    by the engine. The exit status is 1 with the first fault in words.
    """
    from app.reporting.evidence.verifying import Fault
    from app.reporting.evidence.verifying import verify as verified

    try:
        verdict = verified(file)
    except Fault as fault:
        if as_json:
            click.echo(json.dumps({"sound": False, "fault": str(fault)}, ensure_ascii=False))
            raise click.exceptions.Exit(1) from fault
        raise click.ClickException(str(fault)) from fault
    told = verdict.manifest
    if as_json:
        line = {"sound": True, "manifest_sha256": verdict.manifest_sha256, "files": verdict.files}
        line |= {"links": verdict.links, "reference": told["reference"], "made_at": told["made_at"]}
        click.echo(json.dumps({**line, "notes": verdict.notes}, ensure_ascii=False))
        return
    click.echo(f"{click.style('sound', fg='green')}  {told['administration']}, {told['reference']}, {told['made_at']}")
    click.echo(f"{verdict.files} files, {verdict.links} links of the journal; rules {told['rules_version']}")
    for note in verdict.notes:
        click.echo(f"note: {note}")
    click.echo(f"manifest {verdict.manifest_sha256}: compare it with the journal (evidence.exported)")


@evidence.command(epilog=example("parvis evidence export 26-000123-K -o preuve.zip"))
@click.argument("reference")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path), help="A new file."
)
@click.option("--saisine", help="Which one (sai_…), when the ticket has several.")
@click.option("--tenant", help="Slug or identifier of the administration, when there are several.")
def export(reference: str, output: Path, saisine: str | None, tenant: str | None) -> None:
    """Write the evidence of a ticket's saisine to a file; the journal keeps that it was taken.

    REFERENCE is what people call the ticket (26-000123-K), or its identifier (tkt_…).
    """
    from app.cli.house import run

    async def work(house: "House") -> "Exported":
        from app.cli.choosing import the_tenant
        from app.facts import Actor

        tenant_id = (await the_tenant(house, tenant)).id
        saisine_id = await _the_saisine(house, tenant_id, reference, saisine)
        return await house.reports.evidence.export(tenant_id, saisine_id, actor=Actor("operator"), set_aside=True)

    try:
        # Closed to everybody else: it holds what a citizen wrote.
        output.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise click.ClickException(f"{output} exists already: give the name of a new file") from error
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written ({error.strerror})") from error
    try:
        taken = run(work)
        with taken.file, output.open("wb") as written:
            shutil.copyfileobj(taken.file, written)
    except BaseException:
        output.unlink(missing_ok=True)
        raise
    click.echo(f"{output}: {taken.size} bytes, manifest {taken.manifest_sha256}")


async def _the_saisine(house: "House", tenant_id: UUID, reference: str, named: str | None) -> UUID:
    from app.cli.choosing import identifier_of
    from app.ids import Prefix, public_id

    async with house.database.transaction(tenant=tenant_id) as session:
        ticket_id = identifier_of(Prefix.TICKET, reference)
        if ticket_id is not None:
            ticket = (await house.tickets.some(session, tenant_id, [ticket_id])).get(ticket_id)
        else:
            ticket = await house.tickets.by_reference(session, tenant_id, reference.strip())
        if ticket is None:
            raise click.ClickException(f"no ticket is called {reference}")
        found = {one.id for one in await house.legal.of_tickets(session, tenant_id, [ticket.id])}
    told = ", ".join(public_id(Prefix.SAISINE, one) for one in sorted(found)) or "none"
    if named is not None:
        wanted = identifier_of(Prefix.SAISINE, named)
        if wanted not in found:
            raise click.ClickException(f"this ticket has no such saisine: {told}")
        return wanted
    if len(found) != 1:
        raise click.UsageError(f"give --saisine: {told}")
    return next(iter(found))
