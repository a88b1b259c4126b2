"""What a citizen adds to a request they follow, as the one door in takes it: the vocabulary of the API."""

import base64
import json
from collections.abc import Mapping, Sequence

from app.channels.contract import Delivery
from app.errors import TooLarge
from app.exchanges.follow_access import Opened
from app.exchanges.inbound import GENERIC, GENERIC_BYTES
from app.exchanges.understanding import REPLY_TOKEN
from app.rest.languages import Said

MOST_BYTES = GENERIC_BYTES
TOO_MUCH = Said(
    "votre envoi dépasse 7 Mo, pièces comprises, et n’a pas été enregistré. Envoyez les pièces en plusieurs fois.",
    en="your message is larger than 7 MB with its files, and was not recorded. Send the files in several times.",
)


def delivery_of(
    opened: Opened, token: str, *, name: str, text: str, pieces: Sequence[tuple[str, str, bytes]]
) -> Delivery:
    """Writes what is kept. Raises `TooLarge` beyond what the door reads."""
    body = json.dumps(_message(opened, name=name, text=text, pieces=pieces), ensure_ascii=False).encode()
    if len(body) > MOST_BYTES:
        raise TooLarge(TOO_MUCH)
    headers = [("Content-Type", "application/json")]
    return Delivery(body=body, headers=headers, envelope={**GENERIC, REPLY_TOKEN: token})


def _message(opened: Opened, *, name: str, text: str, pieces: Sequence[tuple[str, str, bytes]]) -> Mapping[str, object]:
    """The message in the vocabulary of the API. Its name holds the request's: nobody takes another's by choosing it."""
    point = opened.point
    return {
        "external_id": f"suivi-{opened.ticket.id.hex}-{point.id.hex}-{name}",
        "sender": {"kind": point.kind, "address": point.address, "display_name": point.display_name},
        "text": text,
        "attachments": [
            {"name": called, "content_type": kind, "content": base64.b64encode(content).decode()}
            for called, kind, content in pieces
        ],
    }
