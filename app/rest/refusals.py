"""Refusals the web server makes by itself, given a place among the house's errors."""

from http import HTTPStatus

from app.errors import (
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    ParvisError,
    PreconditionRequired,
    Stale,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
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

# What to do, for the errors that are raised without a sentence of their own.
ADVICE: dict[type[ParvisError], Said] = {
    Malformed: Said("la requête ne peut pas être lue", en="the request cannot be read"),
    NotFound: Said("rien à cette adresse, ou rien que vous puissiez voir", en="nothing here, or nothing you may see"),
    MethodNotAllowed: Said("voyez l'en-tête Allow", en="see the Allow header"),
    TooLarge: Said("envoyez moins à la fois", en="send less at a time"),
    TooManyRequests: Said("attendez le délai de Retry-After", en="wait as long as Retry-After says"),
}
LATER = Said(
    "rien n'a été enregistré ; réessayez, et donnez request_id au support si cela dure",
    en="nothing was recorded; try again, and give request_id to support if it lasts",
)


def refusal_of_status(status: int) -> type[ParvisError]:
    """Returns the house's error of a status the web server gave; `Refused` when it has none of its own."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ParvisError
    return _BY_STATUS.get(status, Refused)
