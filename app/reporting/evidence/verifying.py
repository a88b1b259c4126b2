"""Checking a file of evidence, without a database nor a network: every fault is one sentence, the first one counts."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.audit.extract import Copied, Link, verify_entries
from app.reporting.evidence.archive import FORMAT, MANIFEST, SEAL
from app.reporting.evidence.opening import Fault, Opened, opened
from app.strict_json import StrictJsonError, loads
from app.sve.cases import document, plain
from app.sve.law import RULES_VERSION, read
from app.sve.simulation import SimulationError, case_of

__all__ = ["Fault", "Verdict", "verify"]

REQUIRED = frozenset(
    {
        *(
            "LISEZMOI.txt",
            "README.txt",
            "resume.pdf",
            "lecture.txt",
            "messages.json",
            "receptions.json",
            "saisine.json",
        ),
        *("reading.json", "case.json", "events.json", "alerts.json", "duties.json", "recomputations.json"),
        *("procedure.json", "rules.json", "terms.json", "sendings.json", "letters.json", "journal.json"),
    }
)
_MOST_SHOWN = 5


@dataclass(slots=True)
class Verdict:
    """What a sound file says of itself; `notes` is what a reader must know though nothing is wrong."""

    manifest_sha256: str
    manifest: Mapping[str, Any]
    files: int = 0
    links: int = 0
    notes: list[str] = field(default_factory=list)


def verify(path: Path) -> Verdict:
    """Checks a file whole. Raises `Fault` with the first thing wrong."""
    with opened(path) as archive:
        try:
            return _verified(archive)
        except StrictJsonError as error:
            raise Fault(f"a document is not JSON: {error.message}") from error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, Fault):
                raise
            raise Fault(f"a document has not the shape it should ({type(error).__name__})") from error


def _verified(archive: Opened) -> Verdict:
    raw = archive.read(MANIFEST)
    digest = hashlib.sha256(raw).hexdigest()
    if archive.read(SEAL) != f"{digest}  {MANIFEST}\n".encode():
        raise Fault(f"{MANIFEST} was altered: {SEAL} holds another digest")
    manifest = _mapping(loads(raw), MANIFEST)
    if manifest.get("format") != FORMAT:
        raise Fault(f"{MANIFEST} is of another format than {FORMAT}")
    verdict = Verdict(digest, manifest, notes=[f"missing since the export: {one}" for one in manifest["missing"]])
    digests = _check_files(archive, manifest)
    verdict.files = len(digests)
    _check_receptions(archive, manifest, digests)
    _check_pieces(archive, manifest, digests)
    verdict.links = _check_journal(archive, verdict.notes)
    _check_reading(archive, manifest, verdict.notes)
    return verdict


def _check_files(archive: Opened, manifest: Mapping[str, Any]) -> Mapping[str, str]:
    """Every file of the manifest is there with its digest, in its order, and no other is."""
    listed = [str(one["name"]) for one in manifest["files"]]
    if lacking := sorted(REQUIRED - set(listed)):
        raise Fault(f"{MANIFEST} does not list {lacking[0]}")
    there, known = set(archive.names), {*listed, MANIFEST, SEAL}
    if absent := [name for name in listed if name not in there]:
        raise Fault(f"{absent[0]} is missing")
    if added := [name for name in archive.names if name not in known]:
        raise Fault(f"{added[0]!r} was added: {MANIFEST} does not list it")
    if list(archive.names) != [*listed, MANIFEST, SEAL]:
        raise Fault("the files are not in the order of the manifest")
    for one in manifest["files"]:
        if archive.digest(one["name"]) != (one["sha256"], one["size"]):
            raise Fault(f"{one['name']} was altered: it no longer has the digest of the manifest")
    return {str(one["name"]): str(one["sha256"]) for one in manifest["files"]}


def _check_receptions(archive: Opened, manifest: Mapping[str, Any], digests: Mapping[str, str]) -> None:
    """The bytes of each delivery have the digest noted when they came, or are said to be missing."""
    missing, told = "\n".join(map(str, manifest["missing"])), set[str]()
    for one in _list(archive, "receptions.json"):
        if one["file"] is None and str(one["sha256"]) in missing:
            continue
        name = str(one["file"])
        told.add(name)
        if digests.get(name) != one["sha256"]:
            raise Fault(f"{name} is not what was received: its digest was noted as {one['sha256']}")
    if unknown := sorted(name for name in digests if name.startswith("raw/") and name not in told):
        raise Fault(f"{unknown[0]} is no delivery that receptions.json knows")


def _check_pieces(archive: Opened, manifest: Mapping[str, Any], digests: Mapping[str, str]) -> None:
    """The pieces of messages and the pages of letters have the digest they were kept under, or are said to be missing."""
    missing = "\n".join(map(str, manifest["missing"]))
    known = set(digests.values())
    for message in _list(archive, "messages.json"):
        for piece in message["pieces"]:
            if piece["file"] is not None and digests.get(piece["file"]) != piece["sha256"]:
                raise Fault(f"{piece['file']} is not the piece that was received")
            if piece["file"] is None and piece["sha256"] is not None and piece["sha256"] not in missing:
                raise Fault(f"the piece {piece['sha256']} is not there, and is not said to be missing")
    for letter in _list(archive, "letters.json"):
        if letter["pdf_sha256"] not in known and letter["pdf_sha256"] not in missing:
            raise Fault(f"the page of the letter {letter['id']} is not there, and is not said to be missing")


def _check_journal(archive: Opened, notes: list[str]) -> int:
    """The links recompute; what was not sealed yet is told."""
    journal = _mapping(loads(archive.read("journal.json")), "journal.json")
    entries = [_copied(one) for one in journal["entries"]]
    if broken := verify_entries(entries):
        raise Fault(f"journal.json: {broken}")
    links = [one.link for one in entries if one.link]
    head = _link(journal["head"])
    if links and (head is None or head.number < links[-1].number):
        raise Fault("journal.json: the head of the chain is older than an entry")
    if links and head is not None and head.number == links[-1].number and head.digest != links[-1].digest:
        raise Fault("journal.json: the head of the chain is not its last link")
    if waiting := len(entries) - len(links):
        notes.append(f"{waiting} entries of the journal were not sealed yet at the export")
    return len(links)


def _check_reading(archive: Opened, manifest: Mapping[str, Any], notes: list[str]) -> None:
    """The case is that of the events, and reading it again gives the same dates."""
    case = _mapping(loads(archive.read("case.json")), "case.json")
    told = _mapping(loads(archive.read("reading.json")), "reading.json")
    recorded = [one["payload"] for one in _list(archive, "events.json") if one["read_by_the_engine"]]
    if list(map(_as_told, recorded)) != list(map(_as_told, case["events"])):
        raise Fault("case.json is not made of the events of events.json")
    if told["at"] != case["now"] or told["rules_version"] != manifest["rules_version"]:
        raise Fault("reading.json is not the reading of case.json")
    if told["reading"] is None:
        notes.append(f"the engine could not read these events at the export: {told['unread']}")
        return
    differences = _differences(case, told)
    if not differences:
        return
    shown = "; ".join(differences[:_MOST_SHOWN])
    if told["rules_version"] == RULES_VERSION:
        raise Fault(f"read again under the same rules ({RULES_VERSION}), the events give something else: {shown}")
    notes.append(f"read under the rules {told['rules_version']}; under {RULES_VERSION} they give: {shown}")


def _differences(case: Mapping[str, Any], told: Mapping[str, Any]) -> Sequence[str]:
    try:
        understood, now = case_of(case)
    except SimulationError as error:
        return [f"the engine does not understand them ({error.pointer})"]
    reading = read(understood, now=now)
    again = {**_flat(document(reading)), "term_on": plain(reading.term_on), "alert_on": plain(reading.alert_on)}
    before = {**_flat(told["reading"]), "term_on": told["term_on"], "alert_on": told["alert_on"]}
    return [
        f"{key} {again.get(key)!r} instead of {before.get(key)!r}"
        for key in sorted({*again, *before})
        if again.get(key) != before.get(key)
    ]


def _flat(reading: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in reading.items() if key != "values"}
    return {**rest, **{f"values.{key}": value for key, value in reading["values"].items()}}


def _as_told(event: Mapping[str, Any]) -> Mapping[str, Any]:
    # A transfer makes the engine read the reception again as one by an authority that was not competent.
    return {key: value for key, value in event.items() if not (event.get("type") == "received" and key == "authority")}


def _copied(one: Mapping[str, Any]) -> Copied:
    return Copied(
        tenant_id=UUID(one["tenant_id"]),
        id=UUID(one["id"]),
        at=datetime.fromisoformat(one["at"]),
        actor=one["actor"],
        action=one["action"],
        object_id=UUID(one["object_id"]),
        detail=one["detail"],
        link=_link(one["link"]),
    )


def _link(one: Mapping[str, Any] | None) -> Link | None:
    if one is None:
        return None
    return Link(
        number=one["number"],
        previous=bytes.fromhex(one["previous"]),
        digest=bytes.fromhex(one["digest"]),
        sealed_at=datetime.fromisoformat(one["sealed_at"]),
    )


def _list(archive: Opened, name: str) -> Iterator[Mapping[str, Any]]:
    document = loads(archive.read(name))
    if not isinstance(document, list):
        raise Fault(f"{name} is not a list")
    for one in document:
        yield _mapping(one, name)


def _mapping(document: object, name: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise Fault(f"{name} has not the shape it should")
    return document
