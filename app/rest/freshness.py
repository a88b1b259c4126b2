"""A sensitive act asks who is there now: the session's holder proved who they are within the last quarter of an hour (T60).

A program's key has nothing to prove again: it is the proof. What it may do, its scopes say.
"""

from datetime import datetime, timedelta
from typing import Any

from fastapi import Depends, Request

from app.errors import Forbidden
from app.rest.access import CurrentCaller
from app.rest.callers import Caller
from app.rest.house import house_of
from app.rest.languages import Said

FRESH_FOR = timedelta(minutes=15)


class ProofWanted(Forbidden):
    """The session is open, but its holder proved who they are too long ago for this act."""

    code = "proof-wanted"
    title_fr = "Confirmez que c'est vous"
    title_en = "Confirm that it is you"
    advice = Said(
        "cet acte demande une preuve de moins de quinze minutes : ouvrez /preuve, puis recommencez",
        en="this act asks for a proof younger than fifteen minutes: open /preuve, then start again",
    )


def refuse_stale(caller: Caller, *, now: datetime) -> None:
    """Raises `ProofWanted` for a session whose holder proved who they are too long ago."""
    if caller.session_id is not None and (caller.proven_at is None or now - caller.proven_at > FRESH_FOR):
        raise ProofWanted(ProofWanted.advice)


def fresh() -> Any:
    """Returns the dependency of a sensitive operation: `dependencies=[fresh()]`, beside `require(...)`."""

    async def proven(request: Request, caller: CurrentCaller) -> None:
        refuse_stale(caller, now=house_of(request).clock())

    return Depends(proven)
