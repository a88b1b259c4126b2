"""Which places a configuration would have the house call, and what the egress policy says of them before they are saved."""

from urllib.parse import urlsplit

from app.channels.contract import ChannelAdapter, ChannelConfig
from app.egress.policy import EgressPolicy
from app.egress.ports import Speech
from app.egress.refusing import EgressRefused
from app.errors import Flaw

CODE = "address-refused"


def refused_places(adapter: ChannelAdapter, config: ChannelConfig, policy: EgressPolicy) -> list[Flaw]:
    """Returns a flaw for each setting that names a place which may not be called.

    A setting is known by its name: `…_url` is an address, `…_host` a server whose port stands in `…_port`; whatever host
    credentials may leave for is looked at too.
    """
    flaws: list[Flaw] = []
    named: set[str] = set()
    for name in type(config).model_fields:
        value = getattr(config, name)
        if not isinstance(value, str) or not value:
            continue
        try:
            if name.endswith("url"):
                named.add((policy.check_url(value).hostname or "").lower())
            elif name.endswith("host"):
                named.add(value.lower())
                port = getattr(config, f"{name.removesuffix('host')}port", 443)
                policy.look(value, port, speech=_speech(name))
        except EgressRefused as refusal:
            if name.endswith("url"):
                named.add(_host(value))
            flaws.append(Flaw(f"/config/{name}", CODE, str(refusal)))
    for host in adapter.capabilities(config).credential_hosts:
        if host and host.lower() not in named:
            try:
                policy.look(host, 443, speech=Speech.HTTP)
            except EgressRefused as refusal:
                flaws.append(Flaw("/config", CODE, f"{host} : {refusal}"))
    return flaws


def _speech(name: str) -> Speech:
    if "smtp" in name:
        return Speech.SMTP
    return Speech.IMAP if "imap" in name else Speech.STREAM


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
