"""A code in a message: masked wherever the message is shown, put in at the very moment it leaves."""

import base64
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.channels.contract import SendRequest, Sent
from app.channels.errors import ChannelError
from app.errors import Misconfigured
from app.exchanges.freezing import code_bound_to
from app.exchanges.outbox import Outbound
from app.vault.service import OpenKeys

# As many signs as a code has, of the alphabet every SMS has: what is shown is as long as what leaves.
MASK = "******"


@dataclass(frozen=True, slots=True)
class OpenedCode:
    """A code as it leaves, and what stands in its place wherever the message is shown."""

    digits: str = field(repr=False)
    shown_as: str


class CodeExpired(ChannelError):
    """The code is worth nothing any more: nobody is sent one that will be refused."""

    def __init__(self) -> None:
        super().__init__("le code n'est plus valable : demandez-en un autre")


class CodeSealed(ChannelError):
    """The key that sealed the code is gone."""

    def __init__(self) -> None:
        super().__init__("le code ne peut plus être ouvert : demandez-en un autre")


def code_of(message: Outbound, *, keys: OpenKeys, now: datetime) -> OpenedCode | None:
    """Opens the code a message carries, None where it carries none. Raises `CodeExpired`, `CodeSealed`."""
    kept = message.request.get("code")
    if kept is None:
        return None
    if now >= datetime.fromisoformat(kept["until"]):
        raise CodeExpired
    try:
        opened = keys.open(base64.b64decode(kept["sealed"]), bound_to=code_bound_to(message.tenant_id, message.id))
    except Misconfigured:
        raise CodeSealed from None
    return OpenedCode(opened.decode(), kept.get("shown_as", MASK))


def with_code(request: SendRequest, code: OpenedCode | None) -> SendRequest:
    """Returns the request as it leaves."""
    return request if code is None else replace(request, text=request.text.replace(code.shown_as, code.digits))


def without_code(sent: Sent, code: OpenedCode | None) -> Sent:
    """Returns what came of it as it may be shown: a provider may quote the text it refuses."""
    if code is None or not sent.detail:
        return sent
    return replace(sent, detail=sent.detail.replace(code.digits, code.shown_as))
