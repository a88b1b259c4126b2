"""The certificate the mail doors show (RFC 3207), read again when its files are renewed."""

import ssl
from pathlib import Path

import structlog

from app.errors import Misconfigured

log = structlog.get_logger()


class Certificate:
    """A certificate and its key, in PEM files that something else renews."""

    def __init__(self, chain: Path, key: Path) -> None:
        """Raises `Misconfigured` when they cannot be used."""
        self._chain, self._key = chain, key
        try:
            self._read_at, self._context = self._written_at(), self._read()
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(
                f"mail cannot be received under TLS with {chain} and {key}: {error.strerror or type(error).__name__}; "
                "change PARVIS_SMTP_CERTIFICATE and PARVIS_SMTP_KEY"
            ) from error

    def present(self) -> ssl.SSLContext:
        """Returns the certificate as its files hold it now, or as they did while they cannot be read."""
        try:
            written_at = self._written_at()
            if written_at != self._read_at:
                self._context, self._read_at = self._read(), written_at
        except (OSError, ssl.SSLError) as error:
            log.warning("smtp.certificate_unread", error=type(error).__name__)
        return self._context

    def _written_at(self) -> tuple[int, int]:
        return self._chain.stat().st_mtime_ns, self._key.stat().st_mtime_ns

    def _read(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._chain, self._key)
        return context
