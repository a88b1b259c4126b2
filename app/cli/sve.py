"""`parvis sve`: legal clocks on paper, without a database."""

import json
from typing import TYPE_CHECKING

import click

from app.cli import documents
from app.cli.examples import example
from app.cli.recomputing import recompute

if TYPE_CHECKING:
    from app.sve.law.case import Reading


@click.group(epilog=example("parvis sve simulate case.json"))
def sve() -> None:
    """Legal clocks on paper, with the same engine as the tickets and the API; and all of those here read again."""


sve.add_command(recompute)


@sve.command(
    epilog=example(
        'echo \'{"territory": "METRO", "procedure": {}, "events":',
        '      [{"type": "received", "at": "2026-03-02T10:00"}]}\' | parvis sve simulate',
    )
)
@click.argument("file", type=documents.FILE, default="-")
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def simulate(file: documents.Source, *, as_lines: bool) -> None:
    """Read one case, or a list of them, and print every date with its reason.

    A case is a JSON object: territory, timezone, procedure, events, and optionally now. `-`, the default, is the
    standard input. One case gives one object, a list gives a list (with --json, one object a line).
    """
    from app.sve.simulation import SimulationError
    from app.sve.simulation import simulate as simulated

    document = documents.read_json(file)
    try:
        answers = simulated(document)
    except SimulationError as error:
        raise click.ClickException(str(error)) from error
    if as_lines:
        for answer in answers:
            click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(json.dumps(answers if isinstance(document, list) else answers[0], ensure_ascii=False, indent=2))


@sve.command(epilog=example("parvis sve explain case.json"))
@click.argument("file", type=documents.FILE, default="-")
def explain(file: documents.Source) -> None:
    """Say in French what a case comes to: one sentence a date, each with its source."""
    from app.sve.simulation import SimulationError
    from app.sve.simulation import explain as explained

    document = documents.read_json(file)
    cases = document if isinstance(document, list) else [document]
    try:
        told = [(_title(case), explained(_reading(case))) for case in cases]
    except SimulationError as error:
        raise click.ClickException(str(error)) from error
    for title, sentences in told:
        if len(cases) > 1:
            click.secho(title, bold=True)
        for sentence in sentences:
            click.echo(sentence)


def _reading(case: object) -> "Reading":
    from app.sve.law.clock import read
    from app.sve.simulation import case_of

    understood, now = case_of(case)
    return read(understood, now=now)


def _title(case: object) -> str:
    return str(case.get("id", "cas")) if isinstance(case, dict) else "cas"
