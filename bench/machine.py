"""What the figures were had on: figures of two machines are not compared, their ratios are."""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("fastapi", "uvicorn", "uvloop", "psycopg", "sqlalchemy", "pydantic", "aiosmtpd", "procrastinate")


def facts() -> dict[str, object]:
    """Returns the machine, the versions, and how busy others kept it when the run began."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_mb": _memory_mb(),
        "load_before": [round(one, 2) for one in os.getloadavg()],
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in _PACKAGES},
    }


def resident_mb(pid: int) -> float:
    """Returns the resident memory of a process, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def children_of(pid: int) -> list[int]:
    """Returns the processes a process has started and that still live."""
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(word) for word in tasks.read_text().split()]
    return found


def processor_seconds(pid: int) -> float:
    """Returns the processor time a process and its living children have used."""
    total = 0.0
    for one in (pid, *children_of(pid)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue  # it has just ended
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def spent_seconds(pid: int) -> float:
    """Returns the processor time of a process, of its living children and of those that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    return processor_seconds(pid) + ended


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _memory_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
