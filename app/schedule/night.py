"""A night now, and what the last one asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.errors import StoreLocked
from app.core.phrase import Phrase
from app.schedule.runner import Ended, Job, Runner
from app.storage.job_runs import Outcome
from app.storage.owner import StoreOwner

Progress = Callable[[str, int, int], None]


def sleep(
    runner: Runner, jobs: Sequence[Job], progress: Progress, going: Callable[[], bool] = lambda: True
) -> dict[str, Ended]:
    """Run these jobs one after another, whatever their conditions, as long as `going()` says so; how each ended.

    Blocking. Raises StoreLocked while another Mneme is at one of them.
    """
    found = {}
    for job in jobs:
        if not going():
            break
        ended = runner.run(job, lambda done, total, job=job: progress(job.name, done, total), going=going)  # type: ignore[misc]
        if ended is None:
            raise StoreLocked(
                "Another Mneme is at this right now ({0}). Wait until it is done, and try again.", job.name
            )
        found[job.name] = ended
    return found


def asked(store: StoreOwner, jobs: Sequence[Job]) -> str:
    """What the last run of one of these jobs asked, if nothing has been done about it since; "" for nothing."""
    for job in jobs:
        last = store.call(lambda opened, job=job: opened.job_runs.recent(1, job.name))  # type: ignore[misc]
        if last and last[0].outcome is Outcome.ASKED:
            would, of = (int(last[0].figures.get(name, 0)) for name in ("would", "of"))
            return Phrase(
                "The last night would have put {0} of {1} memories out of sight, and asks you first.", would, of
            )
    return ""
