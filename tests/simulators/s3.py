"""S3 on the loopback: objects, listing, deletion and uploads in parts as its REST API words them, signatures checked.

What is here is what obstore asks; no more of S3 is spoken.
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

KEY, SECRET, REGION = "PARVISTESTKEY", "a-secret-of-tests-for-a-bucket", "fr-par"
_PAGE = 3  # small, so that every listing of a test goes over pages
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})"
)


@dataclass
class S3:
    """A provider with some buckets. `away`: every call is answered 503; `versions`: it tells the version of what it keeps."""

    buckets: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"pieces": {}, "backups": {}})
    port: int = 0
    away: bool = False
    versions: bool = False
    most_parts: int | None = None  # of an upload; what comes after is answered 503
    asked: list[str] = field(default_factory=list)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, name: str = "files", bucket: str = "pieces", folder: str = "") -> dict[str, Any]:
        """The settings by which a house finds it."""
        return {
            f"{name}_url": f"s3://{bucket}/{folder}".rstrip("/"),
            f"{name}_endpoint": self.url,
            f"{name}_region": REGION,
            f"{name}_access_key_id": KEY,
            f"{name}_secret_access_key": SECRET,
        }


@contextmanager
def s3() -> Iterator[S3]:
    """Serves until the block ends."""
    provider = S3()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[S3]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        self.provider.asked.append(f"{self.command} {self.path}")
        if self.provider.away:
            self._answer(503, _error("SlowDown"))
        elif (refusal := self._unsigned(body)) is not None:
            self._answer(403, _error(refusal))
        else:
            bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            self._act(bucket, key, query, body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815 — the names the server calls

    def _act(self, bucket: str, key: str, query: dict[str, str], body: bytes) -> None:
        shelf = self.provider.buckets.get(bucket)
        if shelf is None:
            return self._answer(404, _error("NoSuchBucket"))
        if self.command == "POST":
            return self._post(shelf, bucket, key, query, body)
        match self.command:
            case "GET" if not key:
                return self._answer(200, _listing(shelf, query))
            case "GET" | "HEAD":
                return self._read(shelf, key)
            case "PUT" if "uploadId" in query and int(query["partNumber"]) > (self.provider.most_parts or 10_000):
                return self._answer(503, _error("SlowDown"))
            case "PUT" if "uploadId" in query:
                self.provider.parts[query["uploadId"]][int(query["partNumber"])] = body
                return self._answer(200, b"", ETag=_tag(body))
            case "PUT":
                shelf[key] = body
                told = {"x-amz-version-id": hashlib.md5(body).hexdigest()} if self.provider.versions else {}
                return self._answer(200, b"", ETag=_tag(body), **told)
            case "DELETE":
                shelf.pop(key, None)
                return self._answer(204, b"")
        return self._answer(405, _error("MethodNotAllowed"))

    def _post(self, shelf: dict[str, bytes], bucket: str, key: str, query: dict[str, str], body: bytes) -> None:
        match sorted(query):
            case ["delete"]:
                keys = [e.text or "" for e in ET.fromstring(body).iter() if e.tag.endswith("Key")]
                for one in keys:
                    shelf.pop(one, None)
                deleted = "".join(f"<Deleted><Key>{escape(one)}</Key></Deleted>" for one in keys)
                return self._answer(200, _xml("DeleteResult", deleted))
            case ["uploads"]:
                upload = f"upload-{len(self.provider.parts)}"
                self.provider.parts[upload] = {}
                told = f"<Bucket>{bucket}</Bucket><Key>{escape(key)}</Key><UploadId>{upload}</UploadId>"
                return self._answer(200, _xml("InitiateMultipartUploadResult", told))
            case _:
                pieces = self.provider.parts.pop(query["uploadId"])
                shelf[key] = b"".join(pieces[number] for number in sorted(pieces))
                told = f"<Key>{escape(key)}</Key><ETag>{escape(_tag(shelf[key]))}</ETag>"
                return self._answer(200, _xml("CompleteMultipartUploadResult", told))

    def _read(self, shelf: dict[str, bytes], key: str) -> None:
        content = shelf.get(key)
        if content is None:
            return self._answer(404, _error("NoSuchKey"))
        told = {"ETag": _tag(content), "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
        if asked:
            first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
            told["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            return self._answer(206, content[first : last + 1], **told)
        return self._answer(200, content, **told)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status, HTTPStatus(status).phrase)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _unsigned(self, body: bytes) -> str | None:
        """Says what is wrong with the signature of a request (AWS Signature Version 4)."""
        read = _AUTHORIZATION.fullmatch(self.headers.get("Authorization") or "")
        if read is None:
            return "AccessDenied"
        key, day, region, names, given = read.groups()
        if key != KEY:
            return "InvalidAccessKeyId"
        payload = self.headers.get("x-amz-content-sha256") or ""
        if payload not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
            return "XAmzContentSHA256Mismatch"
        parts = urlsplit(self.path)
        pairs = sorted(parse_qsl(parts.query, keep_blank_values=True))
        asked = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
        heads = "".join(f"{name}:{' '.join((self.headers.get(name) or '').split())}\n" for name in names.split(";"))
        canonical = f"{self.command}\n{parts.path}\n{asked}\n{heads}\n{names}\n{payload}"
        scope = f"{day}/{region}/s3/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        words = f"AWS4-HMAC-SHA256\n{self.headers['x-amz-date']}\n{scope}\n{digest}"
        signing = f"AWS4{SECRET}".encode()
        for word in (day, region, "s3", "aws4_request"):
            signing = hmac.new(signing, word.encode(), "sha256").digest()
        wanted = hmac.new(signing, words.encode(), "sha256").hexdigest()
        return None if hmac.compare_digest(wanted, given) else "SignatureDoesNotMatch"


def _listing(shelf: dict[str, bytes], query: dict[str, str]) -> bytes:
    prefix, after = query.get("prefix", ""), query.get("continuation-token") or query.get("start-after", "")
    keys = [key for key in sorted(shelf) if key.startswith(prefix) and key > after]
    page, more = keys[:_PAGE], len(keys) > _PAGE
    told = "".join(
        f"<Contents><Key>{escape(key)}</Key><LastModified>2026-03-02T09:00:00.000Z</LastModified>"
        f"<ETag>{escape(_tag(shelf[key]))}</ETag><Size>{len(shelf[key])}</Size></Contents>"
        for key in page
    )
    follows = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
    head = f"<Prefix>{escape(prefix)}</Prefix><KeyCount>{len(page)}</KeyCount><MaxKeys>{_PAGE}</MaxKeys>"
    return _xml("ListBucketResult", f"{head}<IsTruncated>{str(more).lower()}</IsTruncated>{follows}{told}")


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'


def _xml(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{inner}</{name}>'.encode()


def _error(code: str) -> bytes:
    return _xml("Error", f"<Code>{code}</Code><Message>refused</Message>")
