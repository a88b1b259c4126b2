"""Every setting of Parvis, read once by the composition root from the environment or `.env` (prefix `PARVIS_`)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_SECRET = "demonstration-only-not-a-secret"  # noqa: S105 — refused outside the demonstration


class Settings(BaseSettings):
    """Settings and their defaults; with none set, the embedded house starts. docs/settings.md is made from this."""

    model_config = SettingsConfigDict(env_prefix="PARVIS_", env_file=".env", extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL ≥ 15, as the application's own role (owns nothing, no BYPASSRLS). Unset: the embedded PostgreSQL starts in the data folder.",
    )
    migration_url: SecretStr | None = Field(
        default=None, description="The same database as the role that owns the schema; used by `parvis migrate` only."
    )
    direct_url: SecretStr | None = Field(
        default=None,
        description="The same database and role reached without PgBouncer, when PARVIS_DATABASE_URL goes through one in transaction mode: workers and the bell listen there. Unset: PARVIS_DATABASE_URL. See docs/operate.md.",
    )
    backup_url: SecretStr | None = Field(
        default=None,
        description="The same database as a role that reads every row (BYPASSRLS, pg_read_all_data) and writes none; used by `parvis backup` only. Not needed with the embedded PostgreSQL.",
    )
    backup_key_file: Path | None = Field(
        default=None,
        description="File of the secret key (age) that opens backups, made by `parvis backup key FILE`. A machine that only makes them needs the public key alone.",
    )
    backup_recipients: list[str] = Field(
        default=[],
        description="Public keys (age1…) backups are encrypted for; JSON list. Empty: for the key file itself. Several: each opens them, for instance one kept in a safe.",
    )
    backup_s3_endpoint: str | None = Field(
        default=None,
        description="Provider of the bucket of `parvis backup s3://…`, https://…; unset: Amazon's, in its region. With none of PARVIS_BACKUP_S3_…: as the bucket of pieces. http:// for an inner place named in PARVIS_EGRESS_ALLOW only.",
    )
    backup_s3_region: str | None = Field(
        default=None, description="Region of the bucket of backups, as its provider names it."
    )
    backup_s3_access_key_id: str | None = Field(
        default=None,
        description="Key of the bucket of backups. Unset, with its secret: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else the machine's own role.",
    )
    backup_s3_secret_access_key: SecretStr | None = Field(default=None, description="Secret of that key.")
    backup_s3_path_style: bool = Field(
        default=True,
        description="Whether the bucket of backups stands in the path (https://provider/bucket/…) or, false, in the host name.",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="Redis or Valkey for live fan-out between processes. Unset: PostgreSQL's LISTEN/NOTIFY does it. Never the only holder of a fact.",
    )
    data_dir: Path = Field(default=Path("data"), description="Embedded database and pieces.")
    files_url: str | None = Field(
        default=None,
        description="Bucket where pieces are kept: s3://bucket or s3://bucket/folder, of S3 or what speaks like it. Unset: a folder of PARVIS_DATA_DIR. Pieces already there are moved by `parvis files move`; see docs/operate.md.",
    )
    files_endpoint: str | None = Field(
        default=None,
        description="Address of the provider of that bucket, https://…; unset: Amazon's, in PARVIS_FILES_REGION. http:// for an inner place named in PARVIS_EGRESS_ALLOW only.",
    )
    files_region: str | None = Field(default=None, description="Region of the bucket, as its provider names it.")
    files_access_key_id: str | None = Field(
        default=None,
        description="Key of the bucket. Unset, with its secret: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else the machine's own role.",
    )
    files_secret_access_key: SecretStr | None = Field(default=None, description="Secret of that key.")
    files_path_style: bool = Field(
        default=True,
        description="Whether the bucket stands in the path (https://provider/bucket/…) or, false, in the host name.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="At least 32 random characters; channel secrets, reply addresses and cursors depend on it. Unset: made once and kept in the data folder, for the embedded house only.",
    )
    previous_secret_keys: list[SecretStr] = Field(
        default=[], description="Older secret keys, still accepted for reading; JSON list, newest first."
    )
    key_command: list[str] | None = Field(
        default=None,
        description='Program that wraps and unwraps data keys, for those who have a key service; JSON list, for instance ["/usr/local/bin/parvis-keys"]. Unset: PARVIS_SECRET_KEY wraps them. See docs/secrets.md.',
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address citizens and providers reach; signatures are checked against it.",
    )
    listen: str = Field(default="127.0.0.1:8000", description="host:port of the HTTP server.")
    smtp_listen: str | None = Field(
        default=None, description="host:port on which mail is received by SMTP; unset: no SMTP door."
    )
    smtp_certificate: Path | None = Field(
        default=None, description="PEM file of the certificate shown by the mail doors; unset: no STARTTLS."
    )
    smtp_key: Path | None = Field(default=None, description="PEM file of its private key; unset: in the same file.")
    lmtp_listen: str | None = Field(
        default=None, description="host:port on which an MTA hands mail over by LMTP; unset: no LMTP door."
    )
    outgoing: Literal["send", "capture"] | None = Field(
        default=None,
        description="send: messages leave for providers; capture: they are kept and shown. Unset: captured in the embedded house, sent otherwise.",
    )
    egress_allow: list[str] = Field(
        default=[],
        description='Inner places the house may call besides the public internet: hosts, host:port or networks; JSON list, for instance ["smtp.mairie.lan:25", "10.1.0.0/16"]. Plain HTTP may be spoken to them.',
    )
    information_hours: str = Field(
        default="08:00-20:00",
        description="Hours at which plain information may leave, in the zone of each administration; answers and legal acknowledgements leave at any hour.",
    )
    oidc_kind: Literal["proconnect", "generic"] | None = Field(
        default=None,
        description="Sign agents in through an OpenID provider: proconnect, or generic for any other. With the issuer, the client's identifier and its secret, all or none; see docs/sign-in.md.",
    )
    oidc_issuer: str | None = Field(default=None, description="The provider's issuer, exactly as it writes it.")
    oidc_client_id: str | None = Field(
        default=None, description="Identifier this installation was given by the provider."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Secret this installation was given by the provider."
    )
    oidc_algorithm: Literal["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"] = Field(
        default="RS256",
        description="How the provider signs its tokens, as registered there (ProConnect: ES256 preferred); no other is accepted.",
    )
    oidc_name: str | None = Field(
        default=None, description="Name on the button of a generic provider: « Se connecter avec … »."
    )
    password_accounts: list[str] | None = Field(
        default=None,
        description="With a provider: the only accounts a password still opens, by e-mail address, for the day the provider is down; JSON list. Unset: a password opens any account that chose one.",
    )
    worker_inside: bool = Field(
        default=True, description="Run the worker as a task of the API process; false when `parvis worker` runs."
    )
    worker_concurrency: int = Field(default=4, ge=1, le=64, description="Jobs a worker runs at once.")
    worker_metrics_listen: str | None = Field(
        default=None,
        description="host:port where `parvis worker` serves its own counters to Prometheus, for the operators' network only. Unset: nowhere; the API serves the figures of the house at `/metrics`.",
    )
    database_pool: int = Field(default=10, ge=2, le=100, description="Connections of one process.")
    trusted_proxies: list[str] = Field(
        default=["127.0.0.1", "::1"],
        description="Addresses or networks of the reverse proxies in front of the HTTP server: their X-Forwarded-For says from where somebody asks, which limits and sign-in count; anybody else's is ignored. JSON list.",
    )
    limit_caller: int = Field(
        default=1200, ge=0, description="Requests a minute of one key or one person; 0: no limit. See docs/api.md."
    )
    limit_tenant: int = Field(
        default=12_000, ge=0, description="Requests a minute of all keys and people of one administration; 0: no limit."
    )
    limit_address: int = Field(
        default=600,
        ge=0,
        description="Requests a minute from one address (IPv6: one /64) at the doors open to everybody; 0: no limit.",
    )
    limit_channel: int = Field(
        default=60_000,
        ge=0,
        description="Deliveries a minute to one channel before its provider is asked to repeat later (503); 0: no limit.",
    )
    max_mail_bytes: int = Field(
        default=40 * 2**20, ge=2**16, description="Largest mail accepted, in bytes; over it SMTP answers 552."
    )
    max_hook_bytes: int = Field(default=2**20, ge=2**12, description="Largest provider delivery accepted, in bytes.")
    max_form_bytes: int = Field(
        default=26 * 2**20, ge=2**16, description="Largest citizens' form accepted with its files, in bytes."
    )
    max_import_bytes: int = Field(
        default=4 * 2**30, ge=2**16, description="Largest export of another tool accepted over HTTP, in bytes."
    )
    parse_seconds: float = Field(
        default=10.0, gt=0, description="Time one delivery may take to be read before it is held for a person."
    )
    parse_memory_mb: int = Field(
        default=512, ge=128, description="Memory of the child process that reads deliveries, in MiB."
    )
    suggest: Literal["auto", "words", "meaning"] = Field(
        default="auto",
        description="How procedures are proposed for a message: words, by letters and keywords; meaning, also by the sense of sentences (extra `suggest`, some 130 MB more a process that shows proposals); auto, meaning where the extra is installed.",
    )
    events_kept_days: int = Field(
        default=400,
        ge=32,
        description="How long the event log can be read again (`/events`, streams, webhooks sent again), in days; older months are dropped whole. The journal is another thing, and is kept.",
    )
    security_contact: str | None = Field(
        default=None,
        pattern=r"^(mailto:|https://|tel:)[!-~]+$",
        description="Where a security flaw is told, as RFC 9116 wants it (mailto:, https: or tel:); published at /.well-known/security.txt. Unset: there is no such file.",
    )
    tenant_hosts: dict[str, str] = Field(
        default={},
        description='Host names that stand for one administration, by its slug: {"villebourg.example.fr": "villebourg"}. A key or session of another one is refused there.',
    )
    operator_contact: str | None = Field(
        default=None,
        max_length=200,
        description="Whom people are told to ask, on the help page and where an administration is suspended: a name, an address, a telephone number of whoever runs this installation.",
    )
    clamd: str | None = Field(
        default=None,
        description="Antivirus that pieces are shown to once their message is kept: host:port or unix:/path of clamd's socket. Unset: pieces are not examined. See docs/antivirus.md.",
    )
    ocr: Literal["auto", "off"] = Field(
        default="auto",
        description="Reading of scans by machine: auto, where the program `tesseract` is installed; off, never.",
    )
    ocr_languages: str = Field(
        default="fra",
        pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$",
        description="Languages tesseract looks for, as it names them: fra, or fra+deu.",
    )
    ocr_pieces: Literal["paper", "all"] = Field(
        default="paper",
        description="Whose PDF files and pictures are read: paper, those of post and counter; all, those of every channel.",
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")
    log_format: str = Field(default="json", description="json or console.")


def listed(settings: type[Settings] = Settings) -> list[tuple[str, str, str]]:
    """Returns (variable, default, description) of every setting, for docs/settings.md."""
    rows = []
    for name, info in settings.model_fields.items():
        default = "unset" if info.default is None else str(info.default)
        rows.append((f"PARVIS_{name.upper()}", default, info.description or ""))
    return rows
