"""`parvis tenants`: administrations."""

import dataclasses
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from app.bootstrap import House
    from app.tenants.archives import Verdict
    from app.tenants.closing_repository import Departure
    from app.tenants.values import Tenant

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_KINDS = ("commune", "epci", "departement", "region", "state", "public_body")


@click.group(epilog=example("parvis tenants list"))
def tenants() -> None:
    """Administrations: create, list, declare a SIRET."""


@tenants.command(
    epilog=example(
        "parvis tenants create villebourg --name 'Commune de Villebourg' --kind commune \\",
        "    --service 'Accueil de la mairie' --address '1 place de la Mairie, 00000 Villebourg' \\",
        "    --email contact@villebourg.example.fr --phone '+33 1 99 00 00 00'",
    )
)
@click.argument("slug")
@click.option("--name", required=True, help="Its official name.")
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="Its legal nature.")
@click.option("--territory", default="METRO", show_default=True, help="Whose holidays and hours apply.")
@click.option("--time-zone", help="Its time zone; that of the territory by default.")
@click.option("--service", "service_name", required=True, help="The service that answers, named in acknowledgements.")
@click.option("--address", "postal_address", required=True, help="Its postal address, named in acknowledgements.")
@click.option("--email", required=True, help="Its address of contact.")
@click.option("--phone", required=True, help="Its telephone number.")
@click.option("--siret", help="The number by which ProConnect names it.")
@click.option("--dpo", "dpo_contact", default="", help="How its data protection officer is reached.")
@click.option("--administrator", metavar="EMAIL", help="Its first administrator; the link of invitation is printed.")
@click.option("--administrator-name", default="Administrateur", show_default=True, help="Their name.")
@click.option("--mailbox", metavar="EMAIL", help="A first channel: the address that citizens write to.")
@click.option("--form", is_flag=True, help="A first channel: a contact form, at /formulaires/SLUG.")
def create(
    *,
    slug: str,
    territory: str,
    time_zone: str | None,
    siret: str | None,
    administrator: str | None,
    administrator_name: str,
    mailbox: str | None,
    form: bool,
    **said: str,
) -> None:
    """Create an administration; SLUG is its short name in addresses. Prints its identifier, then the invitation.

    Its holidays are those of its territory, its days those of its zone, at once: there is no calendar to fill in.
    """
    from app.cli.house import run
    from app.ids import Prefix, public_id
    from app.sve.law.calendar import ZONES, Territory, territory_named
    from app.tenants.siret import siret_of

    if not _SLUG.fullmatch(slug):
        raise click.UsageError(f"{slug!r}: a slug is made of small letters, digits and hyphens")
    known = territory_named(territory)
    if known is None:
        raise click.UsageError(f"territory {territory!r}: one of {', '.join(Territory)}")
    zone = time_zone or ZONES[known]
    _check_zone(zone)
    values: dict[str, object] = {**said, "slug": slug, "territory": known.value, "time_zone": zone}
    if siret:
        values["siret"] = siret_of(siret)

    async def work(house: "House") -> "tuple[UUID, str | None]":
        from app.cli.choosing import every_tenant

        if any(tenant.slug == slug for tenant in await every_tenant(house)):
            raise click.ClickException(f"an administration is called {slug} already")
        tenant_id = await house.tenants.found(values)
        await _first_channels(house, tenant_id, mailbox=mailbox, form=slug if form else None)
        link = await _invited(house, tenant_id, administrator, administrator_name) if administrator else None
        return tenant_id, link

    tenant_id, link = run(work)
    click.echo(public_id(Prefix.TENANT, tenant_id))
    if link:
        click.echo(link)
        click.echo("This link is not shown again. Hand it over by a safe way: it opens the account.", err=True)


async def _first_channels(house: "House", tenant_id: "UUID", *, mailbox: str | None, form: str | None) -> None:
    async with house.database.transaction(tenant=tenant_id) as session:
        if mailbox:
            await house.channels.connect(
                session, tenant_id, type="email", name="Courriel", address=mailbox, config={"address": mailbox}
            )
        if form:
            await house.channels.connect(
                session, tenant_id, type="webform", name="Formulaire", address=form, config={"slug": form}
            )


