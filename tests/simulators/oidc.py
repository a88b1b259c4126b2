"""An OpenID provider at the HTTP transport: discovery, keys, authorize, token, userinfo, as ProConnect or as any other.

It speaks the wire format and keeps its own rules (a code serves once, within thirty seconds, with its verifier and its exact
redirect address). `lie` and `sick` are its misery.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

ISSUER = "https://identite.example.fr/api/v2"
CLIENT, SECRET = "parvis-essai", "un secret: d'essai"
Claims = dict[str, Any]


@dataclass
class Issued:
    """A code given out: what was asked, and for whom."""

    asked: dict[str, str]
    person: Claims
    at: float


@dataclass
class OpenIdProvider:
    """One provider. `now` is the test's clock, in seconds; `person` who is at its keyboard."""

    now: Callable[[], float]
    person: Claims
    proconnect: bool = True
    algorithm: str = "ES256"
    issuer: str = ISSUER
    key: ECKey | RSAKey | OctKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "un"}))
    published: list[dict[str, Any]] | None = None
    pkce: bool = True
    names_itself: bool = False
    lie: Callable[[str, Claims], Claims] = lambda _, claims: claims
    sign: Callable[[str, Claims], str] | None = None
    sick: dict[str, Callable[[], httpx.Response]] = field(default_factory=dict)
    codes: dict[str, Issued] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    known: set[str] = field(
        default_factory=lambda: {
            *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
            *("claims", "code_challenge", "code_challenge_method", "prompt"),
        }
    )

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))

    def rotate(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": f"cle-{len(self.heard)}"})

    def authorize(self, address: str) -> str:
        """Plays the browser at the provider's page: signs the person in, and returns where it is sent back to."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        assert not set(asked) - self.known, "Y000400"
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert len(asked["state"]) >= 32
        assert len(asked["nonce"]) >= 32
        code = f"code-{len(self.codes)}"
        self.codes[code] = Issued(asked, dict(self.person), self.now())
        told = f"&iss={self.issuer}" if self.names_itself else ""
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}{told}"

    def answer(self, request: httpx.Request) -> httpx.Response:
        place = str(request.url).removeprefix(self.issuer).partition("?")[0]
        self.heard.append(place)
        if place in self.sick:
            return self.sick[place]()
        match place:
            case "/.well-known/openid-configuration":
                return httpx.Response(200, json=self.discovery())
            case "/jwks":
                own = [self.key.as_dict(private=False, use="sig", alg=self.algorithm)]
                return httpx.Response(200, json={"keys": own if self.published is None else self.published})
            case "/token":
                return self._token(request)
            case "/userinfo":
                return self._userinfo(request)
            case _:
                return httpx.Response(404)

    def discovery(self) -> Claims:
        told: Claims = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "authorization_response_iss_parameter_supported": self.names_itself,
        }
        if self.pkce:
            told["code_challenge_methods_supported"] = ["S256"]
        return self.lie("discovery", told)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        issued = self.codes.pop(form.get("code", ""), None)
        if self._client(request, form) != (CLIENT, SECRET):
            return httpx.Response(401, json={"error": "invalid_client"})
        if issued is None or self.now() - issued.at > 30 or form["redirect_uri"] != issued.asked["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        if "code_challenge" in issued.asked:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != issued.asked["code_challenge"]:
                return httpx.Response(400, json={"error": "invalid_grant"})
        claims = {
            "iss": self.issuer,
            "sub": issued.person["sub"],
            "aud": CLIENT,
            "exp": self.now() + 60,
            "iat": self.now(),
            "nonce": issued.asked["nonce"],
        }
        if "amr" in issued.person and "amr" in issued.asked.get("claims", ""):
            claims["amr"] = issued.person["amr"]
        access = base64.urlsafe_b64encode(json.dumps(issued.person).encode()).decode()
        told = {"access_token": access, "token_type": "Bearer", "expires_in": 60}
        return httpx.Response(200, json={**told, "id_token": self._signed("id_token", claims)})

    def _userinfo(self, request: httpx.Request) -> httpx.Response:
        person = json.loads(base64.urlsafe_b64decode(request.headers["authorization"].removeprefix("Bearer ")))
        claims = {name: value for name, value in person.items() if name != "amr"}
        if not self.proconnect:
            return httpx.Response(200, json=self.lie("userinfo", claims))
        claims |= {"iss": self.issuer, "aud": CLIENT, "iat": self.now(), "exp": self.now() + 60}
        return httpx.Response(
            200, text=self._signed("userinfo", claims), headers={"Content-Type": "application/jwt; charset=utf-8"}
        )

    def _signed(self, what: str, claims: Claims) -> str:
        claims = self.lie(what, claims)
        if self.sign is not None:
            return self.sign(what, claims)
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def _client(self, request: httpx.Request, form: dict[str, str]) -> tuple[str, str]:
        if self.proconnect:  # client_secret_post
            return form.get("client_id", ""), form.get("client_secret", "")
        pair = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        name, _, secret = pair.partition(":")
        return unquote(name), unquote(secret)
