"""Connected channels and channel types, as the API reads and writes them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.channels.contract import Capabilities, ChannelAdapter, CheckState, Media, Webhook
from app.channels.secrecy import secret_fields
from app.channels.values import Channel, ChannelState, Connection, Health, Unopened
from app.rest.languages import Said
from app.rest.public_ids import ChannelId

_STRICT = ConfigDict(extra="forbid")
_CONFIG = {"address": "contact@example.fr"}


class Wanted(StrEnum):
    """Les états qu'une personne choisit."""

    ACTIVE = "active"
    PAUSED = "paused"


class NewChannel(BaseModel):
    """Un canal à brancher ; `config` suit le schéma de son type (`/channel-types`)."""

    model_config = _STRICT
    type: str = Field(min_length=1, max_length=60, examples=["email"])
    name: str = Field(
        min_length=1, max_length=100, description="Nom montré aux agents.", examples=["Courriel de l'accueil"]
    )
    address: str | None = Field(
        default=None,
        min_length=1,
        max_length=320,
        description="Adresse publique par laquelle le courrier le trouve.",
        examples=["contact@example.fr"],
    )
    config: dict[str, Any] = Field(
        default={}, description="Réglages et secrets ; les secrets ne sont jamais rendus.", examples=[_CONFIG]
    )
    credentials_expire_at: datetime | None = Field(
        default=None,
        description="Fin des clés, quand vous la connaissez : vous serez averti 14, 7 et 1 jours avant.",
        examples=[None],
    )


class ChannelChange(BaseModel):
    """Ce qui change ; dans `config`, un réglage ou un secret absent reste comme il est."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=100, examples=["Courriel de l'accueil"])
    state: Wanted | None = Field(
        default=None, description="En pause, il reçoit toujours mais n'envoie plus.", examples=["active"]
    )
    reason: str | None = Field(
        default=None,
        min_length=3,
        max_length=300,
        description="Pourquoi il est mis en pause : `state_reason` le redit tant qu'elle dure, et le journal le garde.",
        examples=[None],
    )
    config: dict[str, Any] | None = Field(default=None, examples=[_CONFIG])
    credentials_expire_at: datetime | None = Field(
        default=None, description="Fin des clés ; `null` quand elle n'est pas connue.", examples=[None]
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.name is None and self.state is None and self.config is None and not self.sets_expiry:
            raise ValueError(Said("donnez au moins un champ à changer", en="give at least one field to change"))
        if self.reason is not None and self.state is not Wanted.PAUSED:
            raise ValueError(Said("un motif accompagne une mise en pause", en="a reason goes with a pause"))
        return self

    @property
    def sets_expiry(self) -> bool:
        return "credentials_expire_at" in self.model_fields_set


class Reauthentication(BaseModel):
    """De nouvelles clés pour un canal que son fournisseur refuse."""

    model_config = _STRICT
    config: dict[str, Any] = Field(
        min_length=1,
        description="Les clés à remplacer ; ce qui est absent reste comme il est.",
        examples=[{"access_token": "nouveau-jeton"}],
    )
    keep_previous: bool = Field(
        default=False,
        description="Continuer d'accepter l'ancien secret, là où le type le permet, le temps que le fournisseur prenne le nouveau.",
        examples=[True],
    )
    credentials_expire_at: datetime | None = Field(
        default=None, description="Fin des nouvelles clés, quand vous la connaissez.", examples=[None]
    )


class CheckOut(BaseModel):
    """Ce qu'un test en direct a trouvé."""

    ok: bool = Field(description="Vrai pour `ready` et `limited`.", examples=[True])
    state: CheckState = Field(
        description="`ready`, `limited` (marche, avec une réserve), `incomplete`, `refused` (clés refusées), `unreachable`, `unsure`.",
        examples=["ready"],
    )
    words: str = Field(
        description="Pour l'administrateur, en français.", examples=["Telegram reconnaît le robot @villebourg_bot"]
    )
    words_en: str = Field(description="La même chose en anglais.", examples=["Telegram knows the bot @villebourg_bot"])
    detail: str | None = Field(description="Ce que le fournisseur a dit, abrégé et sans secret.", examples=[None])
    checked_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])

    @classmethod
    def of(cls, health: Health) -> "CheckOut | None":
        if health.check is None or health.checked_at is None:
            return None
        return cls(
            ok=health.check in {CheckState.READY, CheckState.LIMITED},
            state=health.check,
            words=health.said.get("fr", ""),
            words_en=health.said.get("en", ""),
            detail=health.said.get("detail"),
            checked_at=health.checked_at,
        )


