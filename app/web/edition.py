"""The look of the pages: a few files read once, named together by what they hold, so that a browser keeps them."""

import hashlib
from pathlib import Path

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
FILES = {
    path.name: (path.read_bytes(), _KINDS[path.suffix])
    for path in sorted((Path(__file__).parent / "static").iterdir())
    if path.suffix in _KINDS
}
# One name for all of them: a style names its font beside itself.
EDITION = hashlib.sha256(b"".join(content for content, _ in FILES.values())).hexdigest()[:12]
