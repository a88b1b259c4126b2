"""More than twelve hundred mails of thirty readers: none crashes, loses a part, or holds what cannot be stored."""

from app.channels.contract import Event
from tests.channels.email.conftest import Read
from tests.channels.email.corpus import MAILERS, Made, corpus

WANTED = 0.98


def faults(made: Made, event: Event) -> list[str]:
    """Returns what was not read as it was written; white space aside, everything counts."""
    found = {piece.name: piece.content for piece in event.attachments}
    kept = {piece.content_id for piece in event.attachments}
    text = " ".join((event.text or "").split())
    told = []
    if event.subject != made.subject:
        told.append(f"subject {event.subject!r}")
    if event.sender is None or event.sender.address != made.sender:
        told.append("sender")
    told += [f"text {line!r}" for line in made.text if line not in text]
    told += [f"piece {name!r} of {list(found)}" for name, content in made.pieces if found.get(name) != content]
    told += [f"content id {one!r}" for one in made.content_ids if one not in kept]
    return told


def test_what_thirty_mail_readers_write_is_read_as_written(read: Read) -> None:
    every = list(corpus())
    missed = {made.label: told for made in every if (told := faults(made, read(made.raw)))}
    assert (len(MAILERS) >= 30, len(every) >= 1_200) == (True, True)
    assert 1 - len(missed) / len(every) >= WANTED, "\n".join(f"{k}: {v}" for k, v in list(missed.items())[:20])


def test_no_mail_is_lost_or_holds_what_cannot_be_stored(read: Read) -> None:
    """A content that is there is a piece, whatever its name became; nothing read holds a NUL or half a character."""
    for made in corpus():
        event = read(made.raw)
        contents = [piece.content for piece in event.attachments]
        assert all(content in contents for _, content in made.pieces), made.label
        for word in (event.subject, event.text, event.html, *(piece.name for piece in event.attachments)):
            assert "\0" not in (word or ""), made.label
            (word or "").encode()
