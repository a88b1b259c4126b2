"""The evidence of a saisine proves itself: made whole, checked without us, and no byte of it can change unseen."""

import hashlib
import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio

from app.audit import journal
from app.errors import NotFound
from app.facts import Actor
from app.files.antivirus import ScanState, Verdict
from app.files.store import key_of
from app.ids import new_id
from app.reporting.evidence.archive import MANIFEST, SEAL, written
from app.reporting.evidence.verifying import Fault, verify
from app.sve.law import Regime
from app.sve.letters import repository as letters
from app.sve.letters.values import Kind, Letter, Way
from app.tickets import scans
from tests.harness.towns import TownHouse, mail

AGENT = Actor("agent", None, "Accueil")
HOSTILE = "../../étè\u202ecod.exe"


def a_request() -> bytes:
    message = EmailMessage()
    message["From"] = "Usager Exemple <usager@example.org>"
    message["To"] = "contact@villebourg.example.fr"
    message["Subject"] = "Demande d'abri de jardin"
    message["Message-ID"] = "<abri@example.org>"
    message["Date"] = "Mon, 02 Mar 2026 09:55:00 +0100"
    message.set_content("Bonjour, #strong[voici] le plan.\n")
    message.add_attachment(b"%PDF-1.4 plan", maintype="application", subtype="pdf", filename="plan.pdf")
    message.add_attachment(b"photo", maintype="image", subtype="png", filename=HOSTILE)
    message.set_boundary("limite")
    return message.as_bytes()


async def a_saisine(town: TownHouse):
    """A request with two pieces, acknowledged, qualified, pieces asked: everything a file can hold."""
    kept = await town.receive(a_request())
    await town.deliver()
    (saisine,) = (await town.law(kept.ticket_id)).saisines
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        saisine = await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=Regime.SVA,
            delay="P2M",
            procedure=None,
            reason="Décision individuelle prévue par un texte.",
            version=saisine.version,
            actor=AGENT,
        )
    town.clock.move(days=58)
    await town.house.watch.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await journal.seal(session, town.tenant_id, now=town.clock())
    return saisine


async def taken(town: TownHouse, saisine_id) -> bytes:
    exported = await town.house.reports.evidence.export(town.tenant_id, saisine_id, actor=AGENT)
    with exported.file as file:
        content = file.read()
    assert len(content) == exported.size
    return content


@pytest_asyncio.fixture
async def evidence(town: TownHouse) -> bytes:
    return await taken(town, (await a_saisine(town)).id)


def checked(content: bytes, folder: Path):
    path = folder / "preuve.zip"
    path.write_bytes(content)
    return verify(path)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o100644 << 16
    return info


