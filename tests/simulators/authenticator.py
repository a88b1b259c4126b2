"""An authenticator in software: real COSE keys, CBOR and signatures (WebAuthn level 2 §6), as a browser hands them over."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

_PRESENT, _VERIFIED, _MAY_BE_COPIED, _COPIED, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Authenticator:
    """One credential on one device. What it says of itself may be turned, to see it refused."""

    origin: str
    verified: bool = True
    synced: bool = False
    counter: int = 0
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: bytes = b""

    def create(self, options: str) -> str:
        """Answers `navigator.credentials.create()`."""
        asked = json.loads(options)
        self.user = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + self._cose()
        data = self._data(asked["rp"]["id"], _ATTESTED) + attested
        return json.dumps(
            self._answer(
                clientDataJSON=b64(self._client("webauthn.create", asked["challenge"])),
                attestationObject=b64(encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})),
                transports=["internal"],
            )
        )

    def get(self, options: str) -> str:
        """Answers `navigator.credentials.get()`."""
        asked = json.loads(options)
        self.counter += 1
        client = self._client("webauthn.get", asked["challenge"])
        data = self._data(asked["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            self._answer(
                clientDataJSON=b64(client),
                authenticatorData=b64(data),
                signature=b64(signature),
                userHandle=b64(self.user),
            )
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, rp_id: str, more: int) -> bytes:
        flags = _PRESENT | more
        flags |= _VERIFIED if self.verified else 0
        flags |= _MAY_BE_COPIED | _COPIED if self.synced else 0
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _answer(self, **response: Any) -> dict[str, Any]:
        return {"id": b64(self.credential), "rawId": b64(self.credential), "type": "public-key", "response": response}
