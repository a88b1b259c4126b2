r"""What every Meta webhook has in common: the question about our endpoint, the signature, and the way in.

Source: developers.facebook.com/docs/graph-api/webhooks/getting-started. The signature covers the bytes sent, in which
Meta writes every character outside ASCII as `\uXXXX`: read and written again, they would no longer match.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import Delivery, Event, EventType, Handshake, Verdict
from app.channels.errors import Unreadable
from app.channels.kit.forms import parameters
from app.channels.kit.json import load_provider, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.signatures import UNSIGNED as TRUSTED
from app.channels.kit.signatures import VERIFIED as ACCEPTED
from app.channels.kit.signatures import SignedConfig, hmac_hex, in_force, judged, refused, same

GRAPH_HOST = "graph.facebook.com"
DEFAULT_VERSION = "v25.0"


class MetaConfig(SignedConfig):
    """An application of Meta. Its secret signs for all its pages: the account in each event says which one."""

    app_secret: SecretStr | None = None
    previous_app_secret: SecretStr | None = None
    verify_token: SecretStr | None = None
    graph_version: str = DEFAULT_VERSION
    access_token: SecretStr | None = None
    human_agent: bool = False  # Meta approved the "Human Agent" feature: an agent's words may leave for seven days

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.app_secret, self.previous_app_secret)


def handshake(delivery: Delivery, config: MetaConfig) -> Handshake | None:
    """Answers `hub.mode=subscribe`: the challenge when the token is ours, 403 otherwise."""
    asked = parameters(delivery.url) if delivery.method.upper() == "GET" else {}
    if "hub.mode" not in asked and "hub.challenge" not in asked:
        return None
    challenge = asked.get("hub.challenge", "")
    if not _token_is_ours(asked, config) or not challenge or len(challenge) > 200 or not challenge.isprintable():
        return Handshake(403, "")
    return Handshake(200, challenge)


def verify(delivery: Delivery, config: MetaConfig, *, now: datetime) -> Verdict:  # noqa: ARG001
    """Judges `X-Hub-Signature-256` over the raw body; a GET is judged by its verify token."""
    if delivery.method.upper() == "GET":
        asked = parameters(delivery.url)
        if config.accept_unsigned and config.verify_token is None:
            return TRUSTED
        return ACCEPTED if _token_is_ours(asked, config) else refused("the verify token is not ours")
    secrets = config.signing_secrets()
    given = delivery.header("X-Hub-Signature-256")
    if secrets and not given:
        return refused("the X-Hub-Signature-256 header is missing")
    value = (given or "").strip().lower()
    return judged(
        secrets,
        lambda key: same(value, f"sha256={hmac_hex(key, delivery.body)}"),
        what="the X-Hub-Signature-256",
    )


def entries(delivery: Delivery) -> tuple[str, Iterator[tuple[str | None, Mapping[str, object]]]]:
    """Returns the kind of object a batch speaks of, and its entries with the account each belongs to."""
    document = load_provider(delivery.body)
    if not isinstance(document, dict):
        raise Unreadable("a Meta delivery is a JSON object")
    return text(document, "object") or "", ((text(entry, "id"), entry) for entry in objects(document, "entry"))


def values_of(entry: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yields the `changes` of an entry: the field that changed and its value."""
    for change in objects(entry, "changes"):
        value = member(change, "value")
        if isinstance(value, dict):
            yield text(change, "field") or "", value


def nothing_for(delivery: Delivery, what: str) -> Event:
    """Returns what stands for a delivery in which nothing is for this channel."""
    reason = f"nothing in it for this channel (object {what or 'absent'})"[:200]
    return Event(type=EventType.IGNORED, event_key=digest(delivery.body.hex()), reason=reason)


def _token_is_ours(asked: Mapping[str, str], config: MetaConfig) -> bool:
    if asked.get("hub.mode") != "subscribe" or config.verify_token is None:
        return False
    return same(asked.get("hub.verify_token", ""), config.verify_token.get_secret_value())
