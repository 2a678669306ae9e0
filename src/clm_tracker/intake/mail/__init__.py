"""What does a message that came by mail say? Bytes in, typed values out; no database."""

from clm_tracker.intake.mail.incoming import Attached, Bounce, Incoming, Unreadable
from clm_tracker.intake.mail.kinds import Sort, sort_of
from clm_tracker.intake.mail.reading import LARGEST, no_id, read

__all__ = ["LARGEST", "Attached", "Bounce", "Incoming", "Sort", "Unreadable", "no_id", "read", "sort_of"]
