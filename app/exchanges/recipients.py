"""Whether a frozen message may still leave for its recipient, judged again at the moment it does (T87).

Between the agent's click and the sending, an address may have become one of ours, or its owner may have refused us.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.kit.addresses import is_ours, unrepliable
from app.contacts.repository import Point
from app.exchanges.addressing import refuses
from app.exchanges.outbox import Outbound

_WORDS = {
    "absente": "elle est vide",
    "mal-formee": "elle est mal formée",
    "adresse-ip": "c'est une adresse IP",
    "domaine-local": "son domaine n'existe que dans un réseau privé",
    "sans-reponse": "personne n'y lit de réponse",
    "la-notre": "c'est une de nos propres adresses : ce serait nous répondre à nous-mêmes",
}


def refusal(message: Outbound, *, points: Mapping[UUID, Point], ours: Collection[str]) -> str | None:
    """Returns why a message must not leave, in words for an agent, None when it may."""
    to = message.recipient
    kind, address = PointKind(to["kind"]), to["address"]
    point = points.get(UUID(str(to["point_id"]))) if to.get("point_id") else None
    if point is not None and refuses(point, purpose=message.purpose):
        return "la personne a demandé à ne plus recevoir de messages à cette adresse"
    if kind is PointKind.SENDER_NAME:
        return "on n'écrit pas à un nom d'expéditeur ni à un numéro court"
    because = _unwritable(kind, address, ours)
    return f"on n'écrit pas à cette adresse : {because}" if because else None


def _unwritable(kind: PointKind, address: str | None, ours: Collection[str]) -> str | None:
    if not address or not address.strip():
        return _WORDS["absente"]
    if kind is PointKind.EMAIL:
        code = unrepliable(address, ours=ours)
        return _WORDS.get(code, code) if code else None
    return _WORDS["la-notre"] if is_ours(address, ours=ours) else None
