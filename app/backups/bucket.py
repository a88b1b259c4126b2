"""Backups in a bucket: sent in parts while they are made, seen whole or not at all, read again by ranges.

Neither way holds more than some parts in memory, and nothing of a backup touches the disk of the machine that makes it.
"""

import contextlib
import io
import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Literal

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import ObjectStore

from app.backups.envelope import Sink
from app.errors import NotFound, Unavailable

# S3 takes ten thousand parts: a backup may measure 320 GB. Three parts are in memory at most: made, waiting, on their way.
PART = 32 * 2**20
_RANGE = 8 * 2**20
_GONE = (BaseError, PermissionError)
_REFUSED = (PermissionError, PermissionDeniedError, UnauthenticatedError)
_NO_BUCKET = "NoSuchBucket"  # a code of S3's answers ("Error Responses")


@dataclass(frozen=True, slots=True)
class BucketFile:
    """One object, which may not be there yet. `folder` is how its place is written, without its name."""

    store: ObjectStore
    folder: str
    name: str

    def __str__(self) -> str:
        """The address as a command line is given it: never a key."""
        return f"{self.folder}/{self.name}"

    def size(self) -> int:
        """Returns its bytes. Raises `NotFound` or `Unavailable`."""
        try:
            return int(obstore.head(self.store, self.name)["size"])
        except FileNotFoundError as error:
            raise NotFound(f"{self} does not exist: parvis backup prune --dry-run lists a folder") from error
        except _GONE as error:
            raise _away(str(self), error) from error

    def exists(self) -> bool:
        try:
            self.size()
        except NotFound:
            return False
        return True

    def open(self, _mode: Literal["rb"], /) -> BinaryIO:
        """Begins to read it, a range at a time. Raises `NotFound` or `Unavailable`, as every read of the stream may."""
        return io.BufferedReader(_Ranges(self, self.size()), buffer_size=_RANGE)

    def remove(self) -> None:
        """Removes it; what is not there is removed already. Raises `Unavailable`."""
        try:
            obstore.delete(self.store, self.name)
        except FileNotFoundError:
            return
        except _GONE as error:
            raise _away(str(self), error) from error

    @contextmanager
    def written(self) -> Iterator[Sink]:
        """Gives a stream whose bytes are this object once the block ends; a block that fails leaves none.

        Raises `Unavailable` when the bucket does not take them.
        """
        sending = _Sending(self)
        try:
            yield sending
            sending.finish()
        except BaseException as error:
            why = sending.trouble  # before it is given up, which is one more
            sending.abandon()
            if why is not None and not isinstance(error, Unavailable):
                raise _away(str(self), why) from why
            raise


class BucketShelf:
    """The backups of a folder of a bucket."""

    def __init__(self, store: ObjectStore, folder: str) -> None:
        self._store, self._folder = store, folder

    def __str__(self) -> str:
        """The address as a command line is given it."""
        return self._folder

    def names(self) -> Sequence[str]:
        """Names what lies in the folder itself. Raises `Unavailable`."""
        try:
            found = obstore.list_with_delimiter(self._store)
        except (*_GONE, FileNotFoundError) as error:
            raise _away(self._folder, error) from error
        return [str(one["path"]) for one in found["objects"]]

    def file(self, name: str) -> BucketFile:
        return BucketFile(self._store, self._folder, name)

    def remove(self, name: str) -> None:
        self.file(name).remove()


class _Ranges(io.RawIOBase):
    """Reads an object by ranges: each is asked again when it is cut off, whatever the whole measures."""

    def __init__(self, file: BucketFile, size: int) -> None:
        self._file, self._size, self._at = file, size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]  # a writable buffer
        end = min(self._at + len(buffer), self._size)
        if end == self._at:
            return 0
        try:
            some = obstore.get_range(self._file.store, self._file.name, start=self._at, end=end)
        except (*_GONE, FileNotFoundError) as error:
            raise _away(str(self._file), error) from error
        count = len(some)
        buffer[:count] = memoryview(some)
        self._at += count
        return count


class _Sending:
    """Hands parts to an upload that runs beside; it is completed at `finish` alone."""

    def __init__(self, file: BucketFile) -> None:
        self.trouble: BaseException | None = None
        self._file, self._part = file, bytearray()
        self._parts: queue.Queue[bytes | None] = queue.Queue(maxsize=1)
        self._abandoned = False
        self._thread = threading.Thread(target=self._send, name="backup upload", daemon=True)
        self._thread.start()

    def write(self, some: bytes, /) -> int:
        self._part += some
        if len(self._part) >= PART:
            self._hand(bytes(self._part))
            self._part.clear()
        return len(some)

    def flush(self) -> None:
        """Holds parts back until they are whole: a bucket takes no smaller ones."""

    def finish(self) -> None:
        if self._part:
            self._hand(bytes(self._part))
        self._hand(None)
        self._thread.join()
        if self.trouble is not None:
            raise _away(str(self._file), self.trouble) from self.trouble

    def abandon(self) -> None:
        self._abandoned = True
        with contextlib.suppress(queue.Full, Unavailable):
            self._hand(None)
        self._thread.join()

    def _hand(self, part: bytes | None) -> None:
        while True:
            if not self._thread.is_alive() and self.trouble is not None:
                raise _away(str(self._file), self.trouble) from self.trouble
            with contextlib.suppress(queue.Full):
                self._parts.put(part, timeout=0.2)
                return

    def _send(self) -> None:
        try:
            obstore.put(
                self._file.store, self._file.name, self._taken(), use_multipart=True, chunk_size=PART, max_concurrency=1
            )
        except BaseException as error:  # noqa: BLE001 — raised in the thread that waits
            self.trouble = error

    def _taken(self) -> Iterator[bytes]:
        while (part := self._parts.get()) is not None:
            yield part
        if self._abandoned:
            raise InterruptedError("the backup was given up: its parts must not become an object")


def _away(where: str, error: BaseException) -> Unavailable:
    """Says what to do, by what the provider answered; its own words may hold a key, and stay out."""
    if _NO_BUCKET in str(error):
        bucket = where.removeprefix("s3://").partition("/")[0]
        return Unavailable(
            f"{where}: there is no bucket {bucket} where PARVIS_BACKUP_S3_ENDPOINT and _REGION lead: create it there, or "
            "mend its name"
        )
    if isinstance(error, _REFUSED):
        return Unavailable(
            f"{where}: the bucket refuses this key: look at PARVIS_BACKUP_S3_ACCESS_KEY_ID and _SECRET_ACCESS_KEY, and "
            "that they may put, get, list and delete there"
        )
    return Unavailable(
        f"{where} could not be read or written: look at the bucket, its address, its keys, and that they may put, get, "
        "list and delete; a backup cut off half-way left no object: make it again"
    )
