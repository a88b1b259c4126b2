"""One root for everything Parvis refuses: a stable code, a status, a title in French and English, what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a body: a JSON pointer (RFC 6901), a stable code, a sentence.

    `because` and `source` are the rule that forbids it and the text of that rule, when there is one.
    """

    pointer: str
    code: str
    detail: str
    because: str | None = None
    source: str | None = None


class ParvisError(Exception):
    """Root of all refusals. Raising one rolls the transaction back.

    `code` is stable and documented in docs/errors.md; `detail` says what to do and holds no secret.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title_fr: ClassVar[str] = "Erreur interne"
    title_en: ClassVar[str] = "Internal error"

    def __init__(
        self, detail: str = "", *, flaws: Sequence[Flaw] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail or self.title_en)
        self.detail = detail
        self.flaws = tuple(flaws)
        self.headers = dict(headers or {})


class NotFound(ParvisError):
    code = "not-found"
    status = 404
    title_fr = "Introuvable"
    title_en = "Not found"


class Unauthenticated(ParvisError):
    code = "unauthenticated"
    status = 401
    title_fr = "Clé d'accès absente ou refusée"
    title_en = "Missing or refused access key"


class BadSignature(ParvisError):
    code = "bad-signature"
    status = 401
    title_fr = "Signature refusée"
    title_en = "Signature refused"


class Forbidden(ParvisError):
    code = "forbidden"
    status = 403
    title_fr = "Droit insuffisant"
    title_en = "Insufficient right"


class Malformed(ParvisError):
    """The body is not what it claims to be: not JSON, NaN, NUL, a lone surrogate."""

    code = "malformed"
    status = 400
    title_fr = "Contenu mal formé"
    title_en = "Malformed content"


class Invalid(ParvisError):
    code = "invalid"
    status = 422
    title_fr = "Contenu invalide"
    title_en = "Invalid content"


class TooLarge(ParvisError):
    code = "too-large"
    status = 413
    title_fr = "Contenu trop volumineux"
    title_en = "Content too large"


class UnsupportedMedia(ParvisError):
    code = "unsupported-media-type"
    status = 415
    title_fr = "Type de contenu refusé"
    title_en = "Unsupported media type"


class Conflict(ParvisError):
    code = "conflict"
    status = 409
    title_fr = "Conflit avec l'état actuel"
    title_en = "Conflict with the current state"


class ClockRunning(Conflict):
    code = "clock-running"
    title_fr = "Un délai légal court encore"
    title_en = "A legal clock is still running"


class PreconditionRequired(ParvisError):
    code = "precondition-required"
    status = 428
    title_fr = "Version attendue manquante"
    title_en = "Precondition required"


class Stale(ParvisError):
    code = "stale"
    status = 412
    title_fr = "La ressource a changé depuis votre lecture"
    title_en = "The resource changed since you read it"


class KeyReused(ParvisError):
    code = "idempotency-key-reused"
    status = 422
    title_fr = "Clé d'idempotence déjà utilisée pour un autre contenu"
    title_en = "Idempotency key already used for another content"


class Busy(ParvisError):
    """The same request is being carried out at this moment."""

    code = "in-progress"
    status = 409
    title_fr = "Requête identique en cours"
    title_en = "Identical request in progress"


class TooManyRequests(ParvisError):
    code = "too-many-requests"
    status = 429
    title_fr = "Trop de requêtes"
    title_en = "Too many requests"


class Unavailable(ParvisError):
    """Nothing was kept; the sender must try again."""

    code = "unavailable"
    status = 503
    title_fr = "Service momentanément indisponible"
    title_en = "Service temporarily unavailable"

    def __init__(self, detail: str = "", *, retry_after_s: int = 30) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)})


class Misconfigured(ParvisError):
    """Start-up refuses to lie: names the setting and what to do."""

    code = "misconfigured"
    status = 500
    title_fr = "Configuration refusée"
    title_en = "Configuration refused"
