"""tesseract, spoken to over its command line: a picture goes in, words and its confidence in each come out."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

MOST_ANSWER = 16 * 2**20
_WORD = "5"  # the level of a line of the table that is a word


class NotRead(Exception):
    """tesseract ended without an answer; `str` says why, in French."""


@dataclass(frozen=True, slots=True)
class Words:
    """The text of one picture, and the confidence of each of its words, of 100."""

    text: str
    confidences: Sequence[float]


def found(executable: str = "tesseract") -> str | None:
    """Returns where tesseract is installed, None where it is not."""
    return shutil.which(executable)


def languages(executable: str, *, seconds: float = 10.0) -> frozenset[str]:
    """Returns the languages it knows; none when it does not answer."""
    try:
        done = subprocess.run(  # noqa: S603 — the executable is ours to choose
            [executable, "--list-langs"], capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    lines = (done.stdout or done.stderr).decode("utf-8", "replace").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and " " not in line.strip())


def recognise(picture: bytes, *, executable: str, spoken: str, seconds: float) -> Words:
    """Reads one picture. Raises `NotRead`. Limits of the process that calls hold for tesseract too."""
    command = [executable, "stdin", "stdout", "-l", spoken, "tsv"]
    try:
        done = subprocess.run(  # noqa: S603 — the executable is ours to choose, the picture goes to its input
            command,
            input=picture,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=max(seconds, 0.1),
            check=False,
            # One processor: the others are for the messages that come in.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise NotRead("la lecture d'une page a pris trop de temps") from error
    except OSError as error:
        raise NotRead("tesseract n'a pas pu être lancé") from error
    if done.returncode:
        raise NotRead(f"tesseract s'est arrêté sur une page (code {done.returncode})")
    return words_of(done.stdout[:MOST_ANSWER].decode("utf-8", "replace"))


def words_of(table: str) -> Words:
    """Puts the table (`tsv`) back into lines and paragraphs; a line that is no line of it is passed over."""
    paragraphs: dict[tuple[str, ...], dict[str, list[str]]] = {}
    confidences: list[float] = []
    # Not `splitlines`: a recognised word may hold one of the separators that Unicode knows.
    for line in table.split("\n"):
        row = line.rstrip("\r").split("\t")
        if len(row) != 12 or row[0] != _WORD or not (word := row[11].strip()):
            continue
        try:
            confidence = float(row[10])
        except ValueError:
            continue
        if 0 <= confidence <= 100:
            confidences.append(confidence)
        paragraphs.setdefault(tuple(row[1:4]), {}).setdefault(row[4], []).append(word)
    text = "\n\n".join("\n".join(" ".join(words) for words in lines.values()) for lines in paragraphs.values())
    return Words(text, confidences)
