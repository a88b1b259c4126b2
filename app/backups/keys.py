"""The keys of backups, in the format of age (https://age-encryption.org/v1): who writes needs the public one alone."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyrage import IdentityError, RecipientError
from pyrage.x25519 import Identity, Recipient

from app.errors import Misconfigured

_HOW = "make one with `parvis backup key FILE`"


@dataclass(frozen=True, slots=True)
class BackupKeys:
    """Whom a backup is sealed for, and what opens it; a machine that only writes has no `opening`."""

    recipients: Sequence[Recipient]
    opening: Sequence[Identity] = ()

    def sealing(self) -> Sequence[Recipient]:
        """Returns whom to seal for. Raises `Misconfigured` when nobody could open what is written."""
        if not self.recipients:
            raise Misconfigured(
                f"a backup is always encrypted: set PARVIS_BACKUP_KEY_FILE or PARVIS_BACKUP_RECIPIENTS; {_HOW}"
            )
        return self.recipients

    def opened_by(self) -> Sequence[Identity]:
        """Returns what opens backups. Raises `Misconfigured` where only the public key is known."""
        if not self.opening:
            raise Misconfigured(
                f"set PARVIS_BACKUP_KEY_FILE to the file of the secret key this backup was made for; {_HOW}"
            )
        return self.opening


def keys_of(file: Path | None, recipients: Sequence[str]) -> BackupKeys:
    """Reads the keys the settings name; without recipients, backups are for the key file itself."""
    opening = _identities(file) if file is not None else []
    try:
        written = [Recipient.from_str(one.strip()) for one in recipients]
    except RecipientError:
        raise Misconfigured(
            'PARVIS_BACKUP_RECIPIENTS is a JSON list of public keys of age: ["age1…"]; ' + _HOW
        ) from None
    return BackupKeys(written or [one.to_public() for one in opening], opening)


def make(file: Path) -> str:
    """Writes a new secret key to a file that does not exist yet, closed to everybody else; returns the public key."""
    identity = Identity.generate()
    public = str(identity.to_public())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misconfigured(f"{file} exists already: a key is never overwritten, give the name of a new file") from None
    except OSError as error:
        raise Misconfigured(f"{file} cannot be written ({error.strerror})") from error
    with os.fdopen(descriptor, "w") as written:
        written.write(f"# public key: {public}\n{identity}\n")
        written.flush()
        os.fsync(written.fileno())
    return public


def _identities(file: Path) -> list[Identity]:
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        found = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise Misconfigured(f"PARVIS_BACKUP_KEY_FILE names {file}, which cannot be read ({error.strerror})") from error
    except (IdentityError, UnicodeDecodeError):
        found = []
    if not found:
        raise Misconfigured(f"PARVIS_BACKUP_KEY_FILE names {file}, which holds no secret key of age; {_HOW}")
    return found
