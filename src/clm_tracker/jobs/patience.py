"""How does a job get past somebody else's lock?"""

import time
from collections.abc import Callable
from typing import TypeVar

from clm_tracker.kernel.refusals import NotNow

TRIES = 5
T = TypeVar("T")


def patiently(do: Callable[[], T]) -> T:
    """Try again, a little later each time, while somebody else holds what is needed.

    Raises NotNow ("busy") when a few tries were not enough.
    """
    for attempt in range(1, TRIES):
        try:
            return do()
        except NotNow as busy:
            if busy.code != "busy":
                raise
            time.sleep(0.05 * 2**attempt)
    return do()
