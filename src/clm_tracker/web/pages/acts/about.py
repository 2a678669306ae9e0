"""What is an act about: a finding's case, and which part of it?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Action, Case, Finding, Obligation, Proposal


@dataclass(frozen=True, slots=True)
class About:
    """What an act is about: a finding's case, and which part of it."""

    look: Reading
    case: Case
    id: UUID

    @property
    def today(self) -> date:
        return self.look.today

    @property
    def row(self) -> Finding | Action | Obligation | Proposal:
        """The finding or part itself; it is there, for the act was found with it."""
        for name in ("finding", "action", "obligation", "proposal"):
            found = self.case.get(name, self.id)
            if isinstance(found, Finding | Action | Obligation | Proposal):
                return found
        raise LookupError(f"{self.id} is no part of {self.case.finding.ref}")

    @property
    def action(self) -> Action:
        return self.case.actions[self.id]

    @property
    def obligation(self) -> Obligation:
        return self.case.obligations[self.id]
