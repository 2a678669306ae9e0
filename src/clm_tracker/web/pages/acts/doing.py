"""What makes one act: its questions, its command and its answer?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from clm_tracker.commands import evidence
from clm_tracker.commands.evidence import Clean
from clm_tracker.db.units import Writing
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain.policy import Act
from clm_tracker.web.pages.acts import answers as a
from clm_tracker.web.pages.acts import questions as q


@dataclass(frozen=True, slots=True)
class To:
    """What an act is done to: a finding by its reference, or one of its parts by identifier, and where files lie; and the file that came, clean."""

    ref: str
    id: UUID
    evidence: EvidenceStore
    file: Clean | None


@dataclass(frozen=True, slots=True)
class Doing:
    """One act. `run` is the command; `said` is what the person reads afterwards, unless `run` has another sentence; `purpose`
    is read before. Texts are marked with `N_`.

    `fresh`: refused when somebody changed the thing since it was looked at. `apart`: too long for a panel among others.
    `edits`: its questions are filled from the record, so that both can be compared.
    """

    act: Act
    target: str
    verb: str
    model: type[a.Answers]
    ask: q.Ask
    run: Callable[[Writing, To, Any], object]
    submit: str
    said: str
    purpose: str = field(kw_only=True)
    fresh: bool = True
    apart: bool = False
    upload: bool = False
    edits: bool = False

    @property
    def slug(self) -> str:
        """The act in an address."""
        return self.verb.replace("_", "-")


def clean_file(given: a.Answers) -> Clean | None:
    """The file among the answers, fit to keep. Before a unit of work begins: it takes seconds. Raises Invalid."""
    file = getattr(given, "file", None)
    return evidence.clean(file) if file is not None else None


FINDING, ACTION, OBLIGATION, PROPOSAL = "finding", "action", "obligation", "proposal"
