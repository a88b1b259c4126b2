"""What the queue says a living worker still does though it has ended: the line broke when that was to be recorded.

Such a job would hold its lock, and whatever waits behind it, for as long as its worker lives: only the jobs of dead
workers are retried by the queue's own rule.
"""

from typing import Any

from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker


class Unfinished:
    """Knows which jobs one worker is at, and tells which others it holds."""

    def __init__(self) -> None:
        self._worker_id: int | None = None
        self._under_way: set[int | None] = set()
        self._idle: set[int | None] = set()

    @property
    def under_way(self) -> bool:
        """Whether any job is at work at this moment."""
        return bool(self._under_way)

    async def beside(self, call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
        """Goes round every job (a middleware of the worker)."""
        self._worker_id = worker.worker_id
        self._under_way.add(context.job.id)
        try:
            return await call_next()
        finally:
            self._under_way.discard(context.job.id)

    async def held(self, manager: JobManager) -> list[Job]:
        """Returns the jobs that were held and not under way at this look and at the one before.

        One look is not enough: a job is held a moment before it begins and a moment after it ends.
        """
        if self._worker_id is None:
            return []
        doing = await manager.list_jobs_async(status=Status.DOING.value, worker_id=self._worker_id)
        idle = [job for job in doing if job.id not in self._under_way]
        before, self._idle = self._idle, {job.id for job in idle}
        return [job for job in idle if job.id in before]