def rebuilt(files: dict[str, bytes]) -> bytes:
    """Writes an archive of the right shape, as somebody who knows the format would."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(entry(name), content)
    return made.getvalue()


def sealed_again(files: dict[str, bytes]) -> bytes:
    """Writes an archive whose manifest fits its files again: what somebody would do who wants to lie."""
    manifest = json.loads(files[MANIFEST])
    names = [name for name in files if name not in {MANIFEST, SEAL}]
    manifest["files"] = [
        {"name": name, "sha256": hashlib.sha256(files[name]).hexdigest(), "size": len(files[name])} for name in names
    ]
    files = {name: files[name] for name in names} | {MANIFEST: written(manifest)}
    files[SEAL] = f"{hashlib.sha256(files[MANIFEST]).hexdigest()}  {MANIFEST}\n".encode()
    return rebuilt(files)


def changed(files: dict[str, bytes], name: str, change) -> dict[str, bytes]:
    document = json.loads(files[name])
    change(document)
    return {**files, name: written(document)}


# -- what is in it -------------------------------------------------------------------------


async def test_a_file_holds_what_was_received_sent_recorded_and_computed(evidence, tmp_path) -> None:
    verdict = checked(evidence, tmp_path)
    files = members(evidence)
    assert verdict.notes == [] or all("sealed" in note for note in verdict.notes)
    assert verdict.links > 0
    (raw,) = [content for name, content in files.items() if name.startswith("raw/")]
    assert raw == a_request()
    assert [content for name, content in files.items() if name.startswith("pieces/")] == [b"%PDF-1.4 plan", b"photo"]
    told = json.loads(files["messages.json"])
    first = next(one for one in told if one["direction"] == "in")
    assert first["claimed_at"].startswith("2026-03-02T08:55:00")
    assert first["received_at"].startswith("2026-03-02T09:00:00")
    assert {"provider_at", "processed_at", "claimed_raw"} <= set(first)
    assert [piece["file"] for piece in first["pieces"]] == [name for name in files if name.startswith("pieces/")]
    (sending,) = json.loads(files["sendings.json"])
    assert (sending["purpose"], sending["state"], len(sending["tries"])) == ("AEE", "accepted", 1)
    assert sending["request"]
    assert {event["type"] for event in json.loads(files["events.json"])} >= {"received", "qualified", "ack_sent"}
    assert json.loads(files["alerts.json"])
    assert json.loads(files["reading.json"])["reading"]["values"]["term_date"] == "2026-05-02"
    assert "2 mai 2026" in files["lecture.txt"].decode()
    assert files["resume.pdf"].startswith(b"%PDF-1.7")
    assert json.loads(files["saisine.json"])["qualified_reason"].startswith("Décision individuelle")
    assert "evidence verify" in files["LISEZMOI.txt"].decode()
    assert "evidence verify" in files["README.txt"].decode()


async def test_the_same_facts_at_the_same_instant_give_the_same_bytes(town) -> None:
    saisine = await a_saisine(town)
    first, again = await taken(town, saisine.id), await taken(town, saisine.id)
    # The journal grew by one entry: that somebody looked.
    one, other = members(first), members(again)
    assert [name for name in one if one[name] != other[name]] == ["journal.json", MANIFEST, SEAL]


async def test_the_journal_keeps_who_took_it_and_what(town) -> None:
    saisine = await a_saisine(town)
    first = await taken(town, saisine.id)
    entries = json.loads(members(await taken(town, saisine.id))["journal.json"])["entries"]
    (export,) = [one for one in entries if one["action"] == "evidence.exported"]
    assert export["actor"] == "agent"
    assert export["detail"]["manifest_sha256"] == hashlib.sha256(members(first)[MANIFEST]).hexdigest()


async def test_no_name_of_a_piece_leaves_the_folder_of_the_reader(evidence) -> None:
    for name in members(evidence):
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert "\u202e" not in name


async def test_notes_between_agents_stay_in_the_house(town) -> None:
    saisine = await a_saisine(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.tickets.note(session, town.tenant_id, saisine.ticket_id, "entre nous", actor=AGENT)
    assert all(b"entre nous" not in content for content in members(await taken(town, saisine.id)).values())


async def test_what_a_citizen_wrote_is_never_markup(evidence) -> None:
    assert b"#strong[voici]" in members(evidence)["messages.json"]


async def test_a_piece_that_is_lost_or_damaged_is_said_and_the_rest_still_proves(town, tmp_path) -> None:
    saisine = await a_saisine(town)
    shelf = town.house.store._folder
    lost, damaged = (hashlib.sha256(content).hexdigest() for content in (b"%PDF-1.4 plan", b"photo"))
    (shelf / key_of(town.tenant_id, lost)).unlink()
    (shelf / key_of(town.tenant_id, damaged)).write_bytes(b"autre")
    content = await taken(town, saisine.id)
    notes = checked(content, tmp_path).notes
    assert [lost in note or damaged in note for note in notes[:2]] == [True, True]
    assert "endommagé" in members(content)["LISEZMOI.txt"].decode()


async def test_what_an_antivirus_set_aside_is_said_missing_with_what_carried_it_and_the_rest_still_proves(
    town, tmp_path
) -> None:
    saisine = await a_saisine(town)
    now, held = town.clock(), hashlib.sha256(b"photo").hexdigest()
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await scans.ask(session, town.tenant_id, [held], now=now)
        claimed = await scans.claim(session, town.tenant_id, now=now, lease=now)
        assert claimed is not None
        await scans.settle(session, town.tenant_id, claimed, Verdict(state=ScanState.INFECTED, virus="X"), now=now)
    content = await taken(town, saisine.id)
    notes = " ".join(checked(content, tmp_path).notes)
    assert held in notes
    assert hashlib.sha256(a_request()).hexdigest() in notes
    files = members(content)
    assert not [name for name, one in files.items() if one == b"photo" or name.startswith("raw/0001")]
    told = json.loads(files["receptions.json"])
    told[0]["sha256"] = "0" * 64
    with pytest.raises(Fault, match="not what was received"):
        checked(sealed_again({**files, "receptions.json": written(told)}), tmp_path)


async def test_a_clock_that_cannot_be_read_is_exported_all_the_same(town, tmp_path, monkeypatch) -> None:
    from app.reporting.evidence import gathering
    from app.sve.simulation import SimulationError

    def unread(_case):
        raise SimulationError("/events/0/type", "type inconnu")

    saisine = await a_saisine(town)
    monkeypatch.setattr(gathering, "case_of", unread)
    verdict = checked(await taken(town, saisine.id), tmp_path)
    assert any("could not read" in note for note in verdict.notes)


async def test_another_town_has_no_such_saisine(town) -> None:
    saisine = await a_saisine(town)
    with pytest.raises(NotFound):
        await town.house.reports.evidence.export(new_id(), saisine.id, actor=AGENT)


async def test_a_late_record_is_shown_with_both_days(town) -> None:
    saisine = await a_saisine(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        current = await town.house.legal.get(session, town.tenant_id, saisine.id)
        await town.house.legal.record(
            session,
            town.tenant_id,
            saisine.id,
            {"type": "pieces_requested", "at": "2026-03-10T09:00:00Z", "deadline_date": "2026-06-10"},
            version=current.version,
            actor=AGENT,
        )
    told = json.loads(members(await taken(town, saisine.id))["events.json"])
    (late,) = [event for event in told if event["type"] == "pieces_requested"]
    assert (late["at"][:10], late["recorded_at"][:10], late["backdated"]) == ("2026-03-10", "2026-04-29", True)


async def test_the_same_request_by_another_way_is_in_the_evidence_of_the_one_kept(town, tmp_path) -> None:
    saisine = await a_saisine(town)
    other = await town.receive(mail(message_id="<deux@example.org>", text="La même demande, encore."))
    (second,) = (await town.law(other.ticket_id)).saisines
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.join(
            session,
            town.tenant_id,
            second.id,
            to=saisine.id,
            reason="La même demande.",
            version=second.version,
            actor=AGENT,
        )
    content = await taken(town, saisine.id)
    checked(content, tmp_path)
    files = members(content)
    assert any(b"encore." in body for name, body in files.items() if name.startswith("raw/"))
    assert [one["id"] for one in json.loads(files["saisine.json"])["joined"]] == [str(second.id)]
    assert [event["type"] for event in json.loads(files["events.json"])].count("received") == 2
    checked(await taken(town, second.id), tmp_path)
    window = town.house.reports.calendar.window(await a_tenant(town))
    shown = b"".join([part async for part in town.house.reports.calendar.write(await a_tenant(town), window)])
    assert (f"{saisine.id}-terme".encode() in shown, f"{second.id}-terme".encode() in shown) == (True, False)


async def a_tenant(town: TownHouse):
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.tenants.get(session, town.tenant_id)


async def a_letter(town: TownHouse, saisine) -> str:
    """Keeps a letter as the letters' own service does; returns the digest of its page."""
    digest = await town.house.store.put(town.tenant_id, b"%PDF-1.7 une lettre")
    letter = Letter(
        id=new_id(),
        saisine_id=saisine.id,
        ticket_id=saisine.ticket_id,
        kind=Kind.ARE,
        title="Accusé de réception",
        text="Bonjour,",
        fields={},
        mentions=("date_reception",),
        template="are/1",
        rules_version="2026",
        letterhead_id=None,
        pdf_sha256=digest,
        way=Way.POST,
        outbound_id=None,
        event_id=None,
        composed_at=town.clock(),
        composed_by="agent",
    )
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await letters.add(session, town.tenant_id, letter)
    return digest


