"""A group whose most usual act needs no word: `parvis backup TO`, beside `parvis backup verify FILE`."""

import click


class Defaulting(click.Group):
    """Takes a first argument that names no command, and is no option, as the argument of `default`."""

    def __init__(self, *arguments: object, default: str = "", **settings: object) -> None:
        super().__init__(*arguments, **settings)  # type: ignore[arg-type]
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the unsaid word in its place."""
        asked = {*self.commands, *ctx.help_option_names}
        if args and args[0] not in asked:
            args = [self._default, *args]
        return super().parse_args(ctx, args)
