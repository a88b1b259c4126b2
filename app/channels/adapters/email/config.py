"""What an administration sets for one mailbox."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from app.channels.contract import ChannelConfig
from app.channels.kit.addresses import normalise

Security = Literal["tls", "starttls", "none"]


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

    def other_addresses(self) -> tuple[str, ...]:
        """Returns what else reaches this mailbox: its other addresses, then its whole domain when it takes all of it."""
        return (*self.aliases, *((f"@{self.address.rpartition('@')[2]}",) if self.catch_all else ()))

    @property
    def ours(self) -> tuple[str, ...]:
        return (self.address, *self.aliases)
