"""Speaking with the provider: what it publishes, a code for tokens, who the person is. The only I/O of this package."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from app.clock import Clock
from app.identity.oidc.attempts import Attempt
from app.identity.oidc.provider import Provider, ProviderKind
from app.identity.oidc.tokens import (
    Keys,
    KeyUnknown,
    check_issued,
    check_nonce,
    check_seen_since,
    keys_of,
    signed_claims,
    subject_of,
)
from app.identity.oidc.troubles import NotLetIn, Trouble, untrusted

KEPT_FOR = timedelta(hours=1)
# A provider that is down a while keeps working for those it vouches for: its keys change rarely.
STALE_FOR = timedelta(hours=24)
# Tokens with invented key names must not make us hammer it.
LOOK_AGAIN_AFTER = timedelta(seconds=60)
_BOUNDS = {"max_bytes": 2**20, "max_seconds": 10.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the provider says of itself (OpenID Connect Discovery 1.0 §3), and its keys."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    end_session_endpoint: str | None
    jwks_uri: str
    takes_pkce: bool
    takes_claims: bool
    names_itself: bool
    posts_secret: bool
    keys: Keys
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the provider vouches for. `email_verified` is None where it does not say."""

    issuer: str
    idp_id: str
    subject: str
    email: str
    email_verified: bool | None
    siret: str
    methods: frozenset[str]
    id_token: str


