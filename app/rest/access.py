"""The door of every API route: a caller is known and has the right, or nothing below runs."""

from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from app.db.sight import look
from app.errors import Forbidden, Unauthenticated
from app.rest.callers import Caller, Presented
from app.rest.house import house_of
from app.rest.languages import Said
from app.rest.origins import refuse_cross_site

SESSION_COOKIE = "parvis_session"
# RFC 6265bis §4.1.3.2: set by this host alone, over TLS alone, for all of it. A browser refuses it on plain HTTP.
SECURE_COOKIE = "__Host-parvis_session"

# What hands messages in goes on whatever happens to an administration: bytes first.
SPARED = frozenset({"intake:write", "intake:read"})

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="Clé d'accès d'un intégrateur : `Authorization: Bearer <clé>`. Ses droits (scopes) sont fixés à sa création.",
)
_cookie = APIKeyCookie(
    name=SECURE_COOKIE, auto_error=False, scheme_name="session", description="Session d'un agent, ouverte à l'écran."
)


def session_cookie(base_url: str) -> str:
    """Returns the name of the cookie of sessions: the guarded one wherever there is TLS, and then no other."""
    return SECURE_COOKIE if base_url.startswith("https:") else SESSION_COOKIE


async def current_caller(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    _: Annotated[str | None, Depends(_cookie)],
) -> Caller:
    """Names the caller once a request. A key wins over a session; a session may not write from another site.

    Raises `Unauthenticated` (RFC 6750 §3: the challenge says Bearer), `Forbidden`, or `QuotaExceeded`.
    """
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None:
        return known
    try:
        caller = await _authenticated(request, bearer=bearer)
    except Unauthenticated as refusal:
        # Counted once refused: a good key is never refused for what others try from the same address.
        await house_of(request).quotas.of_stranger(request)
        refusal.headers.setdefault("WWW-Authenticate", 'Bearer realm="parvis"')
        raise
    await house_of(request).quotas.of_caller(request, caller)
    await house_of(request).same_administration(request, caller)
    if caller.witnessed:
        await house_of(request).witness(caller, method=request.method, path=request.url.path)
    request.state.caller = caller
    look(caller.sight)
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]


async def authenticate_again(request: Request) -> Caller:
    """Names the caller anew, whatever was known: a stream outlives a revoked key. Raises like `current_caller`.

    Also refuses whoever an administration suspended meanwhile bars: nobody reads on what they began to read before.
    """
    caller = await _authenticated(request, bearer=await _bearer(request))
    if caller.barred is not None:
        raise caller.barred
    look(caller.sight)
    return caller


async def count_stranger(request: Request) -> None:
    """Counts a request at a door open to everybody, by the address it comes from. Raises `QuotaExceeded`."""
    await house_of(request).quotas.of_stranger(request)


def require(*scopes: str) -> Any:
    """Returns the dependency that lets only callers with all these scopes through, and says so in the OpenAPI.

    In a decorator, `dependencies=[require("tickets:read")]`, it runs before any transaction opens; as
    `Annotated[Caller, require("tickets:read")]` it also gives the caller.
    """
    spared = bool(scopes) and SPARED.issuperset(map(str, scopes))

    async def allowed(caller: CurrentCaller) -> Caller:
        if caller.barred is not None and not spared:
            raise caller.barred
        missing = sorted(str(scope) for scope in scopes if scope not in caller.scopes)
        if missing:
            words = ", ".join(missing)
            raise Forbidden(
                Said(f"il manque à cette clé le droit : {words}", en=f"this key lacks the scope: {words}"),
                # RFC 6750 §3.1: what would have been enough.
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{" ".join(map(str, scopes))}"'
                },
            )
        return caller

    return Security(allowed, scopes=[str(scope) for scope in scopes])


async def shown_by(request: Request) -> tuple[Presented, str]:
    """Returns the word a request shows, and of what kind. Raises `Unauthenticated` for none, or a session from another site."""
    return _shown(request, bearer=await _bearer(request))


async def _authenticated(request: Request, *, bearer: HTTPAuthorizationCredentials | None) -> Caller:
    presented, word = _shown(request, bearer=bearer)
    return await house_of(request).authenticate(word, presented=presented)


def _shown(request: Request, *, bearer: HTTPAuthorizationCredentials | None) -> tuple[Presented, str]:
    base_url = house_of(request).base_url
    if bearer is not None and bearer.credentials:
        return Presented.KEY, bearer.credentials
    session = request.cookies.get(session_cookie(base_url))
    if session and "authorization" not in request.headers:
        refuse_cross_site(request, base_url=base_url)
        return Presented.SESSION, session
    raise Unauthenticated
