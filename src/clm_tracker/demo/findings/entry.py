"""What does the demonstration know about one finding?"""

from dataclasses import dataclass

from clm_tracker.domain.words import Dimension, Severity, Track


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding and the words its plot needs.

    `place` is a site's or area's key, `plot` a plot's, `affected` a group's. `remedy`, `check`, `obstacle`, `reply`,
    `transfer_to` and `repeats` fill the braces in the plot's texts. It was observed `observed_before` days before it was opened.
    `repeats` names an earlier finding at the same site and theme.
    """

    key: str
    theme: str
    place: str
    plot: str
    severity: Severity
    dimension: Dimension
    affected: str
    title: str
    description: str
    remedy: str = ""
    check: str = ""
    obstacle: str = ""
    reply: str = ""
    transfer_to: str = ""
    track: Track = Track.SYSTEMIC
    language: str = "en"
    observed_before: int = 6
    repeats: str = ""

    def words(self) -> dict[str, str]:
        """What fills the braces in a plot's texts."""
        return {
            "remedy": self.remedy,
            "check": self.check,
            "obstacle": self.obstacle,
            "reply": self.reply,
            "transfer_to": self.transfer_to,
            "repeats": self.repeats,
        }
