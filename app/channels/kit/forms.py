"""Form bodies and query strings, as lists of pairs: repeated names and their order are kept."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.json import clean_text

MAX_FIELDS = 1000
MAX_HEAD = 16 << 10  # the headers of one part
MAX_TEXT = 1 << 20  # one answer; a file is bounded by the door
Pairs = Sequence[tuple[str, str]]
_PARAMETER = re.compile(r';\s*([\w-]+\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', re.ASCII)


class FormBeyondLimits(Unreadable):
    """No browser and no person posts this: more fields, longer headers or a longer answer than any form has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFile:
    """One uploaded file, as it came."""

    field_name: str
    name: str | None
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, and its files where the body was multipart."""

    pairs: Pairs
    files: Sequence[FormFile] = ()

    def last(self, *names: str) -> str | None:
        """Returns the last value of the first of these names that stands in the form: Mailgun repeats fields."""
        for wanted in names:
            for name, value in reversed(self.pairs):
                if name == wanted:
                    return value
        return None

    def as_dict(self) -> dict[str, object]:
        """Returns name → value, or the list of its values where the name is repeated."""
        result: dict[str, object] = {}
        for name, value in self.pairs:
            held = result.get(name)
            result[name] = value if name not in result else [*(held if isinstance(held, list) else [held]), value]
        return result


def query(url: str, *, charset: str = "utf-8") -> Pairs:
    """Returns the pairs of a URL's query. Raises `FormBeyondLimits` above a thousand of them."""
    try:
        return _decoded(urlsplit(url).query, charset=charset)
    except ValueError:
        raise Unreadable("the URL is malformed") from None


def parameters(url: str) -> Mapping[str, str]:
    """Returns the last value of each name in a URL's query; a query that cannot be read asks for nothing."""
    try:
        return dict(query(url))
    except Unreadable:
        return {}


def urlencoded(body: bytes, *, charset: str = "utf-8") -> Pairs:
    """Returns the pairs of an `application/x-www-form-urlencoded` body."""
    return _decoded(body.decode("latin-1"), charset=charset)


def read_form(delivery: Delivery, *, charset: str = "utf-8") -> Form:
    """Reads the form of a delivery: the query of a GET, else a urlencoded or multipart body."""
    if delivery.method.upper() == "GET":
        return Form(query(delivery.url, charset=charset))
    content_type = delivery.header("Content-Type") or ""
    if content_type.lower().lstrip().startswith("multipart/form-data"):
        return _multipart(delivery.body, content_type)
    return Form(urlencoded(delivery.body, charset=charset))


def _decoded(text: str, *, charset: str) -> Pairs:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, encoding=charset, errors="replace", max_num_fields=MAX_FIELDS, separator="&"
        )
    except ValueError:
        raise FormBeyondLimits(f"a form of more than {MAX_FIELDS} fields") from None
    return [(clean_text(name), clean_text(value)) for name, value in pairs]


def _multipart(body: bytes, content_type: str) -> Form:
    """Reads multipart/form-data (RFC 7578) in one pass, each content copied once; parts inside parts are not looked into."""
    boundary = _parameters(content_type).get("boundary", "")
    if not boundary or len(boundary) > 200:
        raise Unreadable("multipart form without a usable boundary")
    pairs: list[tuple[str, str]] = []
    files: list[FormFile] = []
    for start, end in _spans(body, b"--" + boundary.encode("latin-1", "replace")):
        blank = body.find(b"\r\n\r\n", start, end)
        head_end, content_start = (end, end) if blank < 0 else (blank, blank + 4)
        if head_end - start > MAX_HEAD:
            raise FormBeyondLimits(f"a part whose headers are longer than {MAX_HEAD} bytes")
        headers = dict(_headers(body[start:head_end]))
        disposition = _parameters(headers.get("content-disposition", ""))
        name = disposition.get("name", "")
        if "filename" in disposition:
            kind = headers.get("content-type", "application/octet-stream").split(";")[0].strip().lower()
            content, called = body[content_start:end], disposition["filename"] or None
            files.append(FormFile(field_name=name, name=called, content_type=kind, content=content))
        elif name:
            if end - content_start > MAX_TEXT:
                raise FormBeyondLimits(f"an answer longer than {MAX_TEXT} bytes")
            pairs.append((name, clean_text(body[content_start:end].decode("utf-8", "replace"))))
    return Form(pairs, files)


def _spans(body: bytes, mark: bytes) -> Iterator[tuple[int, int]]:
    """Yields where each part starts and ends; the last one may have no closing boundary."""
    between = b"\r\n" + mark
    at = len(mark) if body.startswith(mark) else _after(body.find(between), len(between))
    for _ in range(MAX_FIELDS + 1):
        if at < 0 or body.startswith(b"--", at):
            return
        found = body.find(between, at)
        start = at + 2 if body.startswith(b"\r\n", at) else at
        end = len(body) if found < 0 else found
        yield min(start, end), end
        at = _after(found, len(between))
    raise FormBeyondLimits(f"a form of more than {MAX_FIELDS} fields")


def _after(found: int, length: int) -> int:
    return found + length if found >= 0 else -1


def _headers(head: bytes) -> Iterable[tuple[str, str]]:
    for line in head.split(b"\r\n")[:20]:
        name, _, value = line.partition(b":")
        # Browsers write file names in UTF-8, bare (WHATWG HTML, multipart/form-data encoding).
        yield name.decode("latin-1").strip().lower(), clean_text(value.decode("utf-8", "replace")).strip()


def _parameters(value: str) -> dict[str, str]:
    return {
        name.lower(): (quoted.replace('\\"', '"').replace("%22", '"') if quoted else bare)
        for name, quoted, bare in _PARAMETER.findall(value[:2000])
    }
