"""Files and standard input given to commands, read within bounds."""

import sys
from pathlib import Path

import click

MAX_JSON = 64 * 2**20
MAX_RAW = 256 * 2**20
STDIN = "-"
Source = str
FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)


def read_bytes(source: Source, *, at_most: int = MAX_RAW) -> bytes:
    """Reads a file, or the standard input for `-`. Refuses what is larger than `at_most` bytes."""
    if source == STDIN:
        data = sys.stdin.buffer.read(at_most + 1)
    else:
        try:
            with Path(source).open("rb") as file:
                data = file.read(at_most + 1)
        except OSError as error:
            raise click.ClickException(f"{source} cannot be read: {error.strerror}") from error
    if len(data) > at_most:
        raise click.ClickException(f"{named(source)} is larger than {at_most // 2**20} MiB: give a smaller one")
    return data


def read_json(source: Source) -> object:
    """Reads strict JSON (RFC 8259): a member given twice, NaN or a lone surrogate is refused with its place."""
    from app.strict_json import StrictJsonError, loads

    data = read_bytes(source, at_most=MAX_JSON).removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise click.ClickException(f"{named(source)} is empty: JSON is expected")
    try:
        return loads(data)
    except StrictJsonError as error:
        where = f" at {error.pointer}" if error.pointer else ""
        raise click.ClickException(f"{named(source)} is not JSON{where}: {error.message}") from error


def named(source: Source) -> str:
    return "the standard input" if source == STDIN else source
