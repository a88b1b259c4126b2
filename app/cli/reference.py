"""The reference pages made from the code: `python -m app.cli.reference docs` writes them, a test compares them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from app import bootstrap  # noqa: F401 — the facts of the whole house are then known
from app.cli import lazy
from app.cli.program import program
from app.facts import Fact, Seen
from app.settings import listed

_COMMANDS = """# Commands

`parvis` is installed with the package; `python -m app` is the same. Errors are one sentence on the standard error; the
exit status is 0, 1 for a refusal, 2 for bad usage. This page is made from the commands themselves (`make docs`).
"""
_SETTINGS = """# Settings

Environment variables, or lines of a file `.env` in the folder Parvis is started in. With none set, the embedded house
starts: PostgreSQL in `./data`, mail captured, one process. This page is made from `app/settings.py` (`make docs`).

| variable | default | |
|---|---|---|
"""
_EVENTS = """# Events

What `GET /api/v1/events`, the stream and the journal tell, in the order of commits. `data` holds identifiers and codes only,
never a citizen's words or address. Ignore the types you do not know: more will come. This page is made from the facts
themselves (`make docs`).

| type | what happened |
|---|---|
"""


def commands_page() -> str:
    """Returns docs/cli.md."""
    return _COMMANDS + "".join(f"\n## `{name}`\n\n```\n{text}\n```\n" for name, text in _helps())


def settings_page() -> str:
    """Returns docs/settings.md."""
    return _SETTINGS + "".join(
        f"| `{name}` | {f'`{default}`' if default != 'unset' else 'unset'} | {description} |\n"
        for name, default, description in listed()
    )


def events_page() -> str:
    """Returns docs/events.md."""
    return _EVENTS + "".join(f"| `{name}` | {sentence} |\n" for name, sentence in sorted(_facts(Fact).items()))


def write(folder: Path) -> None:
    (folder / "events.md").write_text(events_page(), "utf-8")
    (folder / "cli.md").write_text(commands_page(), "utf-8")
    (folder / "settings.md").write_text(settings_page(), "utf-8")


def _facts(kind: type[Fact], inherited: str = "") -> dict[str, str]:
    """What the house states, by type, each with the first sentence of its own promise or of its family's."""
    found: dict[str, str] = {}
    for one in kind.__subclasses__():
        said = vars(one).get("__doc__") or ""
        # A dataclass without a docstring gets its own signature for one.
        sentence = inherited if not said or said.startswith(f"{one.__name__}(") else said.strip().partition("\n")[0]
        if "type" in vars(one) and one.type != Seen.type:
            found[one.type] = sentence
        found |= _facts(one, sentence)
    return found


def _helps() -> Iterator[tuple[str, str]]:
    context = click.Context(program, info_name="parvis", terminal_width=110, **program.context_settings)
    yield "parvis", program.get_help(context).rstrip()
    for name in program.list_commands(context):
        yield from _of(name, program.commands[name], context)


def _of(name: str, command: click.Command, parent: click.Context) -> Iterator[tuple[str, str]]:
    real = command.real() if isinstance(command, lazy.Command) else command
    context = click.Context(real, info_name=name, parent=parent)
    yield context.command_path, real.get_help(context).rstrip()
    if isinstance(real, click.Group):
        for inner in real.list_commands(context):
            yield from _of(inner, real.commands[inner], context)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