class Asking:
    """Asks one provider. Every answer is bounded, followed nowhere, and believed only after its checks."""

    def __init__(self, provider: Provider, http: httpx.AsyncClient, clock: Clock) -> None:
        self._provider, self._http, self._clock = provider, http, clock
        self._published: Published | None = None

    async def address_of_sign_in(self, attempt: Attempt) -> str:
        """Returns where to send the browser (§3.1.2.1). Raises `NotLetIn` when the provider cannot be read."""
        published = await self._read()
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._provider.redirect_uri,
            "scope": self._provider.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
        }
        if attempt.again:
            asked["prompt"] = "login"
        proconnect = self._provider.kind is ProviderKind.PROCONNECT
        # ProConnect refuses a parameter it does not know (Y000400): PKCE is sent there once it publishes that it takes it.
        if published.takes_pkce or not proconnect:
            asked |= {"code_challenge": attempt.challenge, "code_challenge_method": "S256"}
        # How the person was known is told only to who asks (§5.5.1).
        if proconnect or published.takes_claims:
            asked["claims"] = json.dumps({"id_token": {"amr": {"essential": True}}}, separators=(",", ":"))
        return _with(published.authorization_endpoint, asked)

    async def address_of_sign_out(self, hint: str, *, state: str) -> str | None:
        """Returns where the provider ends its own session (RP-Initiated Logout 1.0 §2); None where it has no such page."""
        try:
            published = await self._read()
        except NotLetIn:
            return None  # our session is over all the same
        if published.end_session_endpoint is None:
            return None
        told = {"id_token_hint": hint, "state": state, "post_logout_redirect_uri": self._provider.signed_out_uri}
        return _with(published.end_session_endpoint, told)

    async def check_issuer(self, named: str | None) -> None:
        """Refuses an answer of another provider than the one that was asked (RFC 9207 §2.4). Raises `NotLetIn`."""
        published = await self._read()
        if (named is None and published.names_itself) or (named is not None and named != self._provider.issuer):
            raise untrusted("mix-up")

    async def vouched(self, code: str, attempt: Attempt) -> Vouched:
        """Trades a code for the person it stands for. Raises `NotLetIn`."""
        published = await self._read()
        tokens = _json(await self._trade(published, code, attempt))
        id_token, access = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access, str) or not access.isascii():
            raise untrusted("tokens")
        claims = await self._claims(id_token)
        check_issued(claims, provider=self._provider, now=self._clock())
        check_nonce(claims, attempt.nonce)
        if attempt.again:
            check_seen_since(claims, since=attempt.begun_at)
        subject = subject_of(claims)
        told = await self._told(published, access)
        if subject_of(told) != subject:
            raise untrusted("userinfo of another")
        methods = claims.get("amr")
        verified = told.get("email_verified")
        return Vouched(
            issuer=self._provider.issuer,
            idp_id=_text(told.get("idp_id")) or _text(claims.get("idp_id")),
            subject=subject,
            email=_text(told.get("email")),
            email_verified=verified if isinstance(verified, bool) else None,
            siret="".join(_text(told.get("siret")).split()),
            methods=frozenset(one for one in methods if isinstance(one, str))
            if isinstance(methods, list)
            else frozenset(),
            id_token=id_token,
        )

    async def _trade(self, published: Published, code: str, attempt: Attempt) -> httpx.Response:
        """Sends the code once and no more: an answer that was lost has used it up."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._provider.redirect_uri,
        }
        if published.takes_pkce or self._provider.kind is not ProviderKind.PROCONNECT:
            form["code_verifier"] = attempt.verifier
        who, secret = self._provider.client_id, self._provider.client_secret
        if published.posts_secret:
            return await self._send(
                "POST", published.token_endpoint, data={**form, "client_id": who, "client_secret": secret}
            )
        # RFC 6749 §2.3.1: both are form-encoded before they are joined.
        auth = httpx.BasicAuth(quote(who, safe=""), quote(secret, safe=""))
        return await self._send("POST", published.token_endpoint, data=form, auth=auth)

    async def _told(self, published: Published, access: str) -> dict[str, Any]:
        """Reads the userinfo: a signed JWT of ProConnect, always; JSON or a JWT of others (§5.3.2)."""
        answer = await self._send("GET", published.userinfo_endpoint, headers={"Authorization": f"Bearer {access}"})
        media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media == "application/jwt":
            claims = await self._claims(answer.text.strip())
            check_issued(claims, provider=self._provider, now=self._clock(), dated=False)
            return claims
        if self._provider.kind is ProviderKind.PROCONNECT:
            raise untrusted("userinfo is not signed")
        return _json(answer)

    async def _claims(self, token: str) -> dict[str, Any]:
        algorithm = self._provider.algorithm
        try:
            return signed_claims(token, keys=(await self._read()).keys, algorithm=algorithm)
        except KeyUnknown:
            pass
        try:
            return signed_claims(token, keys=(await self._read(again=True)).keys, algorithm=algorithm)
        except KeyUnknown:
            raise untrusted("key") from None

    async def _read(self, *, again: bool = False) -> Published:
        now, kept = self._clock(), self._published
        age = now - kept.read_at if kept else None
        if kept and age is not None and age < (LOOK_AGAIN_AFTER if again else KEPT_FOR):
            return kept
        try:
            self._published = await self._fetch(now)
        except NotLetIn:
            if kept is None or age is None or age >= STALE_FOR:
                raise
            return kept
        return self._published

    async def _fetch(self, now: datetime) -> Published:
        issuer = self._provider.issuer
        told = _json(await self._send("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
        if told.get("issuer") != issuer:
            raise untrusted("discovery of another issuer")
        keys = keys_of(_json(await self._send("GET", self._endpoint(told, "jwks_uri"))))
        methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        posts = self._provider.kind is ProviderKind.PROCONNECT or "client_secret_basic" not in methods
        return Published(
            authorization_endpoint=self._endpoint(told, "authorization_endpoint"),
            token_endpoint=self._endpoint(told, "token_endpoint"),
            userinfo_endpoint=self._endpoint(told, "userinfo_endpoint"),
            end_session_endpoint=self._endpoint(told, "end_session_endpoint")
            if "end_session_endpoint" in told
            else None,
            jwks_uri=self._endpoint(told, "jwks_uri"),
            takes_pkce="S256" in (told.get("code_challenge_methods_supported") or []),
            takes_claims=told.get("claims_parameter_supported") is True,
            names_itself=told.get("authorization_response_iss_parameter_supported") is True,
            posts_secret=posts,
            keys=keys,
            read_at=now,
        )

    def _endpoint(self, told: Mapping[str, Any], name: str) -> str:
        address = told.get(name)
        # A provider reached by TLS never sends us, nor the agents, to plain HTTP.
        if not isinstance(address, str) or urlsplit(address).scheme not in {
            "https",
            urlsplit(self._provider.issuer).scheme,
        }:
            raise untrusted(f"discovery: {name}")
        return address

    async def _send(self, method: str, address: str, **said: Any) -> httpx.Response:
        """Sends one request. Anything but a 2xx is a refusal; a 4xx at the token's door is a code nobody may use."""
        try:
            answer = await self._http.request(
                method, address, timeout=10.0, follow_redirects=False, extensions=dict(_BOUNDS), **said
            )
        except (httpx.HTTPError, OSError) as error:
            raise NotLetIn(Trouble.UNREACHABLE, why=type(error).__name__) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise NotLetIn(Trouble.UNREACHABLE, why=str(answer.status_code))
        if not answer.is_success:
            raise untrusted(f"status {answer.status_code}")
        return answer


def _with(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked, quote_via=quote)}"


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = json.loads(answer.content)
    except ValueError:
        raise NotLetIn(Trouble.UNREACHABLE, why="not JSON") from None
    if not isinstance(found, dict):
        raise untrusted("not an object")
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 255 and "\x00" not in value else ""
