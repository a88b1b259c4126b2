"""Secrets under changing keys: sealed to their row, moved from key to key while the house runs, erased with their key."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import LargeBinary, bindparam, text

import app
from app.bootstrap import House
from app.bootstrap.sealed import SEALED
from app.channels.secrecy import bound
from app.errors import Misconfigured
from app.ids import new_id
from app.vault import rotating
from app.vault.columns import SealedRow
from tests.harness.houses import MovableClock, a_town, house

FORMER = "the former secret key, long enough to be one"


@dataclass(frozen=True)
class Scene:
    house: House
    clock: MovableClock
    town: UUID

    async def connect(self, token: str, *, town: UUID | None = None) -> UUID:
        tenant_id = town or self.town
        config = {"bearer_token": token}
        async with self.house.database.transaction(tenant=tenant_id) as session:
            channel = await self.house.channels.connect(
                session, tenant_id, type="http", name=new_id().hex, address=None, config=config
            )
        return channel.id

    async def secret(self, channel_id: UUID) -> str:
        async with self.house.database.transaction(tenant=self.town) as session:
            found = await self.house.channels.get(session, self.town, channel_id)
        told: str = found.config.bearer_token.get_secret_value()  # type: ignore[attr-defined]
        return told

    async def sealed(self, channel_id: UUID) -> bytes:
        async with self.house.database.transaction(tenant=self.town) as session:
            row = await session.execute(text("SELECT sealed FROM channels WHERE id = :id"), {"id": channel_id})
            return bytes(row.scalar_one())

    async def write(self, channel_id: UUID, sealed: bytes) -> None:
        statement = text("UPDATE channels SET sealed = :sealed WHERE id = :id")
        async with self.house.database.transaction(tenant=self.town) as session:
            bounded = statement.bindparams(bindparam("sealed", type_=LargeBinary()))
            await session.execute(bounded, {"sealed": sealed, "id": channel_id})

    async def older_form(self, channel_id: UUID, words: bytes) -> None:
        """Seals as Parvis did before data keys."""
        sealed = self.house.keys.seal(words, bound_to=bound(self.town, channel_id))
        await self.write(channel_id, sealed)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest_asyncio.fixture
async def scene(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Scene]:
    async with house(database_url, tmp_path, clock=clock) as opened:
        yield Scene(opened, clock, await a_town(opened, slug=f"v{new_id().hex}"))


_APP = Path(app.__file__).parent
TOKEN = "whsec_" + "Q2FuYXJ5" * 4


async def test_a_secret_is_sealed_under_its_towns_own_key_and_opens_nowhere_else(scene: Scene) -> None:
    one, other = await scene.connect(TOKEN), await scene.connect("whsec_" + "T3RoZXIh" * 4)
    assert await scene.secret(one) == TOKEN
    kept = await scene.sealed(one)
    assert kept.startswith(b"PVK1") and b"Canary" not in kept and TOKEN.encode() not in kept  # noqa: PT018
    await scene.write(other, kept)  # swapped by whoever writes to the database
    with pytest.raises(Exception, match="secret"):
        await scene.secret(other)


async def test_what_was_sealed_before_data_keys_is_read_and_moves_at_the_next_rotation(scene: Scene) -> None:
    channel = await scene.connect(TOKEN)
    await scene.older_form(channel, f'{{"bearer_token": "{TOKEN}"}}'.encode())
    assert await scene.secret(channel) == TOKEN
    assert (await scene.house.rotation.standing(scene.town)).direct == {scene.house.keys.name: 1}
    done = await scene.house.rotation.rotate(scene.town, data_keys=False)
    assert (done.resealed, done.unopened) == (1, 0)
    assert await scene.secret(channel) == TOKEN
    assert (await scene.house.rotation.standing(scene.town)).values["channels"] == {"present": 1}


async def test_data_keys_are_renewed_in_batches_and_an_old_one_is_destroyed_a_day_after_its_last_value(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "BATCH", 2)
    channels = [await scene.connect(TOKEN) for _ in range(5)]
    before = [await scene.sealed(one) for one in channels]

    class Cut(Exception):
        pass

    def cut(number: int) -> None:
        raise Cut(str(number))

    with pytest.raises(Cut, match="2"):
        await scene.house.rotation.rotate(scene.town, data_keys=True, told=cut)
    assert (await scene.house.rotation.standing(scene.town)).values["channels"] == {"present": 2, "retired": 3}
    assert [await scene.secret(one) for one in channels] == [TOKEN] * 5

    resumed = await scene.house.rotation.rotate(scene.town, data_keys=False)
    assert (resumed.resealed, resumed.forgotten) == (3, 0)
    assert not set(before) & {await scene.sealed(one) for one in channels}
    scene.clock.move(days=1, minutes=1)
    assert (await scene.house.rotation.rotate(scene.town, data_keys=False)).forgotten == 1
    assert [await scene.secret(one) for one in channels] == [TOKEN] * 5


async def test_a_secret_changed_during_a_rotation_is_not_overwritten(scene: Scene) -> None:
    channel = await scene.connect(TOKEN)
    column = SEALED[0]
    async with scene.house.database.transaction(tenant=scene.town) as session:
        (row,) = await column.others(session, scene.town, present=UUID(int=1), after=UUID(int=0), limit=9)
    fresh = "whsec_" + "RnJlc2gh" * 4
    async with scene.house.database.transaction(tenant=scene.town) as session:
        known = await scene.house.channels.get(session, scene.town, channel)
        await scene.house.channels.change(
            session, known, version=known.version, name=None, state=None, config={"bearer_token": fresh}
        )
    async with scene.house.database.transaction(tenant=scene.town) as session:
        assert await column.replace(session, scene.town, [(row, row.sealed + b"old")]) == 0
    assert await scene.secret(channel) == fresh


async def test_a_new_master_key_wraps_the_data_keys_again_and_the_former_can_be_taken_away(
    database_url: str, tmp_path: Path, clock: MovableClock
) -> None:
    async with house(database_url, tmp_path, clock=clock, secret_key=SecretStr(FORMER)) as before:
        town = await a_town(before, slug=f"v{new_id().hex}")
        channel = await Scene(before, clock, town).connect(TOKEN)
        former = before.keys.name
    # The former key left out: what stands under it is named.
    async with house(database_url, tmp_path, clock=clock) as alone:
        told = await alone.rotation.check()
        assert (told.ok, former in told.detail) == (False, True)
        with pytest.raises(Misconfigured, match=former):
            await alone.rotation.rotate(town, data_keys=False)
    former_too = [SecretStr(FORMER)]
    async with house(database_url, tmp_path, clock=clock, previous_secret_keys=former_too) as both:
        kept = await Scene(both, clock, town).sealed(channel)
        assert (await both.rotation.standing(town)).waits(former) == 1
        assert (await both.rotation.rotate(town, data_keys=False)).rewrapped == 1
        assert (await both.rotation.standing(town)).waits(former) == 0
        assert await Scene(both, clock, town).sealed(channel) == kept  # the master moved, no value was touched
    async with house(database_url, tmp_path, clock=clock) as after:
        assert await Scene(after, clock, town).secret(channel) == TOKEN


async def test_a_data_key_that_is_destroyed_takes_every_secret_of_its_town_and_no_other(scene: Scene) -> None:
    channel = await scene.connect(TOKEN)
    neighbour = await a_town(scene.house, slug=f"v{new_id().hex}")
    theirs = await scene.connect(TOKEN, town=neighbour)
    async with scene.house.database.transaction(tenant=scene.town) as session:
        assert await scene.house.vault.destroy(session, scene.town) == 1
    with pytest.raises(Exception, match="secret"):
        await scene.secret(channel)
    assert await Scene(scene.house, scene.clock, neighbour).secret(theirs) == TOKEN
    assert (await scene.house.rotation.standing(scene.town)).values["channels"] == {"lost": 1}


async def test_whoever_seals_during_a_renewal_seals_under_a_key_that_stays(scene: Scene) -> None:
    """The present key is held while something is sealed with it: its retirement waits, and finds the value."""
    import asyncio

    async with scene.house.database.transaction(tenant=scene.town) as session:
        await scene.house.vault.seal(session, scene.town, b"x", bound_to="x")
        renewing = asyncio.create_task(scene.house.rotation.rotate(scene.town, data_keys=True))
        await asyncio.sleep(0.05)
        assert not renewing.done()
    await renewing


async def test_every_column_can_be_sealed_again_by_the_house_itself(scene: Scene) -> None:
    nowhere = SealedRow(new_id(), new_id(), b"x")
    async with scene.house.database.transaction(tenant=scene.town) as session:
        for column in SEALED:
            assert await column.replace(session, scene.town, [(nowhere, b"y")]) == 0
            assert await column.others(session, scene.town, present=new_id(), after=UUID(int=0), limit=1) == []


def test_whoever_seals_in_the_database_is_known_to_rotations() -> None:
    """A module that seals is here with its column; a code on its way to a citizen lives for minutes, less than its key."""
    sealing = {
        str(path.relative_to(_APP))
        for path in _APP.rglob("*.py")
        if "vault.seal(" in path.read_text() and path.parent.name != "vault"
    }
    assert sealing == {
        "channels/service.py",
        "channels/renewing.py",
        "identity/codes.py",
        "identity/oidc/door.py",
        "webhooks/signing.py",
        "exchanges/freezing.py",
        "privacy/rectifying.py",
    }
    tables = {(one.record.__tablename__, one.column) for one in SEALED}
    assert tables == {
        ("channels", "sealed"),
        ("channel_tokens", "sealed"),
        ("users", "totp"),
        ("sessions", "sign_out_hint"),
        ("webhook_secrets", "sealed"),
        ("contact_corrections", "before_sealed"),
    }
