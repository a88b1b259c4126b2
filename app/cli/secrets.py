"""`parvis secrets`: the keys under which secrets are sealed, and changing them."""

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from app.bootstrap import House
    from app.vault.rotating import Rotated, Standing

_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")


@click.group(epilog=example("parvis secrets status"))
def secrets() -> None:
    """Keys that seal secrets: what stands under which, rotate. See docs/secrets.md."""


@secrets.command(epilog=example("parvis secrets status", "parvis secrets status --json"))
@_JSON
def status(*, as_lines: bool) -> None:
    """Tell how many data keys each master key wraps, and how many values stand under which data key.

    A previous secret key may be taken out of PARVIS_PREVIOUS_SECRET_KEYS once nothing stands under it. Exit status 1
    when something cannot be opened.
    """
    from app.cli.house import run

    standings = run(_standings)
    masters, values = _summed(standings)
    lost = sum(found.get("lost", 0) for found in values.values())
    for name, told in masters.items():
        line = {"master": name, **told}
        click.echo(json.dumps(line) if as_lines else _of_master(name, told))
    for kind, found in values.items():
        if as_lines:
            click.echo(json.dumps({"values": kind, **found}))
        else:
            said = ", ".join(f"{many} {_WORDS.get(name, f'directly under {name}')}" for name, many in found.items())
            click.echo(f"{kind:<16} {said or 'none'}")
    if lost or any(told["needed"] and not told["given"] for told in masters.values()):
        raise click.exceptions.Exit(1)


_WORDS = {
    "present": "under the present data key",
    "retired": "under a retired data key",
    "lost": "under a data key that was destroyed",
}


@secrets.command(epilog=example("parvis secrets rotate", "parvis secrets rotate --data-keys"))
@click.option("--data-keys", is_flag=True, help="Make new data keys too, and seal every value again under them.")
@_JSON
def rotate(*, data_keys: bool, as_lines: bool) -> None:
    """Wrap data keys under the present master key, and seal again what is not under the present data key.

    After a new PARVIS_SECRET_KEY was set (the former one in PARVIS_PREVIOUS_SECRET_KEYS), and whenever a data key may
    be known to others (--data-keys). The house goes on serving. Cut off, run it again without --data-keys: it goes on
    where it was. Exit status 1 when a value cannot be opened: it is left as it is.
    """
    from app.cli.house import run

    unopened = 0
    for named, done in run(lambda house: _rotated(house, data_keys=data_keys)):
        unopened += done.unopened
        if as_lines:
            line = {
                "tenant": named,
                "data_keys": done.rewrapped,
                "values": done.resealed,
                "unopened": done.unopened,
                "destroyed": done.forgotten,
            }
            click.echo(json.dumps(line))
        else:
            click.echo(
                f"{named}: {done.rewrapped} data keys wrapped again, {done.resealed} values sealed again, "
                f"{done.forgotten} old data keys destroyed"
                + (f", {done.unopened} values that no key opens" if done.unopened else "")
            )
    if unopened:
        raise click.exceptions.Exit(1)


async def _tenants(house: "House") -> "Sequence[UUID]":
    return sorted({*await house.tenants.directory(), *await house.rotation.holders()})


async def _standings(house: "House") -> "tuple[House, list[Standing]]":
    return house, [await house.rotation.standing(tenant_id) for tenant_id in await _tenants(house)]


async def _rotated(house: "House", *, data_keys: bool) -> "list[tuple[str, Rotated]]":
    done = []
    for tenant_id in await _tenants(house):
        async with house.database.transaction(tenant=tenant_id) as session:
            slug = (await house.tenants.get(session, tenant_id)).slug
        told = _progress(slug)
        done.append((slug, await house.rotation.rotate(tenant_id, data_keys=data_keys, told=told)))
    return done


def _progress(slug: str) -> "Callable[[int], None]":
    def told(number: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{slug}: {number} values sealed again", nl=False, err=True)

    return told


def _summed(found: "tuple[House, list[Standing]]") -> tuple[dict[str, dict[str, object]], dict[str, Counter[str]]]:
    house, standings = found
    masters, keys, direct = house.vault.masters, Counter[str](), Counter[str]()
    values: dict[str, Counter[str]] = {}
    for one in standings:
        keys.update(one.masters)
        direct.update(one.direct)
        for kind, many in one.values.items():
            values.setdefault(kind, Counter()).update(many)
    names = dict.fromkeys([masters.present.name, *keys, *direct, *house.keys.names])
    told: dict[str, dict[str, object]] = {
        name: {
            "present": name == masters.present.name,
            "given": masters.holds(name) or house.keys.holds(name),
            "data_keys": keys[name],
            "values": direct[name],
            "needed": bool(keys[name] or direct[name]),
        }
        for name in names
    }
    return told, values


def _of_master(name: str, told: dict[str, object]) -> str:
    if not told["given"]:
        end = "NOT GIVEN: put it in PARVIS_PREVIOUS_SECRET_KEYS"
    elif told["present"]:
        end = "the present one"
    else:
        end = "still needed: parvis secrets rotate" if told["needed"] else "nothing sealed stands under it"
    return f"master {name:<9} {told['data_keys']} data keys, {told['values']} values directly; {end}"
