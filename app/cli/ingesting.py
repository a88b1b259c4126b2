"""`parvis ingest`: mails from files, through the real intake."""

import asyncio
import contextlib
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from app.cli import documents
from app.cli.examples import example

if TYPE_CHECKING:
    from uuid import UUID

    from app.bootstrap import House
    from app.channels.values import Channel
    from app.cli.mails import Found
    from app.exchanges.inbound import Receipt
    from app.exchanges.receptions import Reception

_LOOK_EVERY_S = 0.2


@click.command(
    epilog=example(
        "parvis ingest --channel contact@villebourg.example.fr mail.eml",
        "parvis ingest --channel chn_01k… archive.mbox --json",
        "cat mail.eml | parvis ingest --channel contact@villebourg.example.fr -",
    )
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=documents.FILE)
@click.option("--channel", required=True, metavar="ID|ADDRESS", help="The channel they are for.")
@click.option("--no-wait", is_flag=True, help="Keep them and leave; a worker reads them.")
@click.option("--json", "as_lines", is_flag=True, help="One object a mail, for programs.")
def ingest(*, files: tuple[str, ...], channel: str, no_wait: bool, as_lines: bool) -> None:
    """Bring mails in as if they had just been received: kept byte for byte, then read, threaded, acknowledged.

    FILE is a mail (RFC 5322), an mbox of many, or - for the standard input. The instant of reception is now: for the
    law, a mail is received when the administration gets it. What was ingested already is known again and changes
    nothing, so an interrupted run is simply run again.
    """
    from app.cli.house import run

    refused = run(lambda house: _Ingestion(house, wait=not no_wait, as_lines=as_lines).run(files, channel))
    if refused:
        raise click.exceptions.Exit(1)


class _Ingestion:
    """One run: what was kept, and what became of it."""

    def __init__(self, house: "House", *, wait: bool, as_lines: bool) -> None:
        self._house, self._wait, self._as_lines = house, wait, as_lines
        self._kept: dict[UUID, Found] = {}
        self._states: Counter[str] = Counter()
        self._refused = 0

    async def run(self, files: tuple[str, ...], named: str) -> int:
        """Returns how many mails could not be kept."""
        from app.cli.choosing import the_channel

        channel = await the_channel(self._house, named)
        async with self._reading():
            await self._keep(files, channel)
            if self._wait:
                await self._settled(channel.tenant_id)
        self._summary()
        return self._refused

    async def _keep(self, files: tuple[str, ...], channel: "Channel") -> None:
        from app.channels.contract import Delivery
        from app.cli.mails import found_in, size_of
        from app.exchanges.receptions import Door

        shown = not self._as_lines and sys.stderr.isatty()
        with contextlib.ExitStack() as stack:
            bar = None
            if shown:
                bar = stack.enter_context(click.progressbar(length=size_of(files), label="keeping", file=sys.stderr))
            for found in found_in(files, max_bytes=self._house.settings.max_mail_bytes):
                if isinstance(found, str):
                    self._refused += 1
                    self._told({"state": "refused", "reason": found}, f"refused: {found}", err=True)
                    continue
                receipt = await self._house.inbound.accept(channel, Delivery(body=found.raw), door=Door.CLI)
                self._kept[receipt.id] = found
                self._acknowledged(found, receipt)
                if bar is not None:
                    bar.update(len(found.raw))

    @contextlib.asynccontextmanager
    async def _reading(self) -> AsyncIterator[None]:
        """Works beside the other workers, if there are any, until what was kept here is read."""
        if not self._wait:
            yield
            return
        stop = asyncio.Event()
        working = asyncio.create_task(self._house.worker().run(stop))
        try:
            yield
        finally:
            stop.set()
            await working

    async def _settled(self, tenant_id: "UUID") -> None:
        from app.exchanges import receptions
        from app.exchanges.receptions import State

        waiting = list(self._kept)
        while waiting:
            async with self._house.database.transaction(tenant=tenant_id) as session:
                looked = [await receptions.find(session, tenant_id, key) for key in waiting[:200]]
            for reception in looked:
                # One that could not be read at once is tried again later, by whichever worker there is then.
                tried_in_vain = reception is not None and reception.attempts > 0 and reception.reason is not None
                if reception is not None and (reception.state is not State.QUEUED or tried_in_vain):
                    waiting.remove(reception.id)
                    self._became(reception)
            await asyncio.sleep(_LOOK_EVERY_S if waiting else 0)

    def _acknowledged(self, found: "Found", receipt: "Receipt") -> None:
        from app.ids import Prefix, public_id

        if self._wait:
            return
        line = {
            "file": found.source,
            "number": found.number,
            "receipt_id": public_id(Prefix.RECEPTION, receipt.id),
            "received_at": receipt.received_at.isoformat(),
            "sha256": receipt.sha256,
            "state": "queued",
        }
        self._told(line, f"{found.source} ({found.number}): kept as {line['receipt_id']}")

    def _became(self, reception: "Reception") -> None:
        from app.ids import Prefix, public_id

        found = self._kept[reception.id]
        self._states[reception.state.value] += 1
        line = {
            "file": found.source,
            "number": found.number,
            "receipt_id": public_id(Prefix.RECEPTION, reception.id),
            "received_at": reception.received_at.isoformat(),
            "sha256": reception.sha256,
            "state": reception.state.value,
            "ticket_id": public_id(Prefix.TICKET, reception.ticket_id) if reception.ticket_id else None,
            "message_id": public_id(Prefix.MESSAGE, reception.message_id) if reception.message_id else None,
            "reason": reception.reason,
        }
        told = f" ({reception.reason})" if reception.reason else ""
        self._told(line, f"{found.source} ({found.number}): {reception.state}{told}")

    def _summary(self) -> None:
        if not self._as_lines and (self._wait or self._refused):
            states = ", ".join(f"{count} {state}" for state, count in sorted(self._states.items()))
            told = f"{len(self._kept)} kept" + (f": {states}" if states else "")
            click.echo(told + (f"; {self._refused} refused" if self._refused else ""), err=True)

    def _told(self, line: dict[str, object], sentence: str, *, err: bool = False) -> None:
        click.echo(json.dumps(line, ensure_ascii=False) if self._as_lines else sentence, err=err and not self._as_lines)
