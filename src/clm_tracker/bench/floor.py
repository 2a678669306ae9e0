"""What does the same change cost in SQL alone? One update, one ledger line and one notice for each due obligation.

The floor decides nothing: it climbs whatever is due, with a fixed wait and a fixed addressee. Its rows have the columns,
the JSON, the indexes and the guards of the real ones.
"""

import time
from uuid import UUID, uuid4

from sqlalchemy import text

from clm_tracker.bench.crowd import NOW
from clm_tracker.db.actors import ENGINE
from clm_tracker.db.engine import make_engine

_DUE = """
CREATE TEMPORARY TABLE due AS
SELECT id, programme_id, finding_id, duty_bearer_id, ladder_id, due_version, version, next_step_at
FROM obligations WHERE programme_id = :programme AND next_check_at <= :now ORDER BY next_check_at, id
"""
_UPDATE = """
UPDATE obligations SET stage = stage + 1, stage_entered_at = :now, stage_missed_at = next_step_at,
    next_step_at = :later, next_check_at = :later, version = version + 1
WHERE id IN (SELECT id FROM due)
"""
_LEDGER = """
INSERT INTO ledger (programme_id, finding_id, obligation_id, at, unit, actor_id, actor_name, actor_role, act, kind,
    subject, subject_id, facts, changes, request, dedup)
SELECT programme_id, finding_id, id, :now, :unit, :actor, 'Escalation engine', 'engine', 'run_engine', 'stage_entered',
    'obligation', id,
    {object}('obligation', 'acknowledge', 'stage', 1, 'name', 'Reminder and dialogue', 'ladder_id', ladder_id,
        'due_version', due_version, 'missed_at', next_step_at, 'addressed', {array}(duty_bearer_id),
        'addressed_names', {array}('District director, Health service'), 'told_roles', {array}(),
        'fell_through', NULL, 'reason', NULL, 'public', {false}),
    {array}({object}('row', 'obligation', 'id', id,
        'before', {object}('stage', 0, 'stage_entered_at', NULL, 'stage_missed_at', NULL,
            'next_step_at', next_step_at, 'version', version),
        'after', {object}('stage', 1, 'stage_entered_at', {now}, 'stage_missed_at', next_step_at,
            'next_step_at', {later}, 'version', version + 1))),
    NULL, {dedup} || ':1:' || due_version
FROM due
"""
_NOTICES = """
INSERT INTO notices (id, programme_id, finding_id, obligation_id, kind, duty_bearer_id, role, person_id, created_at,
    unit, state, dedup)
SELECT {new_id}, programme_id, finding_id, id, 'stage_entered', duty_bearer_id, NULL, NULL, :now, :unit, 'waiting',
    {dedup} || ':1:' || due_version || ':' || {post}
FROM due
"""
LATER = NOW.replace(day=9)


def run_on_postgresql(url: str, programme: UUID) -> float:
    """Seconds for all that is due, in one transaction of set-based statements."""
    words = {
        "object": "jsonb_build_object",
        "array": "jsonb_build_array",
        "false": "false",
        "now": "CAST(:now AS timestamptz)",
        "later": "CAST(:later AS timestamptz)",
        "dedup": "id::text",
        "post": "duty_bearer_id::text",
        "new_id": "gen_random_uuid()",
    }
    unit = uuid4()
    given = {"programme": programme, "now": NOW, "later": LATER, "unit": unit, "actor": ENGINE.id}
    engine = make_engine(url, statement_timeout=0)
    began = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('clm.unit', :unit, true)"), {"unit": str(unit)})
        for statement in (f"{_DUE} FOR UPDATE", "ANALYZE due", _UPDATE, _LEDGER, _NOTICES):
            connection.execute(text(statement.format(**words).replace("::", "\\:\\:")), given)
    seconds = time.perf_counter() - began
    engine.dispose()
    return seconds


def run_on_sqlite(url: str, programme: UUID, batch: int | None = None) -> float:
    """The same on SQLite: in one transaction, or in batches as a sweep has them, between which others may write."""
    words = {
        "object": "json_object",
        "array": "json_array",
        "false": "json('false')",
        "now": ":now",
        "later": ":later",
        "dedup": "id",
        "post": "duty_bearer_id",
        "new_id": "lower(hex(randomblob(16)))",
    }
    written = "%Y-%m-%d %H:%M:%S.%f"
    given = {
        "programme": programme.hex,
        "now": NOW.strftime(written),
        "later": LATER.strftime(written),
        "unit": uuid4().hex,
        "actor": ENGINE.id.hex,
    }
    engine = make_engine(url)
    began = time.perf_counter()
    due = _DUE if batch is None else f"{_DUE} LIMIT {batch}"
    left = True
    while left:
        with engine.begin() as connection:
            for statement in (due, _UPDATE, _LEDGER):
                connection.execute(text(statement.format(**words)), given)
            changed = connection.execute(text(_NOTICES.format(**words)), given).rowcount
            connection.execute(text("DROP TABLE due"))
        left = batch is not None and changed == batch
    seconds = time.perf_counter() - began
    engine.dispose()
    return seconds
