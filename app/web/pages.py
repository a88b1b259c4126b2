"""Writing a page: one environment of templates, everything escaped, and the headers every page carries."""

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.rest.languages import Language, negotiate
from app.sensitive import masked
from app.web import dates, marks
from app.web.edition import EDITION
from app.web.house import house_of
from app.web.preferred_desk import is_built
from app.web.rail import Rail
from app.web.typography import FrenchSpaces

_FOLDER = Path(__file__).parent / "templates"
# No script at all, but our own where a page asks for it. `frame-src` is for a citizen's HTML, shown without any right.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
SCRIPTED = "script-src 'self'; connect-src 'self'; "
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        # `no-referrer` would make browsers send `Origin: null` with our own forms (Fetch, "append a request Origin").
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
    }
)


def language_of(request: Request) -> Language:
    """Returns the language of a page: `?lang=`, else what the browser prefers, else French."""
    asked = request.query_params.get("lang", "")
    return Language(asked) if asked in {*Language} else negotiate(request.headers.get("accept-language"))


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    frame_ancestors: Sequence[str] = (),
    scripted: bool = False,
    **values: object,
) -> HTMLResponse:
    """Renders a template. `t(fr, en)` says a sentence in the reader's language.

    `frame_ancestors` are the origins whose pages may show this one in a frame; nobody's, unless they are named. `scripted`
    lets our own files run, and nothing else.
    """
    language = language_of(request)

    def say(french: str, english: str) -> str:
        return english if language is Language.EN else french

    rail = values.get("rail")
    now = house_of(request).clock()
    unwatched = isinstance(rail, Rail) and rail.unwatched(now)
    guests = rail.guests(now) if isinstance(rail, Rail) else ()
    words = _TEMPLATES.get_template(template).render(
        request=request,
        path=request.url.path,
        lang=language.value,
        language=language,
        t=say,
        unwatched=unwatched,
        guests=guests,
        **values,
    )
    headers = {**HEADERS, "Content-Language": language.value, "Vary": "Accept-Language, Cookie"}
    if scripted:
        headers["Content-Security-Policy"] = SCRIPTED + POLICY
    if frame_ancestors:
        named = f"frame-ancestors {' '.join(frame_ancestors)}"
        policy = headers["Content-Security-Policy"]
        headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", named)
    return HTMLResponse(words, status_code=status, headers=headers)


def see(path: str) -> RedirectResponse:
    """Sends the browser to one of our own pages after a change (303: it asks for it with GET)."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def shown(text: str | None) -> str:
    """Writes a name or a subject with its invisible characters made visible: they may imitate somebody's name."""
    return "".join(f"⟨U+{ord(c):04X}⟩" if _hides(c) else c for c in text or "")


def size(count: int | None) -> str:
    """Writes a number of bytes as people do: 840 ko."""
    if count is None:
        return "taille inconnue"
    for unit, bytes_of_it in (("Mo", 1_000_000), ("ko", 1_000)):
        if count >= bytes_of_it:
            return f"{count / bytes_of_it:.1f}".rstrip("0").rstrip(".").replace(".", ",") + f"\N{NO-BREAK SPACE}{unit}"
    return f"{count}\N{NO-BREAK SPACE}octets"


def _hides(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Co"} and character not in "\n\t"


_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    extensions=[FrenchSpaces],
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(
    {
        "shown": shown,
        "masked": lambda text: masked(text or ""),
        "size": size,
        "short_day": dates.short_day,
        "long_day": dates.long_day,
        "short_moment": dates.short_moment,
        "long_moment": dates.long_moment,
        "from_today": dates.from_today,
        "channel_mark": marks.channel_mark,
    }
)
_TEMPLATES.globals.update(
    {
        "edition": EDITION,
        "has_application": is_built,
        "risks": marks.RISKS,
        "icons": marks.ICONS,
        "statuses": marks.STATUSES,
        "out_mark": marks.out_mark,
        "notice_mark": marks.notice_mark,
        "purposes": marks.PURPOSES,
    }
)