async def test_letters_are_there_as_they_were_composed(town, tmp_path) -> None:
    saisine = await a_saisine(town)
    digest = await a_letter(town, saisine)
    content = await taken(town, saisine.id)
    checked(content, tmp_path)
    files = members(content)
    assert files["letters/0001-are.pdf"] == b"%PDF-1.7 une lettre"
    (told,) = json.loads(files["letters.json"])
    assert (told["pdf_sha256"], told["text"], told["way"]) == (digest, "Bonjour,", "post")
    with pytest.raises(Fault, match="page of the letter"):
        checked(sealed_again({n: c for n, c in files.items() if n != "letters/0001-are.pdf"}), tmp_path)
    lied = changed(files, "letters.json", lambda document: document[0].update(pdf_sha256="00" * 32))
    with pytest.raises(Fault, match="page of the letter"):
        checked(sealed_again(lied), tmp_path)


# -- one byte ------------------------------------------------------------------------------


async def test_one_byte_changed_in_any_member_is_found(evidence, tmp_path) -> None:
    """By somebody who knows the format: the checksums of the ZIP are right again."""
    checked(evidence, tmp_path)
    files = members(evidence)
    for name, content in files.items():
        for place in {0, len(content) // 2, len(content) - 1}:
            flipped = bytearray(content)
            flipped[place] ^= 1
            with pytest.raises(Fault):
                checked(rebuilt({**files, name: bytes(flipped)}), tmp_path)


async def test_one_byte_changed_anywhere_in_the_file_is_found(evidence, tmp_path) -> None:
    step = max(1, len(evidence) // 400)
    places = {*range(0, len(evidence), step), *range(len(evidence) - 200, len(evidence)), *range(200)}
    unseen = []
    for place in sorted(places):
        flipped = bytearray(evidence)
        flipped[place] ^= 0x10
        try:
            checked(bytes(flipped), tmp_path)
        except Fault:
            continue
        unseen.append(place)
    assert [place - len(evidence) for place in unseen] == []


@pytest.mark.parametrize("name", ["events.json", "raw/", "pieces/", "journal.json", "LISEZMOI.txt"])
async def test_a_file_taken_out_is_missed_even_under_a_new_manifest(evidence, tmp_path, name) -> None:
    files = members(evidence)
    gone = next(one for one in files if one.startswith(name))
    with pytest.raises(Fault):
        checked(rebuilt({one: content for one, content in files.items() if one != gone}), tmp_path)
    with pytest.raises(Fault):
        checked(sealed_again({one: content for one, content in files.items() if one != gone}), tmp_path)


async def test_a_file_put_in_is_found(evidence, tmp_path) -> None:
    with pytest.raises(Fault, match="was added"):
        checked(rebuilt({"note.txt": b"x", **members(evidence)}), tmp_path)
    with pytest.raises(Fault, match=r"no delivery that receptions\.json knows"):
        checked(sealed_again({"raw/9999.eml": b"x", **members(evidence)}), tmp_path)


# -- lies that fit together ----------------------------------------------------------------


def _other_date(document) -> None:
    document["reading"]["values"]["term_date"] = "2026-06-02"


def _other_event(document) -> None:
    document[0]["payload"]["at"] = "2026-03-05T09:00:00Z"


def _other_actor(document) -> None:
    next(one for one in document["entries"] if one["link"])["actor"] = "agent:nobody"


def _other_digest(document) -> None:
    next(one for one in document["entries"] if one["link"])["link"]["digest"] = "00" * 32


def _no_head(document) -> None:
    document["head"] = None


def _other_reception(document) -> None:
    document[0]["sha256"] = "00" * 32


def _other_piece(document) -> None:
    next(one for one in document if one["pieces"])["pieces"][0]["sha256"] = "00" * 32


def _other_case(document) -> None:
    document["procedure"]["delay"] = "P3M"


LIES = [
    ("reading.json", _other_date, "the events give something else"),
    ("events.json", _other_event, "not made of the events"),
    ("case.json", _other_case, "the events give something else"),
    ("journal.json", _other_actor, "does not match its entry"),
    ("journal.json", _other_digest, "does not match its entry"),
    ("journal.json", _no_head, "head of the chain"),
    ("receptions.json", _other_reception, "is not what was received"),
    ("messages.json", _other_piece, "is not the piece that was received"),
]


@pytest.mark.parametrize(("name", "lie", "words"), LIES, ids=[lie.__name__.strip("_") for _, lie, _ in LIES])
async def test_a_lie_under_a_new_manifest_contradicts_the_rest(evidence, tmp_path, name, lie, words) -> None:
    with pytest.raises(Fault, match=words):
        checked(sealed_again(changed(members(evidence), name, lie)), tmp_path)


async def test_other_rules_are_named_when_they_give_other_dates(evidence, tmp_path) -> None:
    files = changed(members(evidence), "reading.json", lambda told: told.update(rules_version="2020-01-01"))
    files = changed(files, "reading.json", _other_date)
    files = changed(files, MANIFEST, lambda told: told.update(rules_version="2020-01-01"))
    (note,) = [note for note in checked(sealed_again(files), tmp_path).notes if "rules" in note]
    assert "read under the rules 2020-01-01" in note
    assert "values.term_date '2026-05-02' instead of '2026-06-02'" in note


# -- hostile archives ----------------------------------------------------------------------


def _zip(*files: tuple[zipfile.ZipInfo | str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for info, content in files:
            archive.writestr(info, content)
    return made.getvalue()


def _link_entry() -> zipfile.ZipInfo:
    info = entry("lien")
    info.external_attr = 0o120777 << 16
    return info


def _twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(entry("a"), b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr(entry("a"), b"2")
    return made.getvalue()


def only_a_manifest(manifest: bytes) -> bytes:
    seal = f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n"
    return rebuilt({MANIFEST: manifest, SEAL: seal.encode()})


HOSTILE_FILES = {
    "nothing": b"",
    "not a zip": b"PK" * 100,
    "a bomb": lambda: _zip(("bomb", b"\0" * 10_000_000), compression=zipfile.ZIP_DEFLATED),
    "a way out": lambda: _zip((entry("../../etc/cron.d/x"), b"x")),
    "an absolute name": lambda: _zip((entry("/etc/x"), b"x")),
    "another world's separator": lambda: _zip((entry("..\\x"), b"x")),
    "a drive": lambda: _zip((entry("C:x"), b"x")),
    "a name with a control": lambda: _zip((entry("a\x07b"), b"x")),
    "a name without end": lambda: _zip((entry("a" * 2000), b"x")),
    "a link": lambda: _zip((_link_entry(), b"/etc/passwd")),
    "a folder": lambda: _zip((entry("a/"), b"")),
    "the same name twice": _twice,
    "the same name to another eye": lambda: _zip((entry("A"), b"1"), (entry("a"), b"2")),
    "too many": lambda: _zip(*((entry(str(n)), b"") for n in range(20_001))),
    "something before": lambda: b"#!/bin/sh\n" + _zip((entry("a"), b"1")),
    "something after": lambda: _zip((entry("a"), b"1")) + b"x",
    "no manifest": lambda: _zip((entry("a"), b"1")),
    "a manifest that is a list": lambda: only_a_manifest(b"[]"),
    "a manifest nested beyond reason": lambda: only_a_manifest(b"[" * 100_000),
    "a manifest without its parts": lambda: only_a_manifest(b'{"format": "parvis-evidence/1"}'),
}


@pytest.mark.parametrize("what", HOSTILE_FILES, ids=list(HOSTILE_FILES))
def test_a_hostile_file_is_a_fault_in_words_and_writes_nothing(tmp_path, what) -> None:
    content = HOSTILE_FILES[what]
    with pytest.raises(Fault) as told:
        checked(content if isinstance(content, bytes) else content(), tmp_path)
    assert len(str(told.value)) > 10
    assert [path.name for path in tmp_path.iterdir()] == ["preuve.zip"]
