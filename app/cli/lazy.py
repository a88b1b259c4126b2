"""A command known by its name, imported when it is called: `parvis --help` pays for none of them."""

import importlib
from typing import Any

import click


class Command(click.Command):
    """Stands for the command at `target` (`module:name`)."""

    def __init__(self, name: str, *, target: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self._target = target

    def real(self) -> click.Command:
        """Returns the command itself."""
        module, _, attribute = self._target.partition(":")
        found = getattr(importlib.import_module(module), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"{self._target} is not a command")
        return found

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        return self.real().make_context(info_name, args, parent=parent, **extra)
