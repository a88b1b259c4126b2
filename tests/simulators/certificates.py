"""A small authority of the run's own, and certificates as good or as bad as a test wants."""

import ssl
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

SINCE, FOR_LONG, LONG_AGO = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2100, 2021))


class Authority:
    """Signs for the loopback; `file` is what a client must be told to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Une autorité d'essai")])
        made = _unsigned(self._name, self._name, self._key.public_key(), ends=FOR_LONG)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def context(
        self, *, name: str = "127.0.0.1", ends: datetime = FOR_LONG, signed_by_itself: bool = False
    ) -> ssl.SSLContext:
        """Returns what a server shows: the certificate of a name, until a date."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = _unsigned(subject, subject if signed_by_itself else self._name, key.public_key(), ends=ends)
        numeric = name.replace(".", "").isdigit()
        shown: x509.GeneralName = x509.IPAddress(IPv4Address(name)) if numeric else x509.DNSName(name)
        made = made.add_extension(x509.SubjectAlternativeName([shown]), critical=False)
        signed = made.sign(key if signed_by_itself else self._key, hashes.SHA256())
        chain = self._folder / f"{name}-{ends.year}-{signed_by_itself}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain.write_bytes(signed.public_bytes(Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, ends: datetime
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return made.serial_number(x509.random_serial_number()).not_valid_before(SINCE).not_valid_after(ends)