class MediaOut(BaseModel):
    """Ce que devient une sorte de pièce jointe en partant."""

    types: str = Field(description="Motif MIME.", examples=["image/*"])
    support: str = Field(
        description="`full`, `partial`, `fallback` (part autrement), `dropped` (part sans elle), `rejected`.",
        examples=["full"],
    )
    max_bytes: int | None = Field(examples=[5242880])
    max_count: int | None = Field(description="Dans un même message.", examples=[1])

    @classmethod
    def of(cls, line: Media) -> Self:
        return cls(types=line.types, support=line.support, max_bytes=line.max_bytes, max_count=line.max_count)


class CapabilitiesOut(BaseModel):
    """Ce qu'un agent peut attendre du canal, tel qu'il est réglé."""

    can_receive: bool = Field(examples=[True])
    can_send: bool = Field(examples=[True])
    can_start: bool = Field(description="Peut écrire à qui n'a pas écrit.", examples=[True])
    public: bool = Field(examples=[False])
    text_max: int | None = Field(examples=[None])
    text_unit: str = Field(examples=["characters"])
    max_parts: int | None = Field(description="Messages en lesquels une réponse peut être coupée.", examples=[None])
    html: bool = Field(examples=[True])
    subject: bool = Field(examples=[True])
    attachments_max_bytes: int | None = Field(examples=[18874368])
    files: bool = Field(description="Un fichier peut être joint à ce qui part.", examples=[True])
    media: list[MediaOut] = Field(
        description="La première ligne qui couvre une pièce dit ce qu'elle devient.",
        examples=[[{"types": "image/*", "support": "full", "max_bytes": 5242880, "max_count": 1}]],
    )
    fetch_max_bytes: int | None = Field(
        description="La plus grande pièce qu'on aille chercher chez le fournisseur.", examples=[None]
    )
    reply_window_hours: int | None = Field(description="Heures après le dernier message reçu.", examples=[None])
    human_window_hours: int | None = Field(examples=[None])
    comment_window_hours: int | None = Field(
        description="Des mots publics reçoivent une seule réponse privée, dans ces heures ; `null` : librement.",
        examples=[None],
    )
    after_window: str = Field(description="Ce qui peut partir ensuite : `closed`, `template`.", examples=["closed"])
    receipts: bool = Field(description="Le fournisseur dit ce qui est arrivé.", examples=[True])
    receipt_queries: bool = Field(description="On peut lui demander ce qu'un envoi est devenu.", examples=[False])
    edits: bool = Field(description="Le fournisseur dit qu'un message a été modifié.", examples=[False])
    deletes: bool = Field(description="Il dit qu'un message a été retiré.", examples=[False])
    echoes: bool = Field(description="Il dit ce que notre côté a écrit d'ailleurs.", examples=[False])
    opt_out_words: list[str] = Field(
        description="Mots qui arrêtent nos messages, outre ceux de Parvis.", examples=[["STOP"]]
    )
    rate_per_second: float | None = Field(description="Ce que le fournisseur accepte.", examples=[None])
    identity_assurance: str = Field(
        description="Ce que vaut l'adresse d'un expéditeur : `none`, `claimed`, `routed`, `account`, `person`.",
        examples=["routed"],
    )
    needs_public_url: bool = Field(description="Le fournisseur doit pouvoir nous appeler.", examples=[False])
    electronic: bool = Field(description="Ce qui arrive est un envoi électronique (CRPA L112-11).", examples=[True])

    @classmethod
    def of(cls, capabilities: Capabilities) -> Self:
        given = {name: getattr(capabilities, name) for name in cls.model_fields}
        given["media"] = [MediaOut.of(line) for line in capabilities.media]
        return cls(**{**given, "opt_out_words": list(capabilities.opt_out_words)})


