"""A channel package in a folder, tried without being installed."""

import sys
import tomllib
from pathlib import Path

import click

from app.channels.registry import GROUP, Registry, Source


def of_folder(folder: Path) -> tuple[Registry, str]:
    """Returns a registry of what a package's `pyproject.toml` declares, and the distribution's name.

    The package's code is run from now on: it is the caller's own.
    """
    described = folder / "pyproject.toml"
    try:
        project = tomllib.loads(described.read_text("utf-8")).get("project", {})
    except FileNotFoundError:
        raise click.ClickException(f"{folder} has no pyproject.toml: give the folder of a channel package") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{described} is not TOML: {error}") from error
    points = project.get("entry-points", {}).get(GROUP, {})
    if not points:
        raise click.ClickException(f'{described} declares no channel: add [project.entry-points."{GROUP}"]')
    name = str(project.get("name", folder.name))
    for place in (folder / "src", folder):
        if place.is_dir() and str(place.absolute()) not in sys.path:
            sys.path.insert(0, str(place.absolute()))
    return Registry({key: Source(str(target), name) for key, target in points.items()}), name
