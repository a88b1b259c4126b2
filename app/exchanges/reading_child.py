"""The child that reads deliveries: no database, no settings, limited memory, no files written, no way to fork."""

import contextlib
import gc
import pickle
import resource
import signal
import struct
import sys
from typing import BinaryIO

from app.channels.contract import Webhook
from app.channels.errors import ChannelError
from app.channels.registry import Registry
from app.exchanges import wire

_SIZE = struct.Struct(">Q")


def main() -> None:
    memory = int(sys.argv[1]) * 2**20
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    registry = Registry.installed()
    gc.freeze()  # what was loaded never dies: no collection walks it again
    received, answers = sys.stdin.buffer, sys.stdout.buffer
    while (asked := _next(received)) is not None:
        answer = _answer(registry, asked)
        answers.write(_SIZE.pack(len(answer)) + answer)
        answers.flush()


def _answer(registry: Registry, asked: bytes) -> bytes:
    channel_type, delivery, config = pickle.loads(asked)  # noqa: S301 — written by our own parent, over its own pipe
    adapter = registry.get(channel_type)
    if not isinstance(adapter, Webhook):
        return b"U" + f"le canal {channel_type} ne sait pas lire une livraison".encode()
    try:
        return b"E" + wire.pack(adapter.parse(delivery, config))
    except ChannelError as error:
        return b"U" + str(error).encode("utf-8", "replace")
    except MemoryError:
        # Half an object may be anywhere: a fresh child is safer than this one.
        sys.exit(1)
    except RecursionError:
        return b"U" + b"structure trop profonde"
    except Exception as error:  # noqa: BLE001 — an adapter's defect is told to the parent and held for a person
        return b"F" + type(error).__name__.encode()


def _next(received: BinaryIO) -> bytes | None:
    head = received.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    return received.read(size)


if __name__ == "__main__":
    main()