async def _invited(house: "House", tenant_id: "UUID", email: str, name: str) -> str:
    """Opens the account of the first administrator; returns the link by which they choose their password."""
    from app.identity.accounts import Wanted, invitation_url
    from app.identity.roles import Role

    wanted = Wanted(name=name, role=Role.ADMINISTRATOR)
    async with house.database.transaction(tenant=tenant_id) as session:
        word, _ = await house.accounts.invite(session, tenant_id, email=email, wanted=wanted)
    return invitation_url(house.base_url, word)


@tenants.command(epilog=example("parvis tenants siret villebourg '000 000 000 00000'"))
@click.argument("slug")
@click.argument("number", required=False)
def siret(*, slug: str, number: str | None) -> None:
    """Declare the SIRET of an administration, by which ProConnect names it; without NUMBER, forget it."""
    from app.cli.house import run

    async def work(house: "House") -> None:
        from app.cli.choosing import every_tenant
        from app.facts import SYSTEM, Seen

        known = {tenant.slug: tenant.id for tenant in await every_tenant(house)}
        if slug not in known:
            raise click.ClickException(f"no administration is called {slug}")
        async with house.database.transaction(tenant=known[slug]) as session:
            await house.tenants.declare_siret(session, known[slug], number)
            declared = Seen(
                tenant_id=known[slug],
                subject_id=known[slug],
                at=house.clock(),
                actor=SYSTEM,
                action="tenant.siret_declared",
                detail={"declared": number is not None},
            )
            await house.book.record(session, declared)

    run(work)
    click.echo(f"{slug}: {'declared' if number else 'forgotten'}")


@tenants.command(epilog=example("parvis tenants suspend villebourg --reason 'Convention échue'"))
@click.argument("slug")
@click.option("--reason", required=True, help="Why: its people read it when they try to sign in.")
def suspend(*, slug: str, reason: str) -> None:
    """Suspend an administration: nobody signs in, no answer leaves; messages come in and legal clocks run on."""
    _stand(slug, reason=reason, suspended=True)
    click.echo(f"{slug}: suspended")


@tenants.command(epilog=example("parvis tenants resume villebourg --reason 'Convention renouvelée'"))
@click.argument("slug")
@click.option("--reason", required=True, help="Why: its administrators are told.")
def resume(*, slug: str, reason: str) -> None:
    """End a suspension: what waited leaves in its order."""
    _stand(slug, reason=reason, suspended=False)
    click.echo(f"{slug}: resumed")


@tenants.command(epilog=example("parvis tenants export villebourg --to villebourg.zip"))
@click.argument("slug")
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to make."
)
def export(*, slug: str, target: Path) -> None:
    """Copy an administration whole: every table, every piece, a manifest with digests (docs/tenants.md)."""
    from app.cli.house import run

    if target.exists():
        raise click.UsageError(f"{target} exists already")

    async def work(house: "House") -> "Verdict":
        from app.cli.choosing import the_tenant

        return await house.exports.make((await the_tenant(house, slug)).id, target)

    _tell(run(work))


