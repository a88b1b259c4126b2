"""Connecting where the platform's egress policy judged, while the certificate must stay that of the server's name."""

import ssl
from typing import Any

from app.channels.contract import Context


async def place_of(host: str, port: int, *, speech: str, context: Context) -> str:
    """Returns the address to connect to: the judged one, or the name itself where no policy was handed.

    Raises `OSError` when the name cannot be resolved or may not be called: nobody is told which.
    """
    if context.resolve is None:
        return host
    return (await context.resolve(host, port, speech=speech))[0]


def tls_for(name: str) -> ssl.SSLContext:
    """Returns a context that checks the certificate of `name`, whatever address the client was given."""
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.name = name
    return context


def unchecked_tls() -> ssl.SSLContext:
    """Returns a context that encrypts and checks nothing: for a relay of one's own network that asks for no password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Named(ssl.SSLContext):
    name: str

    def wrap_socket(self, *given: Any, **named: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*given, **{**named, "server_hostname": self.name})

    def wrap_bio(self, *given: Any, **named: Any) -> ssl.SSLObject:
        return super().wrap_bio(*given, **{**named, "server_hostname": self.name})