class ConnectionState(StrEnum):
    """Où en est une connexion tenue ouverte."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    WAITING = "waiting"  # elle a échoué : `retry_at` dit quand on l'essaie encore
    UNKEPT = "unkept"  # aucun processus ne la tient


class ConnectionOut(BaseModel):
    """La connexion d'un canal que la maison tient ouverte ; pourquoi elle ne l'est pas, `state_reason` le dit."""

    state: ConnectionState = Field(
        description="`connected`, `connecting`, `waiting` (elle a échoué, on la réessaie), `unkept` (personne ne la tient).",
        examples=["connected"],
    )
    since: datetime | None = Field(description="Depuis quand elle tient.", examples=["2026-03-02T08:00:00Z"])
    last_event_at: datetime | None = Field(
        description="Quand elle a apporté quelque chose pour la dernière fois.", examples=["2026-03-02T09:00:00Z"]
    )
    retry_at: datetime | None = Field(description="Prochain essai.", examples=[None])

    @classmethod
    def of(cls, connection: Connection | None, *, now: datetime) -> Self:
        state = connection_state(connection, now=now)
        kept = connection if state is not ConnectionState.UNKEPT else None
        return cls(
            state=state,
            since=kept.since if kept else None,
            last_event_at=connection.event_at if connection else None,
            retry_at=kept.retry_at if kept else None,
        )


def connection_state(connection: Connection | None, *, now: datetime) -> ConnectionState:
    """Says how a connection fares; what a process said that lives no more holds no more."""
    if connection is None or connection.until is None or connection.until <= now:
        return ConnectionState.UNKEPT
    if connection.since is not None:
        return ConnectionState.CONNECTED
    return ConnectionState.CONNECTING if connection.retry_at is None else ConnectionState.WAITING


class ChannelOut(BaseModel):
    """Un canal branché, sans ses secrets."""

    id: ChannelId
    type: str = Field(examples=["email"])
    name: str = Field(examples=["Courriel de l'accueil"])
    address: str | None = Field(examples=["contact@example.fr"])
    state: ChannelState = Field(examples=["active"])
    state_reason: str | None = Field(description="Ce qui ne va pas.", examples=[None])
    hook_url: str | None = Field(
        description="Adresse à donner au fournisseur ; `null` quand il n'appelle pas.",
        examples=["https://parvis.example.fr/hooks/email/Jx0…"],
    )
    config: dict[str, Any] = Field(description="Réglages, sans les secrets.", examples=[_CONFIG])
    secrets_set: list[str] = Field(
        description="Secrets donnés ; on peut les remplacer, pas les relire.", examples=[["push_secret"]]
    )
    capabilities: CapabilitiesOut | None = Field(
        description="`null` tant que le canal ne peut pas servir : `state_reason` dit quoi faire."
    )
    last_inbound_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    silent_since: datetime | None = Field(
        description="Depuis quand rien n'arrive, quand c'est bien plus long que d'habitude pour ce canal.",
        examples=[None],
    )
    check: CheckOut | None = Field(
        description="Le dernier test en direct ; `null` quand il n'y en a pas eu.", examples=[None]
    )
    credentials_expire_at: datetime | None = Field(
        description="Fin des clés, quand elle est connue.", examples=["2026-06-01T00:00:00Z"]
    )
    connection: ConnectionOut | None = Field(
        description="La connexion que ce canal demande de tenir ouverte ; `null` quand il n'en demande pas.",
        examples=[None],
    )
    created_at: datetime
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, channel: Channel, *, adapter: ChannelAdapter, base_url: str, now: datetime) -> Self:
        hidden = secret_fields(type(channel.config))
        capabilities = adapter.capabilities(channel.config)
        called = isinstance(adapter, Webhook) and not capabilities.streams
        return cls(
            id=channel.id,
            type=channel.type,
            name=channel.name,
            address=channel.address,
            state=channel.state,
            state_reason=channel.state_reason,
            hook_url=f"{base_url}/hooks/{channel.type}/{channel.key}" if called else None,
            config=channel.config.model_dump(mode="json", exclude=set(hidden)),
            secrets_set=sorted(name for name in hidden if getattr(channel.config, name)),
            capabilities=CapabilitiesOut.of(capabilities),
            last_inbound_at=channel.last_inbound_at,
            silent_since=channel.health.silent_since,
            check=CheckOut.of(channel.health),
            credentials_expire_at=channel.health.credentials_expire_at,
            connection=ConnectionOut.of(channel.health.connection, now=now) if capabilities.streams else None,
            created_at=channel.created_at,
            version=channel.version,
        )

    @classmethod
    def of_unopened(cls, channel: Unopened) -> Self:
        """Shows what is known of a channel that cannot be used, and what to do."""
        return cls(
            id=channel.id,
            type=channel.type,
            name=channel.name,
            address=channel.address,
            state=ChannelState.BROKEN,
            state_reason=channel.because,
            hook_url=None,
            config=dict(channel.settings),
            secrets_set=[],
            capabilities=None,
            last_inbound_at=channel.last_inbound_at,
            silent_since=channel.health.silent_since,
            check=CheckOut.of(channel.health),
            credentials_expire_at=channel.health.credentials_expire_at,
            connection=None,
            created_at=channel.created_at,
            version=channel.version,
        )


class ChannelTypeOut(BaseModel):
    """Un type de canal installé."""

    type: str = Field(examples=["email"])
    usable: bool = Field(examples=[True])
    reason: str | None = Field(description="Pourquoi il ne peut servir.", examples=[None])
    distribution: str = Field(description="Paquet qui l'apporte.", examples=["parvis"])
    name_fr: str | None = Field(examples=["Courriel"])
    name_en: str | None = Field(examples=["E-mail"])
    homepage: str | None = Field(examples=[None])
    protocols: list[str] = Field(examples=[["webhook", "sender", "poller"]])
    config_schema: dict[str, Any] | None = Field(
        description="Schéma JSON de `config`.", examples=[{"type": "object", "required": ["address"]}]
    )

    @classmethod
    def of(cls, line: Mapping[str, object]) -> Self:
        given = {name: line.get(name) for name in cls.model_fields if name not in {"protocols", "config_schema"}}
        return cls.model_validate(
            {**given, "protocols": line.get("protocols", []), "config_schema": line.get("schema")}
        )
