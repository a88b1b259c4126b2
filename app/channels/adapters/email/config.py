"""What an administration sets for one mailbox."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic.config import JsonDict

from app.channels.contract import ChannelConfig
from app.channels.kit.addresses import normalise

Security = Literal["tls", "starttls", "none"]
Provider = Literal["microsoft", "google"]
_WRITTEN_BY_US: JsonDict = {"readOnly": True}


def _address(value: str) -> str:
    normal = normalise(value.strip())
    if normal is None or "+" in normal.partition("@")[0]:
        raise ValueError("une adresse électronique sans signe « + » est attendue")
    return normal


def _one_line(value: str) -> str:
    """Refuses what would end an IMAP or SMTP command or a header (CVE-2025-15366)."""
    if any(char in value for char in "\r\n\0"):
        raise ValueError("ce réglage tient sur une ligne")
    return value


Address = Annotated[str, AfterValidator(_address)]
Line = Annotated[str, Field(max_length=255), AfterValidator(_one_line)]


class EmailConfig(ChannelConfig):
    """One mailbox: who it is, which boundary it trusts, how mail leaves, how mail is fetched when it is not pushed."""

    address: Address = Field(description="Adresse du service, sans étiquette")
    aliases: tuple[Address, ...] = Field(default=(), description="Autres adresses de ce même service")
    catch_all: bool = Field(
        default=False, description="Prend aussi ce qui est envoyé à toute autre adresse de ce domaine"
    )
    from_name: Line = Field(default="", description="Nom affiché aux citoyens")
    reply_domain: Line | None = Field(default=None, description="Domaine des adresses de réponse, si différent")
    max_bytes: int = Field(default=40 * 2**20, ge=2**16, le=100 * 2**20, description="Taille lue d'un message")

    authserv_ids: tuple[Line, ...] = Field(
        default=(), description="Noms sous lesquels notre relais signe Authentication-Results (RFC 8601)"
    )
    trusted_hops: int = Field(
        default=0, ge=0, le=10, description="Nombre d'en-têtes Received de nos relais au-dessus de ce résultat"
    )
    push_secret: SecretStr | None = Field(default=None, description="Secret du jeton HS256 d'un relais qui pousse")

    smtp_host: Line | None = Field(default=None, description="Serveur d'envoi")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Security = "starttls"
    smtp_username: Line | None = None
    smtp_password: SecretStr | None = None
    smtp_token: SecretStr | None = Field(default=None, description="Jeton OAuth 2 (XOAUTH2)")
    smtp_certificate: Literal["checked", "any"] = Field(
        default="checked",
        description="« any » accepte tout certificat : seulement pour un relais de notre réseau, sans mot de passe",
    )
    smtp_timeout_s: float = Field(default=60, gt=0, le=600)
    bounce_address: Address | None = Field(default=None, description="Expéditeur d'enveloppe, pour les retours")

    imap_host: Line | None = Field(default=None, description="Boîte relevée, si le courrier n'est pas poussé")
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_security: Security = "tls"
    imap_username: Line | None = None
    imap_password: SecretStr | None = None
    imap_token: SecretStr | None = Field(default=None, description="Jeton OAuth 2 (XOAUTH2)")
    imap_folder: Line = "INBOX"
    imap_batch: int = Field(default=50, ge=1, le=500)
    imap_timeout_s: float = Field(default=60, gt=0, le=600)
    imap_after: Literal["leave", "seen", "move"] = Field(
        default="leave",
        description="Ce que deviennent les messages relevés : laissés tels quels, marqués lus, ou rangés dans un dossier",
    )
    imap_done_folder: Line = Field(default="Parvis", description="Dossier où ranger les messages relevés")

    oauth_provider: Provider | None = Field(
        default=None, description="Service qui donne les jetons de la boîte, à la place d'un mot de passe"
    )
    oauth_directory: Line = Field(
        default="organizations", min_length=1, description="Annuaire Microsoft : identifiant ou domaine"
    )
    oauth_client_id: Line | None = Field(default=None, description="Identifiant de l'application déclarée")
    oauth_client_secret: SecretStr | None = Field(default=None, description="Secret de l'application déclarée")
    oauth_refresh_token: SecretStr | None = Field(
        default=None, description="Jeton de renouvellement ; absent, l'application agit en son nom (Microsoft)"
    )
    oauth_access_token: SecretStr | None = Field(
        default=None, description="Jeton du moment, écrit par Parvis", json_schema_extra=_WRITTEN_BY_US
    )
    oauth_rotated_token: SecretStr | None = Field(
        default=None, description="Dernier jeton de renouvellement, écrit par Parvis", json_schema_extra=_WRITTEN_BY_US
    )

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.oauth_provider is not None and not self.oauth_client_id:
            raise ValueError("un jeton renouvelé demande l'identifiant de l'application (oauth_client_id)")
        if self.oauth_provider == "google" and self.oauth_refresh_token is None:
            raise ValueError("Google demande un jeton de renouvellement (oauth_refresh_token)")
        if self.oauth_provider == "microsoft" and self.oauth_client_secret is None and self.oauth_refresh_token is None:
            raise ValueError("Microsoft demande un secret d'application ou un jeton de renouvellement")
        if self.imap_after == "move" and self.imap_done_folder == self.imap_folder:
            raise ValueError("le dossier où ranger les messages doit être un autre que celui qui est relevé")
        if self.smtp_certificate == "any" and (self.smtp_username or self.oauth_provider):
            raise ValueError("avec un identifiant, le certificat du serveur d'envoi doit être vérifié")
        return self

    @property
    def smtp_bearer(self) -> SecretStr | None:
        """The token submission identifies with, None for a password."""
        return self.oauth_access_token if self.oauth_provider else self.smtp_token

    @property
    def imap_bearer(self) -> SecretStr | None:
        """The token the mailbox is opened with, None for a password."""
        return self.oauth_access_token if self.oauth_provider else self.imap_token

    @property
    def lacks_token(self) -> bool:
        """Whether the token this mailbox acts with has still to be obtained."""
        return self.oauth_provider is not None and self.oauth_access_token is None

    def other_addresses(self) -> tuple[str, ...]:
        """Returns what else reaches this mailbox: its other addresses, then its whole domain when it takes all of it."""
        return (*self.aliases, *((f"@{self.address.rpartition('@')[2]}",) if self.catch_all else ()))

    @property
    def ours(self) -> tuple[str, ...]:
        return (self.address, *self.aliases)
