"""`parvis procedures`: the catalogue of this installation, without a database; or that of one administration."""

import getpass
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli import documents
from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.sve.catalogue import Catalogue, Entry
    from app.sve.catalogue.importing import Change, Import

_KINDS = ("commune", "epci", "departement", "region", "state", "public_body", "other")
_LARGEST_LIST = 16 * 2**20
_TENANT = click.option("--tenant", help="As this administration has it: its own entries over the others.")


@click.group(epilog=example("parvis procedures list --kind commune"))
def procedures() -> None:
    """The catalogue of procedures: what silence does, since when, how sure that is, where it was read."""


@procedures.command("list", epilog=example("parvis procedures list --kind commune --domain urbanisme"))
@click.option("--kind", type=click.Choice(_KINDS), help="Only those such an administration decides.")
@click.option("--domain", help="Only those of a domain, such as urbanisme.")
@_TENANT
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def list_procedures(kind: str | None, domain: str | None, tenant: str | None, *, as_lines: bool) -> None:
    """List the procedures: code, effect of silence, delay, how far the texts were read, title.

    UNKNOWN is said as it is: nobody has established what silence does, so it may grant.
    """
    from app.sve.catalogue.describing import brief

    catalogue = _catalogue() if tenant is None else _own(tenant)
    if domain is not None and domain not in catalogue.domains:
        raise click.UsageError(f"domain {domain!r}: one of {', '.join(catalogue.domains)}")
    for entry in catalogue.list(kind=kind, domain=domain):
        click.echo(json.dumps(brief(entry), ensure_ascii=False) if as_lines else _line(entry))


@procedures.command(epilog=example("parvis procedures show URB-DP"))
@click.argument("code")
@_TENANT
@click.option("--json", "as_lines", is_flag=True, help="One object, for programs.")
def show(code: str, tenant: str | None, *, as_lines: bool) -> None:
    """Show one procedure: its versions, the articles and words read, their sources, what remains in doubt."""
    from app.sve.catalogue.describing import whole

    entry = (_catalogue() if tenant is None else _own(tenant)).get(code.upper())
    if entry is None:
        raise click.ClickException(f"no procedure is called {code}: see parvis procedures list")
    if as_lines:
        click.echo(json.dumps(whole(entry), ensure_ascii=False))
        return
    _show(entry)


