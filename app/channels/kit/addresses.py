"""Mail addresses: read without being fooled, judged before anything is sent to them, tagged and untagged."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.channels.kit.headers import decode_words, plain_name, text_of
from app.channels.kit.mime.limits import DEFAULT_LIMITS

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([<>,;:()])|([^"<>,;:()\s]++)|(\s++)|(")', re.DOTALL)
# After a quote nobody closes, none is looked for again: the search would start anew at each of them.
_TOKEN_UNQUOTED = re.compile(r'(?!)()|([<>,;:()])|([^"<>,;:()\s]++)|(\s++)|(")')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_AROUND = re.compile(r"\s*([.@])\s*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]"
_DOT_ATOM = re.compile(rf"{_ATEXT}++(?:\.{_ATEXT}++)*+")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*+"')
_LABEL = re.compile(r"(?!-)[A-Za-z0-9\u00a1-\U0010ffff_-]{1,63}(?<!-)")
_LITERAL = re.compile(r"\[[^\[\]\s]{1,100}\]")
_NUMERIC_DOMAIN = re.compile(r"[0-9.]+")
_NOBODY = re.compile(
    r"(?:no|do[._-]?not)[._-]?reply(?:[._+-].*)?|ne[._-]?pas[._-]?repondre(?:[._+-].*)?|sans[._-]?reponse"
    r"|mailer-daemon|postmaster|nobody|bounces?(?:[._+-].*)?"
)
_PHRASE_READ = 2_000
LOCAL_MAX, DOMAIN_MAX = 64, 255


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox as written: `address` is normalised (lower-case domain) when `valid`, else as received, or empty."""

    address: str
    name: str | None
    valid: bool


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The mailboxes of a header, and whether reading it took a guess."""

    items: Sequence[Mailbox]
    damaged: bool = False


def read_mailboxes(raw: bytes, *, limit: int = DEFAULT_LIMITS.addresses) -> Mailboxes:
    """Reads an address header (RFC 5322 § 3.4) in one pass; groups are opened, comments become names or vanish.

    An encoded-word is decoded in a display name and never inside an address: `=?utf-8?Q?agent?=@ville.example` stays
    what it is. Where a header is ambiguous every candidate is returned and `damaged` is set (CVE-2023-27043).
    """
    return _Reader(text_of(raw), limit).read()


def normalise(address: str) -> str | None:
    """Returns an address with its domain in lower case, or None when it is not one addr-spec of RFC 5321's sizes."""
    local, at, domain = address.rpartition("@")
    if not at or not (_DOT_ATOM.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        return None
    if len(local.encode("utf-8", "replace")) > LOCAL_MAX or len(domain.encode("utf-8", "replace")) > DOMAIN_MAX:
        return None
    if any(unicodedata.category(char) in {"Cf", "Cc", "Cs", "Zl", "Zp", "Zs"} for char in local + domain if char > "~"):
        return None
    if _LITERAL.fullmatch(domain):
        return f"{local}@{domain.lower()}"
    domain = unicodedata.normalize("NFC", domain).lower().removesuffix(".")
    labels = domain.split(".")
    return f"{local}@{domain}" if all(_LABEL.fullmatch(label) for label in labels) else None


def unrepliable(address: str | None, *, ours: Iterable[str] = ()) -> str | None:
    """Returns why nothing may be sent to an address, as a short code, or None when it may.

    Codes: `absente`, `mal-formee`, `adresse-ip`, `domaine-local`, `sans-reponse`, `la-notre`.
    """
    if not address:
        return "absente"
    if (normal := normalise(address)) is None:
        return "mal-formee"
    local, _, domain = normal.rpartition("@")
    if domain.startswith("[") or _NUMERIC_DOMAIN.fullmatch(domain):
        return "adresse-ip"
    if "." not in domain or domain.endswith((".local", ".localhost", ".localdomain", ".internal", ".invalid")):
        return "domaine-local"
    if _NOBODY.fullmatch(local.lower()):
        return "sans-reponse"
    return "la-notre" if is_ours(normal, ours=ours) else None


def is_ours(address: str, *, ours: Iterable[str]) -> bool:
    """Tells whether an address, tagged or not, is one of our own mailboxes; case never distinguishes them."""
    bare = untagged(address).lower()
    return any(bare == untagged(own).lower() for own in ours)


def domain_of(address: str | None) -> str:
    return (address or "").rpartition("@")[2].lower()


def plus_address(base: str, *, token: str) -> str:
    """Returns `local+token@domain`; raises ValueError when the token could not survive in an address."""
    local, _, domain = base.rpartition("@")
    tagged = f"{local}+{token}@{domain}"
    if not token or normalise(tagged) is None:
        raise ValueError("this token does not fit in an address")
    return tagged


def untagged(address: str) -> str:
    """Returns an address without its `+tag`."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if not local.startswith('"') else address


def mailbox_of(address: str) -> str:
    """Returns one name for the addresses that reach one mailbox, as nearly all hosts have it: no tag, no capitals."""
    return untagged(address).lower()


def token_of(recipients: Iterable[str], *, base: str, domain: str | None = None) -> str | None:
    """Returns the tag of the first recipient that is `base` with a tag, at its own domain or the reply `domain`.

    Only recipients are looked at: neither a subject nor a forwarded message's headers carry authority.
    """
    local, _, own = base.lower().rpartition("@")
    domains = {own, (domain or own).lower()}
    for recipient in recipients:
        name, _, host = recipient.rpartition("@")
        bare, plus, token = name.partition("+")
        if plus and token and bare.lower() == local and host.lower() in domains:
            return token
    return None


def verp_address(base: str, *, recipient: str, token: str) -> str:
    """Returns the envelope sender by which a bounce names its message even when it quotes nothing of it.

    The recipient is not written into it: bounces travel through strangers' logs.
    """
    if normalise(recipient) is None:
        raise ValueError("not an address")
    return plus_address(base, token=token)


class _Reader:
    """A linear scanner: one pass over tokens, no recursion, comments counted rather than matched."""

    def __init__(self, text: str, limit: int) -> None:
        self._text = text
        self._limit = limit
        self._found: list[Mailbox] = []
        self._damaged = False
        self._reset()

    def _reset(self) -> None:
        self._phrase: list[str] = []
        self._angles: list[str] = []
        self._inside: list[str] | None = None
        self._comment: list[str] = []

    def read(self) -> Mailboxes:
        depth = 0
        for match in self._tokens():
            special, space, stray = match[2], match[4], match[5]
            if depth:
                depth += (special == "(") - (special == ")")
                if depth:
                    self._comment.append(match[0])
            elif special == "(":
                depth = 1
            elif special:
                self._special(special)
            elif stray:
                self._damaged = True
            else:
                self._word(" " if space else match[0])
            if len(self._found) >= self._limit:
                self._damaged = True
                return Mailboxes(tuple(self._found), damaged=True)
        self._damaged |= depth > 0
        self._flush()
        return Mailboxes(tuple(self._found), damaged=self._damaged)

    def _tokens(self) -> Iterator[re.Match[str]]:
        for match in _TOKEN.finditer(self._text):
            yield match
            if match[5]:
                yield from _TOKEN_UNQUOTED.finditer(self._text, match.end())
                return

    def _word(self, written: str) -> None:
        if self._inside is None:
            self._phrase.append(written)
        elif written != " ":
            self._inside.append(written)

    def _special(self, char: str) -> None:
        if char == "<":
            self._damaged |= self._inside is not None
            self._inside = []
        elif char == ">":
            if self._inside is None:
                self._damaged = True
            else:
                self._angles.append("".join(self._inside))
                self._inside = None
        elif self._inside is not None and char in ":,;":
            self._inside.append(char)
        elif char == ":":
            self._damaged |= not "".join(self._phrase).strip() or bool(self._angles)
            self._reset()
        elif char in ",;":
            self._flush()
        else:
            self._damaged = True

    def _flush(self) -> None:
        if self._inside is not None:
            self._damaged = True
            self._angles.append("".join(self._inside))
        phrase = "".join(self._phrase).strip()
        if self._angles:
            self._damaged |= len(self._angles) > 1
            for angle in self._angles:
                self._add(_without_route(angle), name=_display(phrase))
        elif phrase:
            self._bare(phrase)
        self._reset()

    def _bare(self, phrase: str) -> None:
        """A mailbox without angle brackets: an address, perhaps with a comment for a name, or something wrong."""
        comment = _display("".join(self._comment))
        glued = _AROUND.sub(r"\1", phrase) if len(phrase) < _PHRASE_READ else phrase
        if normalise(glued) is not None:
            self._add(glued, name=comment)
            return
        self._damaged = True
        candidates = [word for word in phrase.split() if normalise(word) is not None][:10]
        for word in candidates:
            self._add(word, name=_display(phrase.replace(word, " ")) if len(candidates) == 1 else None)
        if not candidates:
            self._add(glued if "@" in glued else "", name=_display(phrase))

    def _add(self, address: str, *, name: str | None) -> None:
        normal = normalise(address)
        self._damaged |= normal is None and bool(address)
        self._found.append(Mailbox(normal or address, name, valid=normal is not None))


def _without_route(angle: str) -> str:
    """Drops a source route (RFC 5321 § 4.1.1.3), which no one follows any more."""
    return angle.partition(":")[2] if angle.startswith("@") and ":" in angle else angle


def _display(phrase: str) -> str | None:
    unquoted = _QUOTED.sub(lambda match: _ESCAPED.sub(r"\1", match[1]), phrase[:_PHRASE_READ])
    return plain_name(decode_words(unquoted)) or None
