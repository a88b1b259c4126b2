"""A place as a command line names it: a path of this machine, or an address like s3://bucket/folder."""

from pathlib import Path

import click


class Place(click.ParamType["Path | str"]):
    """Leaves an address as it is; a path is a `Path`, which must exist where a `file` is asked for."""

    name = "place"

    def __init__(self, *, file: bool = False) -> None:
        self._path = click.Path(exists=file, dir_okay=not file, path_type=Path)

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """Tells one from the other by its beginning."""
        if isinstance(value, str) and value.startswith("s3://"):
            return value
        return Path(self._path.convert(value, param, ctx))
