"""`parvis sve recompute`: every open clock read again, after a rule, a holiday or a setting changed."""

import contextlib
import json
import sys
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.bootstrap import House
    from app.sve.recomputing.values import Change, Recomputation
    from app.tenants.values import Tenant

_SHOWN = 20
_PAGE = 200


@click.command(
    epilog=example(
        'parvis sve recompute --reason "Lundi de Pentecôte corrigé" --dry-run',
        'parvis sve recompute --tenant villebourg --reason "Nouvelle version des règles"',
        "parvis sve recompute --resume",
    )
)
@click.option("--tenant", metavar="SLUG|ID", help="One administration; all of them by default.")
@click.option("--reason", metavar="TEXT", help="What changed; kept with the recomputation.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, change nothing.")
@click.option("--resume", is_flag=True, help="Go on with what was interrupted, instead of beginning again.")
@click.option("--processes", type=click.IntRange(1, 64), help="How many to work with; one a core by default.")
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def recompute(
    *, tenant: str | None, reason: str | None, dry_run: bool, resume: bool, processes: int | None, as_lines: bool
) -> None:
    """Read every open clock again from its events, and keep what changed, before and after.

    Runs beside everything else: what an agent records meanwhile is neither lost nor overwritten. A term that moves
    earlier raises an alert. Interrupted, it goes on by itself after two minutes wherever a worker runs, or here with
    --resume. The exit status is 1 when a clock could not be read.
    """
    from app.cli.house import run

    if resume == (reason is not None) or (resume and dry_run):
        raise click.UsageError("give --reason to begin, or --resume alone to go on")
    if run(lambda house: _Run(house, processes, as_lines=as_lines).run(tenant, reason, dry_run=dry_run)):
        raise click.exceptions.Exit(1)


class _Run:
    """Recomputations one after the other, and what is said of them."""

    def __init__(self, house: "House", processes: int | None, *, as_lines: bool) -> None:
        from app.sve.recomputing.hands import cores

        self._house, self._as_lines = house, as_lines
        self._recomputing = house.recomputing.with_hands(processes or cores())

    async def run(self, named: str | None, reason: str | None, *, dry_run: bool) -> int:
        """Returns how many clocks could not be read."""
        from app.cli.choosing import every_tenant, the_tenant

        unread = 0
        for tenant in [await the_tenant(self._house, named)] if named else await every_tenant(self._house):
            for asked in await self._asked(tenant, reason, dry_run=dry_run):
                unread += await self._carry_out(tenant, asked)
        return unread

    async def _asked(self, tenant: "Tenant", reason: str | None, *, dry_run: bool) -> "Sequence[Recomputation]":
        from app.facts import Actor

        async with self._house.database.transaction(tenant=tenant.id) as session:
            if reason is None:
                return await self._recomputing.running(session, tenant.id)
            actor = Actor("operator")  # whoever has the machine's command line
            begun = await self._recomputing.begin(
                session, tenant.id, reason=reason, dry_run=dry_run, actor=actor, later=False
            )
            return [begun]

    async def _carry_out(self, tenant: "Tenant", asked: "Recomputation") -> int:
        async with self._house.database.transaction(tenant=tenant.id) as session:
            total = sum((await self._house.legal.counts(session, tenant.id)).values())
        shown = not self._as_lines and sys.stderr.isatty()
        with contextlib.ExitStack() as stack:
            bar = None
            if shown:
                bar = stack.enter_context(click.progressbar(length=total, label=tenant.slug, file=sys.stderr))
                bar.update(asked.seen)
            last = asked

            async def told(standing: "Recomputation") -> None:
                nonlocal last
                if bar is not None:
                    bar.update(standing.seen - last.seen)
                last = standing
                if self._as_lines:
                    self._line(tenant, standing)

            done = await self._recomputing.carry_out(asked, told=told)
        await self._tell(tenant, done)
        return done.unread

    async def _tell(self, tenant: "Tenant", done: "Recomputation") -> None:
        if self._as_lines:
            self._line(tenant, done)
        else:
            verb = "would change" if done.dry_run else "changed"
            click.echo(
                f"{tenant.slug}: {done.seen} read, {done.changed} {verb}, {done.earlier} of them earlier, "
                f"{done.unread} unreadable"
            )
            if done.ended_at is None:
                click.echo("another process goes on with it", err=True)
        after, left = None, None if self._as_lines else _SHOWN
        while left is None or left > 0:
            async with self._house.database.transaction(tenant=tenant.id) as session:
                page = await self._recomputing.changes(
                    session, tenant.id, done.id, after=after, limit=min(_PAGE, left or _PAGE)
                )
            for change in page:
                self._change(change)
            if not page:
                break
            after = page[-1].saisine_id
            left = None if left is None else left - len(page)
        if not self._as_lines and done.changed > _SHOWN:
            click.echo(f"  … and {done.changed - _SHOWN} more: --json tells them all, as does the API")

    def _line(self, tenant: "Tenant", one: "Recomputation") -> None:
        from app.ids import Prefix, public_id

        line = {
            "tenant": tenant.slug,
            "recomputation_id": public_id(Prefix.RECOMPUTATION, one.id),
            "rules_version": one.rules_version,
            "dry_run": one.dry_run,
            "seen": one.seen,
            "changed": one.changed,
            "earlier": one.earlier,
            "unread": one.unread,
            "ended": one.ended_at is not None,
        }
        click.echo(json.dumps(line, ensure_ascii=False))

    def _change(self, change: "Change") -> None:
        if self._as_lines:
            line = {"reference": change.reference, "before": dict(change.before), "after": dict(change.after)}
            click.echo(json.dumps(line, ensure_ascii=False))
            return
        keys = ", ".join(reason["key"] for reason in change.after["reasons"]) or "no other reason"
        click.echo(f"  {change.reference}: term {_days(change, 'term_on')}, alert {_days(change, 'alert_on')} ({keys})")


def _days(change: "Change", name: str) -> str:
    before, after = change.before[name] or "none", change.after[name] or "none"
    return str(after) if before == after else f"{before} -> {after}"
