"""The same request twice has one effect and one answer (draft-ietf-httpapi-idempotency-key-header-07).

The key belongs to its caller and operation. The answer is written in the transaction of the effect: after a crash
either both are there or neither, and the request may be sent again. Failures are not kept.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.clock import Clock
from app.errors import Busy, KeyReused, ParvisError
from app.rest import repository
from app.rest.access import CurrentCaller
from app.rest.early import EarlyAnswer
from app.rest.house import house_of
from app.rest.languages import Said
from app.rest.repository import Kept, Named
from app.rest.route_names import route_template
from app.rest.transactions import WriteSession, Writing

KEPT_FOR = timedelta(days=7)
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class IdempotencyKeyRefused(ParvisError):
    """The header is missing or is not 1 to 255 visible ASCII characters (draft §2.7: 400)."""

    code = "idempotency-key-refused"
    status = 400
    title_fr = "Clé d'idempotence absente ou refusée"
    title_en = "Missing or refused idempotency key"
    advice = Said(
        "donnez à la demande un nom unique de 1 à 255 caractères ASCII visibles, un UUID par exemple, dans Idempotency-Key",
        en="name the request in Idempotency-Key with 1 to 255 visible ASCII characters, a UUID for instance",
    )


@dataclass(frozen=True, slots=True)
class OnceOnly:
    """A named request that nobody has carried out yet; `answer` ends it."""

    _session: WriteSession
    _named: Named
    _request_hash: bytes
    _clock: Clock

    async def answer(
        self, content: BaseModel, *, status: int = 201, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Returns the answer after writing it beside its effect; the last statement of a route."""
        body = content.model_dump_json(by_alias=True).encode()
        kept = {"Content-Type": "application/json", **(headers or {})}
        await repository.keep(
            self._session,
            self._named,
            Kept(request_hash=self._request_hash, status=status, headers=kept, body=body, at=self._clock()),
        )
        return Response(body, status_code=status, headers=kept)


async def once_only(
    request: Request,
    caller: CurrentCaller,
    session: Writing,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Nom que vous donnez à cette demande, unique par opération pendant 7 jours : répétée avec la même clé et le même contenu, elle reçoit la même réponse sans être refaite.",
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = None,
) -> OnceOnly:
    """Gives the right to carry a named request out, or answers with what it already got.

    Raises `IdempotencyKeyRefused`, `Busy` while the same request runs, `KeyReused` for another content under the key.
    """
    named = Named(
        tenant_id=caller.tenant_id,
        caller=caller.label,
        operation=f"{request.method} {route_template(request.scope)}",
        key=_key(idempotency_key),
    )
    asked = await _fingerprint(request)
    clock = house_of(request).clock
    if not await repository.claim(session, named):
        raise Busy(headers={"Retry-After": "1"})
    kept = await repository.find(session, named)
    if kept is None:
        return OnceOnly(session, named, asked, clock)
    if kept.at + KEPT_FOR <= clock():
        await repository.forget(session, named)
        return OnceOnly(session, named, asked, clock)
    if kept.request_hash != asked:
        raise KeyReused
    raise EarlyAnswer(status=kept.status, headers={**kept.headers, REPLAYED: "true"}, body=kept.body)


Once = Annotated[OnceOnly, Depends(once_only)]


async def once_if_named(
    request: Request,
    caller: CurrentCaller,
    session: Writing,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Nom que vous donnez à cette demande : répétée avec la même clé et le même contenu, elle reçoit la même réponse sans être refaite. Facultatif ici, où If-Match garde déjà d'un second effet.",
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = None,
) -> OnceOnly | None:
    """Does as `once_only` for a request that has a name; None for one that has none. Raises as `once_only`."""
    return None if idempotency_key is None else await once_only(request, caller, session, idempotency_key)


OnceIfNamed = Annotated[OnceOnly | None, Depends(once_if_named)]


def _key(header: str | None) -> str:
    # The draft writes a structured string, in quotes; the field's habit is bare. Both name the same key.
    key = (header or "").strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyRefused
    return key


async def _fingerprint(request: Request) -> bytes:
    """Hashes what was asked: address, query and content; JSON written otherwise is the same content."""
    body = await request.body()
    if body and request.headers.get("content-type", "").startswith("application/json"):
        body = json.dumps(await request.json(), sort_keys=True, separators=(",", ":")).encode()
    head = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(head.encode() + body).digest()