@procedures.command("import", epilog=example("parvis procedures import liste.csv --dry-run"))
@click.argument("file", type=documents.FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@click.option("--tenant", help="For this administration only, as its own editions in the database.")
@click.option("--by", help="Who imports, kept with what is written; you by default.")
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def import_list(file: documents.Source, tenant: str | None, *, dry_run: bool, by: str | None, as_lines: bool) -> None:
    """Bring in a national list (CSV, UTF-8), for this whole installation or one administration; all of it, or nothing.

    Columns: code, title, authority, effect, source; and, if need be, delay, domain, keywords, basis, valid_from,
    notes, certainty, source_url, source_date, deliberation_date, deliberation_number, deliberation_title, why. Several
    values in a cell are separated by |. A line that is not understood is told with its reason, and then nothing is
    imported. The entries are written in PARVIS_DATA_DIR/catalogue and replace the built-in ones by their code; with
    --tenant they are editions of that administration: a procedure of its own cites its délibération. Running processes
    read either within five seconds.
    """
    from app.clock import utc_now
    from app.sve.catalogue.importing import read_list
    from app.sve.catalogue.installing import install

    data = documents.read_bytes(file, at_most=_LARGEST_LIST)
    if tenant is not None:
        note = f"{documents.named(file)}, sha256 {hashlib.sha256(data).hexdigest()}, {by or _whoever()}"
        imported = _import_own(tenant, data, note=note, dry_run=dry_run)
    else:
        imported = read_list(data, into=_catalogue())
    _tell(imported, as_lines=as_lines)
    if imported.refused:
        raise click.ClickException(f"{len(imported.refused)} lines are refused: nothing is imported")
    if dry_run or tenant is not None:
        return
    path = install(
        _folder(),
        imported,
        name=documents.named(file),
        by=by or _whoever(),
        at=utc_now(),
        digest=hashlib.sha256(data).hexdigest(),
    )
    if not as_lines:
        click.echo(f"written in {path}" if path else "nothing to import")
    elif path:
        click.echo(json.dumps({"written": str(path)}, ensure_ascii=False))


def _folder() -> Path:
    from app.cli.house import settings
    from app.sve.catalogue.installing import FOLDER

    return settings().data_dir / FOLDER


def _catalogue() -> "Catalogue":
    from app.sve.catalogue import CatalogueError, load

    try:
        return load(_folder())
    except CatalogueError as error:
        raise click.ClickException(str(error)) from error


def _own(named: str) -> "Catalogue":
    """The catalogue of an administration, today."""
    from app.cli.choosing import the_tenant
    from app.cli.house import run

    async def work(house: "House") -> "Catalogue":
        tenant = await the_tenant(house, named)
        async with house.database.transaction(tenant=tenant.id) as session:
            return (await house.procedures.today(session, tenant.id)).catalogue

    return run(work)


def _import_own(named: str, data: bytes, *, note: str, dry_run: bool) -> "Import":
    from app.cli.choosing import the_tenant
    from app.cli.house import run
    from app.facts import SYSTEM

    async def work(house: "House") -> "Import":
        tenant = await the_tenant(house, named)
        async with house.database.transaction(tenant=tenant.id) as session:
            if dry_run:
                return await house.procedures.read_list(session, tenant.id, data)
            return await house.procedures.import_list(session, tenant.id, data, note=note, actor=SYSTEM)

    return run(work)


def _line(entry: "Entry") -> str:
    term = entry.last.delay or (f"+{entry.last.adds}" if entry.last.adds else "-")
    return f"{entry.code:<18} {entry.last.effect:<12} {term!s:<8} {entry.certainty:<10} {entry.title}"


def _show(entry: "Entry") -> None:
    click.secho(f"{entry.code}  {entry.title}", bold=True)
    click.echo(f"{entry.domain}, {', '.join(sorted(entry.kinds))}; {entry.certainty} ({entry.file})")
    click.echo(f"mots : {', '.join(entry.keywords)}")
    if entry.doubt:
        click.echo(f"doute : {entry.doubt}")
    for version in entry.versions:
        since = f"depuis le {version.valid_from}" if version.valid_from else "depuis une date non établie"
        until = f", jusqu'au {version.valid_until}" if version.valid_until else ""
        term = version.delay or (f"+{version.adds}" if version.adds else "sans délai")
        click.echo(f"{version.effect} {term}, {since}{until} [{' ; '.join(version.basis)}]")
        click.echo(f"  {version.notes}") if version.notes else None
        for text in version.texts:
            click.echo(f"  {text.article} : « {text.words} » ({text.source.title}, {text.dated or 'sans date'})")
    for source in entry.sources:
        click.echo(f"source : {source.kind}, {source.title}{f', {source.url}' if source.url else ''}")


def _tell(imported: "Import", *, as_lines: bool) -> None:
    for refused in imported.refused:
        if as_lines:
            click.echo(json.dumps({"line": refused.line, "refused": refused.reason}, ensure_ascii=False))
        else:
            click.echo(f"line {refused.line}: {refused.reason}", err=True)
    for change in imported.changes:
        click.echo(json.dumps(_difference(change), ensure_ascii=False) if as_lines else _told(change))
    if not as_lines and not imported.refused:
        click.echo(f"{len(imported.changes)} to write, {imported.unchanged} as they are")


def _difference(change: "Change") -> dict[str, object]:
    differences = [{"field": name, "before": old, "after": new} for name, old, new in change.differences]
    return {"code": change.entry.code, "new": change.new, "differences": differences}


def _told(change: "Change") -> str:
    if change.new:
        return f"+ {_line(change.entry)}"
    shown = [
        (name, old, new) for name, old, new in change.differences if not isinstance(new, list) or name == "keywords"
    ]
    lines = [
        f"~ {change.entry.code}  {change.entry.title}",
        *(f"    {name}: {old} -> {new}" for name, old, new in shown),
    ]
    if len(shown) < len(change.differences):
        told = ", ".join(name for name, _, new in change.differences if isinstance(new, list) and name != "keywords")
        lines.append(f"    and {told}")
    return "\n".join(lines)


def _whoever() -> str:
    """The name of the person at the keyboard, or the number of an account that has none, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
