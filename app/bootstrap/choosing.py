"""Which implementation of each organ the settings choose."""

import os
import secrets
import time
from pathlib import Path
from urllib.parse import urlsplit

from app.clock import Clock
from app.db.lines import attentive
from app.db.transaction import Database
from app.errors import Invalid, Misconfigured
from app.exchanges.hours import Hours
from app.files.antivirus import Clamd, address_of
from app.files.ocr import Recogniser, tesseract
from app.identity.oidc.provider import Algorithm, Provider, ProviderKind
from app.identity.people import email_key
from app.live.bell import Bell
from app.live.over_postgres import PostgresLine
from app.live.wired import WiredBell
from app.rest.buckets import InProcess
from app.rest.quotas import Counter, Quotas
from app.sealing import KeyRing
from app.settings import Settings
from app.sve.catalogue import CatalogueError
from app.sve.catalogue.installing import FOLDER as CATALOGUE_FOLDER
from app.sve.local_procedures.shelf import Shelf
from app.sve.suggestion import Meaning
from app.sve.suggestion import installed as meaning_installed
from app.vault.masters import CommandMaster, Masters, RingMaster


def shelf_of(settings: Settings, clock: Clock) -> Shelf:
    """Returns the catalogue of procedures, this installation's own entries over the built-in ones."""
    try:
        return Shelf(settings.data_dir / CATALOGUE_FOLDER, clock)
    except CatalogueError as error:
        raise Misconfigured(f"the catalogue of procedures cannot be read: {error}") from error


def meaning_of(settings: Settings) -> Meaning | None:
    """Returns what compares the sense of sentences, where it is wanted and installed; nothing is loaded yet."""
    if settings.suggest == "words" or (settings.suggest == "auto" and not meaning_installed()):
        return None
    if not meaning_installed():
        raise Misconfigured(
            "PARVIS_SUGGEST=meaning needs the extra `suggest`: pip install 'parvis[suggest]', or set auto or words"
        )
    return Meaning()


def recogniser_of(settings: Settings) -> Recogniser | None:
    """Returns what reads scans, where it is wanted and installed."""
    executable = None if settings.ocr == "off" else tesseract.found()
    return Recogniser(executable, languages=settings.ocr_languages) if executable else None


def antivirus_of(settings: Settings) -> Clamd | None:
    """Returns the antivirus pieces are shown to. Raises `Misconfigured`."""
    if settings.clamd is None:
        return None
    try:
        return Clamd(address_of(settings.clamd))
    except ValueError:
        raise Misconfigured(
            "PARVIS_CLAMD is host:port or unix:/path of clamd's socket, for instance unix:/run/clamav/clamd.ctl"
        ) from None


def captures(settings: Settings, *, embedded: bool) -> bool:
    """Whether outgoing messages stay in the house: the embedded one keeps them unless told to send."""
    return embedded if settings.outgoing is None else settings.outgoing == "capture"


def information_hours(settings: Settings) -> Hours:
    """Returns the hours at which plain information leaves. Raises `Misconfigured`."""
    try:
        return Hours.parse(settings.information_hours)
    except ValueError as error:
        raise Misconfigured(f"PARVIS_INFORMATION_HOURS: {error}") from error


def bell_of(settings: Settings, database: Database) -> Bell:
    """Rings go through Redis when there is one, else through PostgreSQL itself."""
    if settings.redis_url is not None:
        from app.live.over_redis import RedisLine  # a quarter of a second to import, for houses that have one

        return WiredBell(RedisLine(settings.redis_url.get_secret_value()))
    return WiredBell(PostgresLine(listening_url(settings, database)))


def listening_url(settings: Settings, database: Database) -> str:
    """Returns where sessions are kept for those who listen: LISTEN means nothing through a pool of transactions."""
    return attentive(settings.direct_url.get_secret_value()) if settings.direct_url else database.url


