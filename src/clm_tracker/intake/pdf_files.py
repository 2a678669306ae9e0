"""How is a PDF kept without the names of who made it? (R41)"""

import subprocess
import sys
import threading

from clm_tracker.intake.files import apart
from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.speech import _

SIGNED, PASSWORD, DAMAGED, ATTACHED = 3, 4, 5, 6  # how the program ends that looks into it
_PATIENCE = 2 * apart.SECONDS  # it is stopped by its own use of time first, unless the machine is busy
MEMORY = 1 << 29
_AT_ONCE = threading.BoundedSemaphore(2)  # so that many files at once take no more memory than two do
_PROGRAM = (sys.executable, "-I", "-m", "clm_tracker.intake.pdf_apart")


def without_names(content: bytes) -> bytes:
    """The PDF with no author, program, or note of a picture in it; one that is digitally signed as it is. Raises Invalid.

    A signature names who signed, and would be broken.
    """
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise _unreadable()
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            _PROGRAM, input=content, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise _unreadable() from None
    finally:
        _AT_ONCE.release()
    if done.returncode == SIGNED:
        return content
    if done.returncode == PASSWORD:
        raise invalid("file", _("This PDF asks for a password. Send it without one."))
    if done.returncode == ATTACHED:
        raise invalid(
            "file",
            _(
                "A file that is attached to this PDF is damaged or asks for a password. Save it and send it by itself, and the PDF without it."
            ),
        )
    if done.returncode or not done.stdout:
        raise _unreadable()
    return done.stdout


def _unreadable() -> Exception:
    return invalid(
        "file", _("This PDF cannot be read; it may be damaged. Print it into a new PDF, and send that.")
    )
