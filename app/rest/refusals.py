"""Refusals the web server makes by itself, given a place among the house's errors."""

from http import HTTPStatus

from app.errors import (
    BadSignature,
    Busy,
    ClockRunning,
    Conflict,
    Forbidden,
    Invalid,
    KeyReused,
    Malformed,
    Misconfigured,
    NotFound,
    ParvisError,
    PreconditionRequired,
    Stale,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from app.rest.languages import Said


class MethodNotAllowed(ParvisError):
    """The resource exists and does not answer this method; `Allow` says which it answers."""

    code = "method-not-allowed"
    status = 405
    title_fr = "Méthode non admise"
    title_en = "Method not allowed"


class Refused(ParvisError):
    """Any other refusal of the web server; the status says more."""

    code = "refused"
    status = 400
    title_fr = "Requête refusée"
    title_en = "Request refused"


_BY_STATUS: dict[int, type[ParvisError]] = {
    kind.status: kind
    for kind in (
        Malformed,
        Unauthenticated,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        Stale,
        TooLarge,
        UnsupportedMedia,
        PreconditionRequired,
        TooManyRequests,
    )
}

_LATER = Said(
    "cette demande n'a peut-être pas abouti : répétez-la, avec la même Idempotency-Key si elle crée ou envoie, et donnez request_id au support si cela dure",
    en="this request may not have succeeded: repeat it, with the same Idempotency-Key if it creates or sends, and give request_id to support if it lasts",
)
_ADVICE: dict[type[ParvisError], Said] = {
    ParvisError: _LATER,
    Malformed: Said("le contenu ne peut pas être lu : voyez errors", en="the content cannot be read: see errors"),
    BadSignature: Said(
        "signez les octets envoyés, tels quels, avec le secret du canal ; vérifiez l'heure de votre serveur",
        en="sign the bytes as sent, with the channel's secret; check your server's clock",
    ),
    Unauthenticated: Said(
        "présentez une clé d'accès valable : Authorization: Bearer <clé>",
        en="present a valid access key: Authorization: Bearer <key>",
    ),
    Forbidden: Said("demandez ce droit à votre administrateur", en="ask your administrator for this right"),
    NotFound: Said("rien à cette adresse, ou rien que vous puissiez voir", en="nothing here, or nothing you may see"),
    MethodNotAllowed: Said("voyez l'en-tête Allow", en="see the Allow header"),
    Conflict: Said("relisez l'état actuel avant de recommencer", en="read the current state before trying again"),
    ClockRunning: Said(
        "répondez, ou consignez l'événement qui arrête le délai, avant de clore",
        en="reply, or record the event that stops the clock, before closing",
    ),
    Busy: Said(
        "la même demande est en cours : attendez une seconde et répétez-la avec la même clé",
        en="the same request is running: wait a second and repeat it with the same key",
    ),
    Stale: Said(
        "relisez la ressource, vérifiez que votre modification a encore un sens, puis renvoyez-la avec le nouvel ETag",
        en="read the resource again, check that your change still makes sense, and send it with the new ETag",
    ),
    PreconditionRequired: Said(
        "relisez la ressource et renvoyez son ETag dans If-Match ; `*` n'est pas accepté pour une modification",
        en="read the resource and send its ETag back in If-Match; `*` is not accepted for a change",
    ),
    TooLarge: Said("envoyez moins à la fois", en="send less at a time"),
    UnsupportedMedia: Said("voyez l'en-tête Accept", en="see the Accept header"),
    Invalid: Said("corrigez les champs listés dans errors", en="correct the fields listed in errors"),
    KeyReused: Said(
        "cette clé a déjà servi à une autre demande : prenez-en une nouvelle",
        en="this key named another request: take a new one",
    ),
    TooManyRequests: Said("attendez le délai de Retry-After", en="wait as long as Retry-After says"),
    Misconfigured: Said(
        "prévenez votre administrateur, avec request_id", en="tell your administrator, with request_id"
    ),
    Unavailable: _LATER,
    Refused: Said("voyez le statut HTTP", en="see the HTTP status"),
}


def advice_on(kind: type[ParvisError]) -> str:
    """Returns what to do about an error raised without a detail: its own `advice`, else that of its nearest parent."""
    for ancestor in kind.__mro__:
        own = vars(ancestor).get("advice")
        if isinstance(own, str):
            return own
        if ancestor in _ADVICE:
            return _ADVICE[ancestor]
    return _LATER


def refusal_of_status(status: int) -> type[ParvisError]:
    """Returns the house's error of a status the web server gave; `Refused` when it has none of its own."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ParvisError
    return _BY_STATUS.get(status, Refused)
