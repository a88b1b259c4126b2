"""The reference pages made from the code: `python -m app.cli.reference docs` writes them, a test compares them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from app.cli import lazy
from app.cli.program import program
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


def commands_page() -> str:
    """Returns docs/cli.md."""
    return _COMMANDS + "".join(f"\n## `{name}`\n\n```\n{text}\n```\n" for name, text in _helps())


def settings_page() -> str:
    """Returns docs/settings.md."""
    return _SETTINGS + "".join(
        f"| `{name}` | {f'`{default}`' if default != 'unset' else 'unset'} | {description} |\n"
        for name, default, description in listed()
    )


def write(folder: Path) -> None:
    (folder / "cli.md").write_text(commands_page(), "utf-8")
    (folder / "settings.md").write_text(settings_page(), "utf-8")


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
