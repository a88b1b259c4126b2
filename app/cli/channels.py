"""`parvis channels`: the channel types of this installation, without a database."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli import conformity, documents
from app.cli.examples import example

if TYPE_CHECKING:
    from app.channels.registry import Registry


@click.group(epilog=example("parvis channels list"))
def channels() -> None:
    """The channel types installed here, ours and anybody's: list, describe, try on a sample, check, write a new one."""


@channels.command("list", epilog=example("parvis channels list --json"))
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def list_types(*, as_lines: bool) -> None:
    """List every installed channel type; those that cannot be used say why."""
    described = _registry().describe()
    for line in described:
        if as_lines:
            click.echo(json.dumps({key: value for key, value in line.items() if key != "schema"}, ensure_ascii=False))
        elif line["usable"]:
            protocols = line["protocols"]
            does = ", ".join(map(str, protocols)) if isinstance(protocols, Sequence) else ""
            told = f"{line['type']:<22} {line['name_en']!s:<28} {does:<24} {line['distribution']}"
            click.echo(told + (f"  ({line['conflict']})" if line["conflict"] else ""))
        else:
            click.echo(f"{line['type']:<22} cannot be used: {line['reason']}")


@channels.command(epilog=example("parvis channels schema email"))
@click.argument("channel_type", metavar="TYPE")
def schema(channel_type: str) -> None:
    """Print the JSON Schema of a type's configuration."""
    click.echo(json.dumps(_registry().schema(channel_type), ensure_ascii=False, indent=2))


@channels.command(
    epilog=example(
        "parvis channels parse email --raw mail.eml another.eml",
        "parvis channels parse sms.twilio --delivery sample.json --json",
    )
)
@click.argument("channel_type", metavar="TYPE")
@click.option("--delivery", "deliveries", type=documents.FILE, multiple=True, help="A delivery file (JSON).")
@click.option("--raw", "raws", type=documents.FILE, multiple=True, help="A message as it lies on disk (RFC 5322).")
@click.argument("more", metavar="[FILE]...", type=documents.FILE, nargs=-1)
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def parse(
    channel_type: str, deliveries: tuple[str, ...], raws: tuple[str, ...], more: tuple[str, ...], *, as_lines: bool
) -> None:
    """Print what Parvis understands of a delivery: its signature's verdict and its events. No database, no network.

    A delivery file holds method, url, headers, body, body_encoding (utf8 or base64), secret and now (RFC 3339 or
    null). --raw takes messages themselves, several if need be. `-` is the standard input.
    """
    if bool(deliveries) == bool(raws):
        raise click.UsageError("give either --delivery FILE.json or --raw FILE")
    from app.channels.parsing import parse_raw

    registry = _registry()
    for source in [*(deliveries or raws), *more]:
        if raws:
            answer = parse_raw(channel_type, documents.read_bytes(source), registry)
        else:
            answer = _parsed_delivery(channel_type, source, registry)
        click.echo(json.dumps(answer, ensure_ascii=as_lines, indent=None if as_lines else 2))


@channels.command(epilog=example("parvis channels check sms.twilio", "parvis channels check ./parvis-channel-minitel"))
@click.argument("package", metavar="TYPE|PACKAGE|FOLDER")
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs: each check, then the badge.")
def check(package: str, *, as_lines: bool) -> None:
    """Try a channel type, a distribution's types, or those of a package's folder; tell the level each reaches, and why.

    Bronze: it can be configured and believed, and nothing anybody sends makes it raise. Silver: its cases hold, every
    answer of a provider has its outcome, its settings are in French. Gold: one changed byte is refused, it registers
    itself, fetches pieces, can be tested live. The status is 1 when a type does not keep what its `quality.toml` claims
    (bronze, where it claims nothing).
    """
    from app.channels.conformance import check_package
    from app.cli.packages import of_folder

    registry, name = of_folder(Path(package)) if Path(package).is_dir() else (_registry(), package)
    reports = check_package(name, registry)
    for report in reports.values():
        for line in conformity.lines(report) if as_lines else conformity.words(report):
            click.echo(json.dumps(line, ensure_ascii=False) if as_lines else line)
    if not all(report.kept for report in reports.values()):
        raise click.exceptions.Exit(1)


@channels.command(epilog=example("parvis channels new minitel", "parvis channels check ./parvis-channel-minitel"))
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to write it.")
def new(name: str, into: Path) -> None:
    """Write a working channel package, gold at once: adapter, cases, tests, entry point, workflow, licence."""
    from app.cli.skeleton import write

    folder = write(name, into=into)
    click.echo(f"{folder} is written. Check it with: parvis channels check {folder}")


def _registry() -> "Registry":
    from app.channels.registry import Registry

    return Registry.installed()


def _parsed_delivery(channel_type: str, source: str, registry: "Registry") -> dict[str, object]:
    from app.channels.parsing import MalformedDelivery, parse_delivery_file

    document = documents.read_json(source)
    if not isinstance(document, dict):
        raise click.ClickException(f"{documents.named(source)}: a delivery file is a JSON object")
    try:
        return parse_delivery_file(channel_type, document, registry)
    except MalformedDelivery as error:
        raise click.ClickException(f"{documents.named(source)}: {error}") from error
