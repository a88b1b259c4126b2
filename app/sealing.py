"""What the secret keys do: seal secrets, sign tokens, derive one key per purpose. The cryptography is the library's."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import Misconfigured

_ID_BYTES, _NONCE_BYTES = 4, 12


class KeyRing:
    """The present secret key and older ones, newest first: the first writes, all read."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < 16 for secret in secrets):
            raise Misconfigured("PARVIS_SECRET_KEY must hold at least 32 random characters")
        self._secrets = [secret.encode() for secret in secrets]
        self._derived: dict[tuple[int, str], bytes] = {}

    def seal(self, plain: bytes, *, bound_to: str) -> bytes:
        """Encrypts with AES-256-GCM; `bound_to` (tenant and row) must be given again to open, so rows cannot be swapped."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key(0, "seal")).encrypt(nonce, plain, bound_to.encode())
        return self._key_id(0) + nonce + sealed

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """Decrypts what `seal` wrote. Raises `Misconfigured` when no key of the ring opens it."""
        identifier, nonce, body = (
            sealed[:_ID_BYTES],
            sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES],
            sealed[_ID_BYTES + _NONCE_BYTES :],
        )
        for index in range(len(self._secrets)):
            if self._key_id(index) == identifier:
                try:
                    return AESGCM(self._key(index, "seal")).decrypt(nonce, body, bound_to.encode())
                except InvalidTag:
                    break
        raise Misconfigured(
            f"a stored secret cannot be opened: put the key {identifier.hex()}, that sealed it, in PARVIS_SECRET_KEY "
            "or PARVIS_PREVIOUS_SECRET_KEYS"
        )

    @property
    def name(self) -> str:
        """Names the present key, without telling anything of it: 8 hexadecimal characters."""
        return self._key_id(0).hex()

    @property
    def names(self) -> Sequence[str]:
        """Names every key of the ring, the present one first."""
        return [self._key_id(index).hex() for index in range(len(self._secrets))]

    def holds(self, name: str) -> bool:
        """Says whether a key of that name is in the ring."""
        return name in self.names

    def sign(self, message: bytes, *, purpose: str) -> bytes:
        """Returns a 128-bit MAC of the message under the present key, for one purpose."""
        return hmac.digest(self._key(0, purpose), message, "sha256")[:16]

    def signed(self, message: bytes, mac: bytes, *, purpose: str) -> bool:
        """Says whether any key of the ring made that MAC, in constant time for each."""
        return any(
            hmac.compare_digest(hmac.digest(self._key(i, purpose), message, "sha256")[:16], mac)
            for i in range(len(self._secrets))
        )

    def token(self, message: bytes, *, purpose: str) -> str:
        """Returns the MAC as 26 lower-case base32 characters: fits a mail address's local part, survives case changes."""
        return base64.b32encode(self.sign(message, purpose=purpose)).decode().rstrip("=").lower()

    def key(self, purpose: str) -> bytes:
        """Returns the present key of a purpose, 32 bytes."""
        return self._key(0, purpose)

    def _key(self, index: int, purpose: str) -> bytes:
        if (index, purpose) not in self._derived:
            hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"parvis/" + purpose.encode())
            self._derived[index, purpose] = hkdf.derive(self._secrets[index])
        return self._derived[index, purpose]

    def _key_id(self, index: int) -> bytes:
        return hashlib.sha256(b"parvis/key-id" + self._secrets[index]).digest()[:_ID_BYTES]
