"""One transaction a request, of the caller's administration, committed before the answer leaves.

FastAPI ends a plain `yield` dependency after the response is sent: a failing commit would still have answered 200.
`scope="function"` ends it first.
"""

from collections.abc import AsyncIterator
from typing import Annotated, NewType

from fastapi import Depends, Request

from app.db.transaction import Session, forbid_writing
from app.rest.access import CurrentCaller
from app.rest.house import house_of

ReadSession = NewType("ReadSession", Session)
"""A session that PostgreSQL itself keeps from writing (`READ ONLY`)."""

WriteSession = NewType("WriteSession", Session)
"""A session whose work is committed when the route returns and rolled back when it raises."""


async def reading(request: Request, caller: CurrentCaller) -> AsyncIterator[ReadSession]:
    """Gives a read-only transaction of the caller's tenant, when it is this tenant's turn."""
    database = house_of(request).database
    async with database.shares.of(caller.tenant_id), database.transaction(tenant=caller.tenant_id) as session:
        await forbid_writing(session)
        yield ReadSession(session)


async def writing(request: Request, caller: CurrentCaller) -> AsyncIterator[WriteSession]:
    """Gives a transaction of the caller's tenant, when it is its turn; its commit stands before the first byte of the answer."""
    database = house_of(request).database
    async with database.shares.of(caller.tenant_id), database.transaction(tenant=caller.tenant_id) as session:
        yield WriteSession(session)


Reading = Annotated[ReadSession, Depends(reading, scope="function")]
Writing = Annotated[WriteSession, Depends(writing, scope="function")]
