"""What a house that is no demonstration does not start with: each refusal names its setting and says what to do.

The rest of it stands where it is asked: the database's role, version and schema (app/db/checks.py), missing master keys
(app/vault/rotating.py), addresses of doors (app/cli/serving.py). The embedded house listens on this machine, makes its own
secret and captures what leaves: it is not asked for an https address.
"""

from urllib.parse import urlsplit

from app.errors import Misconfigured
from app.settings import DEMO_SECRET, Settings

_SHORTEST, _FEWEST = 32, 10
_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})


def refuse_settings(settings: Settings, *, embedded: bool) -> None:
    """Raises `Misconfigured` for the first setting that is not to be served with."""
    _refuse_secret(settings)
    parts = urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Misconfigured("PARVIS_BASE_URL is the address people reach, like https://relation.villebourg.example.fr")
    if settings.direct_url is not None and settings.database_url is None:
        raise Misconfigured("PARVIS_DIRECT_URL is the way past a PgBouncer: set PARVIS_DATABASE_URL too, or unset it")
    if embedded:
        return
    if parts.scheme != "https" and parts.hostname not in _NEAR:
        raise Misconfigured(
            "PARVIS_BASE_URL must be an https:// address: sessions, forms and links to requests would travel in clear"
        )
    if settings.log_level.lower() == "debug":
        raise Misconfigured(
            "PARVIS_LOG_LEVEL=debug writes the words of errors, which may quote a message: set info, warning or error"
        )


def _refuse_secret(settings: Settings) -> None:
    """A key that a person could try out is no key; former keys open what they sealed, however poor they are."""
    if settings.secret_key is None:
        return
    secret = settings.secret_key.get_secret_value()
    if len(secret) < _SHORTEST or secret == DEMO_SECRET:
        raise Misconfigured("PARVIS_SECRET_KEY is too short or a default: give at least 32 random characters")
    if len(set(secret)) < _FEWEST:
        raise Misconfigured(
            "PARVIS_SECRET_KEY repeats a few characters: give 32 random ones at least (for instance: openssl rand -hex 32)"
        )
    if secret in {one.get_secret_value() for one in settings.previous_secret_keys}:
        raise Misconfigured("PARVIS_SECRET_KEY stands in PARVIS_PREVIOUS_SECRET_KEYS too: a former key is another one")
