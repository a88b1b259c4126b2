"""STARTTLS at the mail doors (RFC 3207): offered with a certificate, kept with the mail, and nothing said before counts."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiosmtplib
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.errors import Misconfigured
from app.exchanges.smtp import Certificate, SmtpDoor
from tests.exchanges.smtp_client import MAIL, Client
from tests.harness.towns import TownHouse


def write_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.villebourg.example.fr")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    signed = made.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return chain, secret


@pytest_asyncio.fixture
async def door(town: TownHouse, tmp_path: Path) -> AsyncIterator[SmtpDoor]:
    opened = SmtpDoor(
        town.house.channels,
        town.house.inbound,
        max_bytes=100_000,
        smtp="127.0.0.1:0",
        certificate=Certificate(*write_certificate(tmp_path)),
    )
    async with opened:
        yield opened


async def test_a_mail_comes_enciphered_and_says_so(town: TownHouse, door: SmtpDoor) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=door.smtp_port, start_tls=True, validate_certs=False)
    async with client:
        assert not client.supports_extension("starttls")  # offered once
        await client.mail("usager@example.org")
        await client.rcpt(town.address)
        await client.data(MAIL)
    (kept,) = await town.received()
    assert (kept.envelope["tls"], kept.raw) == (True, MAIL)


async def test_nothing_said_before_the_cipher_counts_after_it(town: TownHouse, door: SmtpDoor) -> None:
    """CVE-2011-0411: a command sent along with STARTTLS is an attacker's, who stands in the middle."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.smtp_port)
    await reader.readline()
    writer.write(b"EHLO client.example.org\r\n")
    while not (await reader.readline()).startswith(b"250 "):
        pass
    writer.write(b"MAIL FROM:<usager@example.org>\r\n")
    assert (await reader.readline()).startswith(b"250")
    writer.write(b"STARTTLS\r\nMAIL FROM:<agresseur@example.org>\r\n")
    assert (await reader.readline()).startswith(b"220")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    await writer.start_tls(context)
    writer.write(f"RCPT TO:<{town.address}>\r\n".encode())
    assert (await reader.readline()).startswith(b"503")
    writer.close()


async def test_without_a_certificate_it_is_neither_offered_nor_done(town: TownHouse) -> None:
    door = SmtpDoor(town.house.channels, town.house.inbound, max_bytes=100_000, smtp="127.0.0.1:0")
    async with door, aiosmtplib.SMTP(hostname="127.0.0.1", port=door.smtp_port, start_tls=False) as client:
        await client.ehlo()
        assert not client.supports_extension("starttls")


async def test_a_client_that_ciphers_nothing_is_served_all_the_same(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        assert await client.open(town.address) == ["250 2.1.5 Recipient ok"]


async def test_clients_under_cipher_are_counted_and_shown_out(town: TownHouse, door: SmtpDoor) -> None:
    for _ in range(3):
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=door.smtp_port, start_tls=True, validate_certs=False)
        async with client:
            await client.noop()
    for _ in range(100):
        if not door.present:
            break
        await asyncio.sleep(0.02)
    assert door.present == 0


def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    chain, key = write_certificate(tmp_path)
    certificate = Certificate(chain, key)
    before = certificate.present()
    assert certificate.present() is before
    write_certificate(tmp_path)
    os.utime(chain, (1, 1))
    renewed = certificate.present()
    assert renewed is not before
    chain.write_text("half written")
    assert certificate.present() is renewed


def test_files_that_are_no_certificate_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PARVIS_SMTP_CERTIFICATE"):
        Certificate(tmp_path / "none.pem", tmp_path / "none.pem")