@tenants.command(epilog=example("parvis tenants verify villebourg.zip"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(*, file: Path) -> None:
    """Read a whole copy again and compare each part with its manifest; needs neither database nor keys."""
    from app.errors import ParvisError
    from app.tenants.archives import verify as verified

    try:
        _tell(verified(file))
    except ParvisError as refusal:
        raise click.ClickException(refusal.detail) from None


@tenants.command(epilog=example("parvis tenants close villebourg --reason 'Fin de la convention' --on 2027-01-31"))
@click.argument("slug")
@click.option("--reason", help="Why: its administrators read it.")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="From when all may be erased; thirty days by default."
)
@click.option("--cancel", is_flag=True, help="Call an announced end off.")
def close(*, slug: str, reason: str | None, day: "datetime | None", cancel: bool) -> None:
    """Announce that an administration leaves; nothing is erased before the day. Every administrator is told."""
    from app.cli.house import run

    if cancel == bool(reason):
        raise click.UsageError("give --reason, or --cancel")

    async def work(house: "House") -> str:
        from app.cli.choosing import the_tenant

        owner = await the_tenant(house, slug)
        async with house.database.transaction(tenant=owner.id) as session:
            if reason is None:
                await house.closing.cancel(session, owner.id)
                return "goes on: the end is called off"
            due = await house.closing.announce(session, owner.id, reason=reason, due_on=day.date() if day else None)
            return f"may be erased from {due.isoformat()} on"

    click.echo(f"{slug}: {run(work)}")


@tenants.command(epilog=example("parvis tenants delete villebourg --yes-delete villebourg"))
@click.argument("slug")
@click.option("--yes-delete", "again", required=True, metavar="SLUG", help="The same name again.")
@click.option("--despite-running-clocks", "despite", metavar="REASON", help="Why, though legal clocks or holds stand.")
@click.option("--without-export", metavar="REASON", help="Why, though no whole copy was made since the announcement.")
def delete(*, slug: str, again: str, despite: str | None, without_export: str | None) -> None:
    """Erase an administration whose announced day has come. Broken off, run it again: it goes on. Prints the certificate."""
    from app.cli.house import run

    if again != slug:
        raise click.UsageError("--yes-delete must repeat the name")

    async def work(house: "House") -> "Departure":
        from app.cli.choosing import the_tenant
        from app.tenants.closing_repository import departures

        async with house.database.transaction() as session:
            left = [one.id for one in await departures(session) if one.slug == slug and one.finished_at is None]
        if not left:
            left = [(await the_tenant(house, slug)).id]
            await house.closing.begin(left[0], despite=despite, without_export=without_export)
        return await house.closing.carry_on(left[0], told=lambda table, gone: click.echo(f"{table}: {gone}", err=True))

    done = run(work)
    click.echo(json.dumps({**dataclasses.asdict(done)}, default=str, ensure_ascii=False))


def _tell(verdict: "Verdict") -> None:
    click.echo(f"{verdict.sha256}  {verdict.rows} rows, {verdict.pieces} pieces, {verdict.size} bytes: whole")


def _stand(slug: str, *, reason: str, suspended: bool) -> None:
    from app.cli.house import run

    async def work(house: "House") -> None:
        from app.cli.choosing import the_tenant

        owner = await the_tenant(house, slug)
        change = house.standing.suspend if suspended else house.standing.resume
        async with house.database.transaction(tenant=owner.id) as session:
            await change(session, owner.id, reason=reason)

    run(work)


@tenants.command("list", epilog=example("parvis tenants list --json"))
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def list_tenants(*, as_lines: bool) -> None:
    """List the administrations."""
    from app.cli.choosing import every_tenant
    from app.cli.house import run

    for tenant in run(every_tenant):
        line = _described(tenant)
        told = f"{line['id']}  {tenant.slug:<24} {tenant.kind:<12} {tenant.territory:<12} {tenant.name}{_state(tenant)}"
        click.echo(json.dumps(line, ensure_ascii=False) if as_lines else told)


def _state(tenant: "Tenant") -> str:
    return "  [suspended]" if tenant.suspended_at else f"  [closes {tenant.closing_on}]" if tenant.closing_on else ""


def _described(tenant: "Tenant") -> dict[str, object]:
    from app.ids import Prefix, public_id

    return {
        "id": public_id(Prefix.TENANT, tenant.id),
        "slug": tenant.slug,
        "name": tenant.name,
        "kind": tenant.kind.value,
        "territory": tenant.territory,
        "time_zone": tenant.time_zone,
        "siret": tenant.siret,
        "suspended_at": tenant.suspended_at.isoformat() if tenant.suspended_at else None,
        "closing_on": tenant.closing_on.isoformat() if tenant.closing_on else None,
    }


def _check_zone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise click.UsageError(f"time zone {name!r} is unknown: write Europe/Paris, Indian/Reunion…") from None
