"""What becomes of messages in the mailbox once they are safely here: nothing, a mark, or another folder.

They are tidied at the poll after the one that brought them: its cursor is the proof that they were committed. A message
that came as its headers alone stays where it is, for the mailbox holds the only whole copy.
"""

import imaplib
from collections.abc import Sequence
from contextlib import suppress

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from app.channels.adapters.email.config import EmailConfig

_AT_ONCE = 200
_KEPT = 2_000  # a server that refuses to tidy does not make the cursor grow for ever
_NOT_TIDIED = "les messages relevés ne peuvent être rangés dans la boîte ; ils sont bien arrivés ici"


def tidy(box: BaseMailBox, uids: Sequence[int], config: EmailConfig) -> tuple[Sequence[int], str | None]:
    """Tidies messages as the settings say. Returns those that could not be, and what to tell.

    Raises `imaplib.IMAP4.abort` or `OSError` when the server hangs up: nothing was read yet, so that nothing is lost.
    """
    if config.imap_after == "leave":
        return (), None
    left = list(uids)
    try:
        while left:
            some = ",".join(map(str, left[:_AT_ONCE]))
            if config.imap_after == "move":
                _move(box, some, config.imap_done_folder)
            else:
                _run(box, "STORE", some, "+FLAGS.SILENT", r"(\Seen)")
            left = left[_AT_ONCE:]
    except imaplib.IMAP4.abort:
        raise
    except (ImapToolsError, imaplib.IMAP4.error):
        return tuple(left[-_KEPT:]), _NOT_TIDIED
    return (), None


def _move(box: BaseMailBox, uids: str, folder: str) -> None:
    """Moves by MOVE (RFC 6851), else by COPY and an EXPUNGE of these UIDs alone (RFC 4315), else only marks as read.

    A plain EXPUNGE would also remove what somebody else has marked as deleted.
    """
    _, told = box.client.capability()  # what it says before the identification may be less
    powers = set((told[0] or b"").decode("ascii", "replace").upper().split()) if told else set()
    name = encode_folder(folder)
    with suppress(ImapToolsError):
        if not box.folder.exists(folder):
            box.folder.create(folder)
    if "MOVE" in powers:
        _run(box, "MOVE", uids, name)
    elif "UIDPLUS" in powers:
        _run(box, "COPY", uids, name)
        _run(box, "STORE", uids, "+FLAGS.SILENT", r"(\Deleted)")
        _run(box, "EXPUNGE", uids)
    else:
        _run(box, "STORE", uids, "+FLAGS.SILENT", r"(\Seen)")


def _run(box: BaseMailBox, command: str, *arguments: str | bytes) -> None:
    status, told = box.client.uid(command, *arguments)  # type: ignore[arg-type]  # imaplib takes bytes as well
    if status != "OK":
        raise imaplib.IMAP4.error(f"{command}: {told!r}")
