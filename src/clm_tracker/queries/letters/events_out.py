"""What is another system told of an event? References, stages and days; never the words of a finding. (R41, R43)"""

import json
from datetime import datetime

from sqlalchemy import select

from clm_tracker.db import letters
from clm_tracker.db.tables import FindingRow
from clm_tracker.db.units import Reading


def body(look: Reading, letter: letters.Letter, base_url: str) -> str:
    """The event as JSON: `type`, `timestamp`, and `data` with what is known about it."""
    item = letter.items[0]  # whatever more notices there are, they are of the same event
    finding = None
    if item.finding_id is not None:
        f = FindingRow
        query = select(f.ref, f.status, f.severity, f.track).where(f.id == item.finding_id)
        finding = look.session.execute(query).one_or_none()
    data = {
        "programme": look.programme.key,
        "finding": finding
        and {
            "ref": finding.ref,
            "status": finding.status,
            "severity": finding.severity,
            "track": finding.track,
            "url": f"{base_url}/findings/{finding.ref}",
        },
        "obligation": item.owed
        and {"kind": item.owed, "due_on": _day(item.owed_on), "state": item.now.obligation},
        "stage": item.stage,
    }
    told = {"type": item.kind, "timestamp": _moment(item.created_at), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _day(on: object) -> str | None:
    return str(on) if on else None
