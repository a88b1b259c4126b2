"""Watched folders: a letter is taken whole, once, at the mail room's day, and nothing that lies there is lost."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.channels.adapters.post import PostConfig
from app.channels.values import Channel
from app.exchanges import letters_found
from app.exchanges.registering import TO_REGISTER, WAITED
from app.tickets.values import Message, Ticket
from tests.harness.towns import TownHouse

PDF = b"%PDF-1.7\n%%EOF\n"


async def a_mail_room(town: TownHouse) -> tuple[Channel, Path]:
    channel = await town.connect("post", {"folder": "mairie"})
    return channel, town.house.settings.data_dir / "courrier" / await slug(town) / "mairie"


async def slug(town: TownHouse) -> str:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return (await town.house.tenants.get(session, town.tenant_id)).slug


async def look(town: TownHouse, *, after: float = 0) -> None:
    town.clock.move(seconds=after)
    await town.house.folders.look(town.tenant_id)
    await town.house.inbound.drain(str(town.tenant_id))


def drop(folder: Path, name: str = "7.pdf", scan: bytes = PDF, **card: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(scan)
    if card:
        (folder / name).with_suffix(".json").write_text(json.dumps(card))


async def letters(town: TownHouse) -> list[tuple[Ticket, Message]]:
    return [(one, (await town.thread(one.id))[0]) for one in await town.tickets()]


async def test_a_letter_and_its_card_are_one_request_at_the_mail_rooms_day(town: TownHouse) -> None:
    _, folder = await a_mail_room(town)
    stamp = town.clock().date() - timedelta(days=3)
    drop(folder, registered_at=stamp.isoformat(), kind="LRAR", tracking="1A 000 000 0000 0", pages=4)
    await look(town)
    assert await town.tickets() == [], "still being written, perhaps"
    await look(town, after=11)
    ((ticket, message),) = await letters(town)
    law = await town.law(ticket.id)
    (saisine,) = law.saisines
    assert (ticket.channel_type, saisine.received_on, law.duties) == ("post", stamp, [])
    assert (message.fields["tracking_number"], TO_REGISTER in message.fields) == ("1A 000 000 0000 0", False)
    ((_, piece),) = message.pieces
    assert await town.house.store.get(town.tenant_id, str(piece.sha256)) == PDF
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["7.json", "7.pdf"]
    await look(town, after=11)
    assert len(await town.tickets()) == 1


async def test_a_letter_without_its_card_runs_from_the_earliest_day_and_asks_for_the_stamp(town: TownHouse) -> None:
    _, folder = await a_mail_room(town)
    drop(folder)
    await look(town)
    await look(town, after=30)
    assert await town.tickets() == [], "its card may still come"
    await look(town, after=31)
    ((ticket, message),) = await letters(town)
    (saisine,) = (await town.law(ticket.id)).saisines
    assert saisine.received_on == town.clock().date() - WAITED
    assert message.fields[TO_REGISTER] is True
    assert any("date de réception à donner" in warning for warning in message.warnings)


@pytest.mark.parametrize("days", [-1, 400])
async def test_a_card_whose_day_cannot_be_is_not_believed(town: TownHouse, days: int) -> None:
    _, folder = await a_mail_room(town)
    drop(folder, registered_at=(town.clock().date() - timedelta(days=days)).isoformat())
    await look(town)
    await look(town, after=11)
    ((_, message),) = await letters(town)
    assert message.fields[TO_REGISTER] is True
    assert any("impossible" in warning for warning in message.warnings)


async def test_what_is_being_written_waits_and_what_is_no_letter_is_put_aside_with_its_reason(town: TownHouse) -> None:
    _, folder = await a_mail_room(town)
    drop(folder, "8.pdf.part")
    drop(folder, "9.pdf", b"MZ\x90\0 a program", registered_at="2026-03-01")
    drop(folder, "10.pdf", b"", registered_at="2026-03-01")
    (folder / "link.pdf").symlink_to("/etc/hostname")
    await look(town)
    drop(folder, "11.pdf", registered_at="2026-03-01")
    await look(town, after=11)
    (folder / "11.pdf").write_bytes(PDF + b"more")
    await look(town, after=5)
    assert await town.tickets() == [], "it grew: it is looked at again later"
    await look(town, after=11)
    assert len(await town.tickets()) == 1
    reasons = {path.name: path.read_text() for path in (folder / "error").glob("*.raison.txt")}
    assert "PDF" in reasons["9.pdf.raison.txt"]
    assert "vide" in reasons["10.pdf.raison.txt"]
    assert {"8.pdf.part", "link.pdf"} <= {path.name for path in folder.iterdir()}


async def test_a_card_left_alone_is_put_aside_after_an_hour(town: TownHouse) -> None:
    _, folder = await a_mail_room(town)
    folder.mkdir(parents=True)
    (folder / "3.json").write_text("{}")
    await look(town)
    await look(town, after=1800)
    assert (folder / "3.json").exists()
    await look(town, after=1801)
    assert (folder / "error" / "3.json").exists()


@pytest.mark.parametrize("point", ["claimed", "kept"])
async def test_a_process_that_dies_leaves_one_request(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """After the claim, before the commit; after the commit, before it is put away."""
    _, folder = await a_mail_room(town)
    drop(folder, registered_at="2026-03-01")
    await look(town)
    town.clock.move(seconds=11)
    with monkeypatch.context() as patched:
        name = "read" if point == "claimed" else "finish"

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(letters_found, name, die)
        with pytest.raises(KeyboardInterrupt):
            await town.house.folders.look(town.tenant_id)
    assert (folder / "claimed" / "7.pdf").exists()
    await look(town)
    await look(town, after=60)
    assert len(await town.tickets()) == 1
    assert (folder / "done" / "7.pdf").exists()


async def test_the_same_scan_dropped_again_is_known(town: TownHouse) -> None:
    _, folder = await a_mail_room(town)
    for _ in range(2):
        drop(folder, registered_at="2026-03-01")
        await look(town)
        await look(town, after=11)
    assert len(await town.tickets()) == 1
    assert len(list((folder / "done").glob("*.pdf"))) == 2


async def test_a_folder_that_cannot_be_read_is_said_on_its_channel_until_it_can(town: TownHouse) -> None:
    channel, folder = await a_mail_room(town)
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be")
    await look(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        told = await town.house.channels.get(session, town.tenant_id, channel.id)
    assert "dossier du courrier illisible" in str(told.state_reason)
    folder.unlink()
    await look(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert not (await town.house.channels.get(session, town.tenant_id, channel.id)).state_reason


@pytest.mark.parametrize("name", ["..", "/etc", "a/b", "A", ""])
def test_a_folder_is_a_name_never_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="folder"):
        PostConfig(folder=name)