def quotas_of(settings: Settings) -> Quotas:
    """Requests are counted in Redis when there is one, for all processes together; else in each process."""
    counter: Counter = InProcess(time.monotonic)
    if settings.redis_url is not None:
        from app.rest.shared_buckets import OverRedis, Standing  # as above

        counter = Standing(OverRedis(settings.redis_url.get_secret_value()), counter, time.monotonic)
    return Quotas(
        counter,
        caller=settings.limit_caller,
        tenant=settings.limit_tenant,
        address=settings.limit_address,
        channel=settings.limit_channel,
    )


def ring_of(settings: Settings, *, embedded: bool) -> KeyRing:
    """Returns the secret keys. The embedded house makes its own once; a production house must be given one."""
    given = settings.secret_key.get_secret_value() if settings.secret_key else None
    if given is None and not embedded:
        raise Misconfigured(
            "set PARVIS_SECRET_KEY to at least 32 random characters (for instance: openssl rand -hex 32)"
        )
    present = given or _own_secret(settings.data_dir / "secret.key")
    return KeyRing([present, *(key.get_secret_value() for key in settings.previous_secret_keys)])


def masters_of(settings: Settings, ring: KeyRing) -> Masters:
    """Returns who wraps data keys: the program that is set, else the secret key. Raises `Misconfigured`."""
    if settings.key_command is None:
        return Masters(RingMaster(ring))
    if not settings.key_command:
        raise Misconfigured('PARVIS_KEY_COMMAND is a JSON list, the program first: ["/usr/local/bin/keys"]')
    return Masters(CommandMaster(settings.key_command), RingMaster(ring))


def provider_of(settings: Settings) -> Provider | None:
    """Returns the provider agents sign in with. Raises `Misconfigured` for half a description of one."""
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    given = {
        "KIND": settings.oidc_kind,
        "ISSUER": settings.oidc_issuer,
        "CLIENT_ID": settings.oidc_client_id,
        "CLIENT_SECRET": secret,
    }
    missing = [f"PARVIS_OIDC_{name}" for name, value in given.items() if not value]
    if len(missing) == len(given):
        if settings.oidc_name or settings.password_accounts is not None:
            raise Misconfigured(
                "PARVIS_OIDC_NAME and PARVIS_PASSWORD_ACCOUNTS need a provider: set PARVIS_OIDC_KIND, PARVIS_OIDC_ISSUER, "
                "PARVIS_OIDC_CLIENT_ID and PARVIS_OIDC_CLIENT_SECRET too, or unset them"
            )
        return None
    if missing:
        raise Misconfigured(f"half a provider is described: set {', '.join(missing)} too, or none of PARVIS_OIDC_*")
    kind, issuer = ProviderKind(str(settings.oidc_kind)), str(settings.oidc_issuer)
    if kind is ProviderKind.GENERIC and not settings.oidc_name:
        raise Misconfigured("set PARVIS_OIDC_NAME: the button says « Se connecter avec … »")
    parts = urlsplit(issuer)
    near = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if (
        not parts.hostname
        or parts.query
        or parts.fragment
        or parts.scheme not in ({"https", "http"} if near else {"https"})
    ):
        raise Misconfigured("PARVIS_OIDC_ISSUER must be an https:// address, as the provider writes its issuer")
    return Provider(
        kind=kind,
        issuer=issuer,
        client_id=str(settings.oidc_client_id),
        client_secret=str(secret),
        algorithm=Algorithm(settings.oidc_algorithm),
        name=settings.oidc_name or "ProConnect",
        base_url=settings.base_url.rstrip("/"),
    )


def password_accounts(settings: Settings) -> frozenset[str] | None:
    """Returns the accounts a password may open, by compared address; None for all. Raises `Misconfigured`."""
    if settings.password_accounts is None:
        return None
    try:
        return frozenset(email_key(address) for address in settings.password_accounts)
    except Invalid:
        raise Misconfigured(
            'PARVIS_PASSWORD_ACCOUNTS is a JSON list of e-mail addresses: ["secours@ville.example.fr"]'
        ) from None


def _own_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()
