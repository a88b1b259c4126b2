"""From a folder to a bucket with commands, and what the house does while the bucket is away: one story, on S3's wire."""

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.backups import keys
from app.bootstrap import backups
from app.bootstrap.pieces import check_pieces, moved
from app.db.embedded import Dsns
from app.errors import Misconfigured
from app.exchanges.receptions import State
from app.files.bucket import BucketStore
from app.files.moving import Moving
from tests.backups.conftest import settings_of, silent
from tests.harness.houses import MovableClock, house
from tests.harness.towns import opened_town
from tests.simulators.s3 import s3


def a_mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "lea@example.fr", "contact@villebourg.example.fr", f"Plan {number}"
    mail["Message-ID"], mail["Date"] = f"<plan-{number}@example.fr>", "Mon, 02 Mar 2026 09:00:00 +0100"
    mail.set_content("Voici le plan.")
    mail.add_attachment(b"plan %d" % number, maintype="application", subtype="octet-stream", filename="plan.bin")
    return mail.as_bytes()


async def test_a_house_goes_from_its_folder_to_a_bucket_and_loses_nothing_while_it_is_away(
    dsns: Dsns, tmp_path: Path
) -> None:
    data, clock, key = tmp_path / "data", MovableClock(), tmp_path / "backup.key"
    keys.make(key)
    async with opened_town(dsns.app, data, clock=clock) as town:
        assert (await town.receive(a_mail(1))).state is State.DONE
        tenant, first = town.tenant_id, town
    with s3() as provider:
        given = provider.settings(folder="parvis")
        near = {**given, "egress_allow": ["127.0.0.0/8"]}
        with pytest.raises(Misconfigured, match="in clear"):
            await moved(settings_of(dsns, data, key, **given), told=silent)
        settings = settings_of(dsns, data, key, **near)
        async with house(dsns.app, data, clock=clock, **near) as again:
            town = replace(first, house=again)
            store = town.house.store
            assert isinstance(store, Moving)
            (old,) = [name async for name in store.all_of(tenant)]
            assert await store.get(tenant, old) == b"plan 1"
            assert "parvis files move" in (await check_pieces(settings, store)).detail
            done = await moved(settings, told=silent)
            assert (done.pieces, done.damaged) == (1, [])
            assert await store.get(tenant, old) == b"plan 1"

            provider.away = True
            receipt = await town.accept(a_mail(2))  # kept, whole, before anybody reads it
            await town.house.inbound.drain(str(tenant))
            assert (await town.reception(receipt)).state is State.QUEUED
            assert [check.name for check in again.checks if check.vital] == ["database"]
            assert not (await check_pieces(settings, store)).ok

            provider.away = False
            clock.move(minutes=10)
            await town.house.inbound.drain(str(tenant))
            assert (await town.reception(receipt)).state is State.DONE
            (new,) = [name async for name in store.all_of(tenant) if name != old]
        async with house(dsns.app, data, clock=clock, **near) as again:
            store = again.store
            assert isinstance(store, BucketStore)  # the folder holds nothing any more
            assert (await check_pieces(settings, store)).ok
            taken = await backups.backup(settings, tmp_path / "one.parvis-backup.age", told=silent, clock=clock)
            assert (taken.manifest.pieces, taken.manifest.missing) == (2, [])
            provider.buckets["pieces"] = {
                name: held for name, held in provider.buckets["pieces"].items() if new in name
            }
            holds = await backups.drill(
                settings, taken.path, folder=None, told=silent, said=lambda _: None, clock=clock
            )
            assert holds  # what the bucket lost stands in the backup
