"""What does each table hold? All of them by name; importing this makes the whole schema known."""

from clm_tracker.db.tables.actions import ActionRow
from clm_tracker.db.tables.calendars import ClosedDayRow, DaySource, ForumRow, RoundRow
from clm_tracker.db.tables.duty_bearers import DutyBearerRow, HolderRow
from clm_tracker.db.tables.escalation import BrakeRow, HeartbeatRow, LeaseRow, ProposalRow
from clm_tracker.db.tables.evidence import EvidenceRow
from clm_tracker.db.tables.findings import FindingRow, FindingTermsRow
from clm_tracker.db.tables.intake import ImportRow, OnceKeyRow, SourceRow
from clm_tracker.db.tables.ladders import LadderRow
from clm_tracker.db.tables.ledger import LedgerRow
from clm_tracker.db.tables.letters import (
    AttemptRow,
    LetterItemRow,
    LetterRow,
    WebhookRow,
    WordingRow,
)
from clm_tracker.db.tables.links import FeedRow, LinkCountRow, LinkRow, MessageRow
from clm_tracker.db.tables.notices import NoticeRow
from clm_tracker.db.tables.obligations import ObligationRow
from clm_tracker.db.tables.people import (
    InvitationRow,
    MembershipRow,
    PersonRow,
    SessionRow,
    SignInFailureRow,
    TokenRow,
)
from clm_tracker.db.tables.places import AreaRow, SiteRow, path_below
from clm_tracker.db.tables.programmes import CounterRow, ProgrammeRow
from clm_tracker.db.tables.reporters import ReporterRow
from clm_tracker.db.tables.terms import TermRow
from clm_tracker.db.tables.themes import ThemeRow
from clm_tracker.db.tables.views import ViewRow

__all__ = [
    "ActionRow",
    "AreaRow",
    "AttemptRow",
    "BrakeRow",
    "ClosedDayRow",
    "CounterRow",
    "DaySource",
    "DutyBearerRow",
    "EvidenceRow",
    "FeedRow",
    "FindingRow",
    "FindingTermsRow",
    "ForumRow",
    "HeartbeatRow",
    "HolderRow",
    "ImportRow",
    "InvitationRow",
    "LadderRow",
    "LeaseRow",
    "LedgerRow",
    "LetterItemRow",
    "LetterRow",
    "LinkCountRow",
    "LinkRow",
    "MembershipRow",
    "MessageRow",
    "NoticeRow",
    "ObligationRow",
    "OnceKeyRow",
    "PersonRow",
    "ProgrammeRow",
    "ProposalRow",
    "ReporterRow",
    "RoundRow",
    "SessionRow",
    "SignInFailureRow",
    "SiteRow",
    "SourceRow",
    "TermRow",
    "ThemeRow",
    "TokenRow",
    "ViewRow",
    "WebhookRow",
    "WordingRow",
    "path_below",
]
