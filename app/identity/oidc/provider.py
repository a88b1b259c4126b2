"""The provider this installation signs its agents in with, as the settings describe it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class ProviderKind(StrEnum):
    """Whose habits the provider has."""

    PROCONNECT = "proconnect"  # userinfo is a signed JWT; the administration is known by its SIRET
    GENERIC = "generic"  # OpenID Connect Core 1.0, plain


class Algorithm(StrEnum):
    """How its tokens are signed: one is pinned, asymmetric; `none` and shared secrets have no name here."""

    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"
    ES256 = "ES256"
    ES384 = "ES384"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider, and how this installation is registered there."""

    kind: ProviderKind
    issuer: str
    client_id: str
    client_secret: str
    algorithm: Algorithm
    name: str
    base_url: str

    @property
    def redirect_uri(self) -> str:
        """Where it sends browsers back to, exactly as registered there."""
        return f"{self.base_url}/connexion/retour"

    @property
    def signed_out_uri(self) -> str:
        return f"{self.base_url}/deconnexion/retour"

    @property
    def scope(self) -> str:
        match self.kind:
            case ProviderKind.PROCONNECT:
                return "openid given_name usual_name email uid siret idp_id"
            case ProviderKind.GENERIC:
                return "openid email"
            case _:
                assert_never(self.kind)

    @property
    def button(self) -> str:
        match self.kind:
            case ProviderKind.PROCONNECT:
                return "S’identifier avec ProConnect"
            case ProviderKind.GENERIC:
                return f"Se connecter avec {self.name}"
            case _:
                assert_never(self.kind)
