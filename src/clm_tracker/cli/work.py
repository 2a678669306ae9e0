"""How is a process run that only does jobs?"""

from clm_tracker import worker
from clm_tracker.cli import here
from clm_tracker.cli.logs import log
from clm_tracker.settings import load


def work() -> None:
    """Do the jobs (sweeps, the auditor, clearing up) until stopped by Ctrl-C or SIGTERM."""
    chosen = load()
    log(chosen)
    with here.store() as store:
        here.in_earnest(store)
    worker.work(chosen)
