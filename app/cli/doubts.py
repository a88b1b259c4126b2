"""`parvis outbox list`, `compare`, `confirm`, `cancel`, `send`: what may have left, and what a person decides of each or of all."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from uuid import UUID

    from app.bootstrap import House
    from app.channels.values import Channel
    from app.exchanges.left_already import Account
    from app.exchanges.outbox import Outbound
    from app.exchanges.resolving import Decision
    from app.tenants.values import Tenant

_TENANT = click.option("--tenant", metavar="SLUG|ID", help="The administration; not needed when there is only one.")
_CHANNEL = click.option("--channel", metavar="ID|ADDRESS", help="Of one channel; of all by default.")
_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
_BECAUSE = click.option("--because", required=True, metavar="WORDS", help="Why; kept in the journal, shown to agents.")
_WHICH = click.argument("messages", metavar="[OUT_ID]...", nargs=-1)
_ALL = click.option("--all", "every", is_flag=True, help="Every message in doubt, of one channel with --channel.")
_ACCOUNT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "list", epilog=example("parvis outbox list", "parvis outbox list --channel contact@ville.example.fr --json")
)
@_TENANT
@_CHANNEL
@_JSON
def list_doubts(*, tenant: str | None, channel: str | None, as_lines: bool) -> None:
    """List what may have left and is sent by nobody: since when, by which channel, to whom, why it is in doubt.

    Addresses are shown by their ends only. `trace` is what the relay's log or the provider's list calls a message: a mail's
    Message-ID begins with it.
    """
    from app.cli.house import run
    from app.exchanges.left_already import in_doubt

    async def work(house: "House") -> "list[tuple[Outbound, str]]":
        from app.cli.choosing import the_tenant

        owner = await the_tenant(house, tenant)
        wanted = await _channel_of(house, owner, channel)
        async with house.database.transaction(tenant=owner.id) as session:
            names = {one.id: one.name for one in await house.channels.all_of(session, owner.id)}
            found = await in_doubt(session, owner.id, channel_id=wanted.id if wanted else None)
        return [(one, names.get(one.channel_id, "")) for one in found]

    found = run(work)
    for one, name in found:
        line = _described(one, name)
        told = "{id}  {frozen_at}  {channel}  {purpose}  {to}  trace {trace}  {detail}".format(**line)
        click.echo(json.dumps(line, ensure_ascii=False) if as_lines else told)
    if not found and not as_lines:
        click.echo("nothing is in doubt")


@click.command(epilog=example("parvis outbox compare /var/log/mail.log", "parvis outbox compare sent.mbox --json"))
@click.argument("account", metavar="FILE", type=_ACCOUNT)
@_TENANT
@_JSON
def compare(*, account: Path, tenant: str | None, as_lines: bool) -> None:
    """Compare with a relay's log, a Sent folder or a provider's list of what left: any text that names messages.

    Tells which messages in doubt FILE names (they had left), and which mails of ours it names that this house knows
    nothing of: written after the instant it was brought back to, and lost here. Changes nothing.
    """
    from app.cli.house import run

    async def work(house: "House") -> "Account":
        from app.cli.choosing import the_tenant

        return await _account_of(house, await the_tenant(house, tenant), account)

    told = run(work)
    lines = [{"left": _public(one.id)} for one in told.left] + [
        {"lost": one.hex, "written_at": at.isoformat(timespec="seconds")} for one, at in told.lost.items()
    ]
    if as_lines:
        for line in lines:
            click.echo(json.dumps(line))
        return
    for one in told.left:
        click.echo(f"had left: {_public(one.id)}")
    for lost, at in told.lost.items():
        click.echo(f"left and known here no more: {lost.hex}, written {at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"{len(told.left)} in doubt had left, {len(told.lost)} left that this house knows nothing of")


@click.command(
    epilog=example(
        'parvis outbox confirm --found-in /var/log/mail.log --because "journal du relais"',
        'parvis outbox confirm out_01k… --because "lu dans le dossier Envoyés"',
    )
)
@_WHICH
@_ALL
@click.option("--found-in", "account", type=_ACCOUNT, help="Those that this file names, as `compare` tells them.")
@_CHANNEL
@_BECAUSE
@_TENANT
def confirm(
    *,
    messages: tuple[str, ...],
    every: bool,
    account: Path | None,
    channel: str | None,
    because: str,
    tenant: str | None,
) -> None:
    """Hold messages for sent: they had left. Acknowledgements among them are recorded as told to their person."""
    from app.exchanges.resolving import Decision

    _decide(Decision.MARK_SENT, messages, every=every, account=account, channel=channel, because=because, tenant=tenant)


@click.command(epilog=example('parvis outbox cancel --all --channel chn_01k… --because "remplacés par un courrier"'))
@_WHICH
@_ALL
@_CHANNEL
@_BECAUSE
@_TENANT
def cancel(*, messages: tuple[str, ...], every: bool, channel: str | None, because: str, tenant: str | None) -> None:
    """Give messages up: whether they left or not, they leave no more."""
    from app.exchanges.resolving import Decision

    _decide(Decision.ABANDON, messages, every=every, account=None, channel=channel, because=because, tenant=tenant)


@click.command(epilog=example('parvis outbox send out_01k… --because "absent de la liste du fournisseur"'))
@_WHICH
@_BECAUSE
@_TENANT
def send(*, messages: tuple[str, ...], because: str, tenant: str | None) -> None:
    """Let messages leave again that had not left; each is named, for one that had left would be read twice."""
    from app.exchanges.resolving import Decision

    _decide(Decision.RESEND, messages, every=False, account=None, channel=None, because=because, tenant=tenant)


def _decide(
    decision: "Decision",
    messages: Sequence[str],
    *,
    every: bool,
    account: Path | None,
    channel: str | None,
    because: str,
    tenant: str | None,
) -> None:
    from app.cli.house import run
    from app.exchanges.left_already import in_doubt

    if (bool(messages), every, account is not None).count(True) != 1:
        raise click.UsageError("name messages (see parvis outbox list), or say which of them: --help")
    named = [_identifier(one) for one in messages]

    async def work(house: "House") -> list[str]:
        from app.cli.choosing import the_tenant

        owner = await the_tenant(house, tenant)
        if named:
            return await _each(house, owner, named, decision, because)
        if account is not None:
            return await _each(
                house, owner, [one.id for one in (await _account_of(house, owner, account)).left], decision, because
            )
        wanted = await _channel_of(house, owner, channel)
        async with house.database.transaction(tenant=owner.id) as session:
            found = await in_doubt(session, owner.id, channel_id=wanted.id if wanted else None)
        return await _each(house, owner, [one.id for one in found], decision, because)

    refused = run(work)
    if refused:
        raise click.ClickException(f"{len(refused)} left as they were: {'; '.join(refused[:5])}")


async def _each(
    house: "House", owner: "Tenant", wanted: "Sequence[UUID]", decision: "Decision", because: str
) -> list[str]:
    """Decides of each in a transaction of its own, so that one that cannot be keeps no other; returns why not, of those."""
    from app.errors import Conflict, NotFound
    from app.facts import Actor

    refused: list[str] = []
    for one in wanted:
        try:
            async with house.database.transaction(tenant=owner.id) as session:
                await house.resolver.resolve(
                    session, owner.id, one, decision=decision, reason=because, actor=Actor("operator")
                )
        except (Conflict, NotFound) as refusal:
            refused.append(f"{_public(one)}: {refusal.detail or refusal.title_en}")
    click.echo(f"{owner.slug}: {len(wanted) - len(refused)} decided ({decision.value})")
    return refused


async def _account_of(house: "House", owner: "Tenant", account: Path) -> "Account":
    from app.exchanges.left_already import compared, in_doubt

    async with house.database.transaction(tenant=owner.id) as session:
        addresses = await house.channels.own_addresses(session, owner.id)
        domains = {one.rpartition("@")[2] for one in addresses if "@" in one}
        doubts = await in_doubt(session, owner.id)
        with account.open(encoding="utf-8", errors="replace") as lines:
            return await compared(session, owner.id, doubts, lines, domains=domains)


async def _channel_of(house: "House", owner: "Tenant", named: str | None) -> "Channel | None":
    from app.cli.choosing import the_channel

    if named is None:
        return None
    found = await the_channel(house, named)
    if found.tenant_id != owner.id:
        raise click.ClickException(f"{owner.slug} has no channel {named!r}")
    return found


def _described(one: "Outbound", channel: str) -> dict[str, str]:
    return {
        "id": _public(one.id),
        "frozen_at": one.frozen_at.isoformat(timespec="seconds"),
        "channel": channel,
        "purpose": one.purpose,
        "to": _ends_of(one.recipient_address),
        "trace": one.id.hex if not one.external_id or "@" in one.external_id else one.external_id,
        "detail": one.detail or "",
    }


def _ends_of(address: str) -> str:
    """Enough of an address to find it in a provider's list, and no more: this output may be kept in a log."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"…{address[-4:]}"


def _public(identifier: "UUID") -> str:
    from app.ids import Prefix, public_id

    return public_id(Prefix.OUTBOUND, identifier)


def _identifier(text: str) -> "UUID":
    from app.cli.choosing import identifier_of
    from app.ids import Prefix

    found = identifier_of(Prefix.OUTBOUND, text)
    if found is None:
        raise click.UsageError(f"{text!r} is not the identifier of a message: see parvis outbox list")
    return found
