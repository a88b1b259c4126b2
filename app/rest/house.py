"""What the REST manners ask of the house they stand in; the composition root satisfies it."""

from typing import Protocol

from starlette.requests import HTTPConnection

from app.clock import Clock
from app.db.transaction import Database
from app.rest.callers import Caller, Presented
from app.rest.quotas import Quotas
from app.sealing import KeyRing


class RestHouse(Protocol):
    """The part of the house that routes and their manners reach, kept at `app.state.house`."""

    @property
    def database(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def keys(self) -> KeyRing: ...

    @property
    def quotas(self) -> Quotas: ...

    @property
    def base_url(self) -> str: ...

    async def authenticate(self, token: str, *, presented: Presented) -> Caller:
        """Names the caller of an access key or a session. Raises `Unauthenticated`."""
        ...

    async def same_administration(self, request: HTTPConnection, caller: Caller) -> None:
        """Raises `Forbidden` when the request names another administration than its caller's, and says so in the journal."""
        ...

    async def witness(self, caller: Caller, *, method: str, path: str) -> None:
        """Writes what a witnessed caller asks for into the journal, committed when this returns."""
        ...


def house_of(request: HTTPConnection) -> RestHouse:
    house: RestHouse = request.app.state.house
    return house
