"""A signed letter is a purpose of its own; what is only to know is told by the letter of the week.

Revision: 0015
Follows: 0014
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PURPOSES = ("problem", "completion", "verification", "resolution", "reply")
STATES = ("waiting", "sent", "lapsed")


def upgrade() -> None:
    _words("evidence", "purpose", "ck_evidence_purpose", (*PURPOSES, "letter"))
    _words("notices", "state", "ck_notices_noticestate", (*STATES, "weekly"))


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        # No line of the ledger tells that the schema went back.
        op.execute("ALTER TABLE evidence DISABLE TRIGGER USER")
    op.execute("UPDATE evidence SET purpose = 'problem' WHERE purpose = 'letter'")
    if on_postgresql:
        op.execute("ALTER TABLE evidence ENABLE TRIGGER USER")
    op.execute("UPDATE notices SET state = 'lapsed' WHERE state = 'weekly'")
    _words("evidence", "purpose", "ck_evidence_purpose", PURPOSES)
    _words("notices", "state", "ck_notices_noticestate", STATES)


def _words(table: str, column: str, check: str, words: tuple[str, ...]) -> None:
    """The words that a column may hold."""
    allowed = ", ".join(f"'{word}'" for word in words)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(check), table, type_="check")
        op.create_check_constraint(op.f(check), table, f"{column} IN ({allowed})")
        return
    _rebuilt_on_sqlite(table, f"{column} IN ({allowed})", rf"\b{column} IN \([^)]*\)")


def _rebuilt_on_sqlite(table: str, new: str, old: str) -> None:
    """The table made anew with another CHECK, and all else as it was: a batch would lose its guards and its other checks."""
    connection = op.get_bind()
    kept = connection.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).all()
    (made,) = [sql for type_, sql in kept if type_ == "table"]
    changed, times = re.subn(old, new, made)
    assert times == 1, f"{table} has another CHECK than was expected"
    beside = f"{table}_made_anew"
    head = re.compile(rf'^CREATE TABLE "?{table}"?')
    assert head.match(changed)
    connection.exec_driver_sql(head.sub(f'CREATE TABLE "{beside}"', changed))
    connection.exec_driver_sql(f'INSERT INTO "{beside}" SELECT * FROM "{table}"')  # noqa: S608 - names of ours
    connection.exec_driver_sql(f'DROP TABLE "{table}"')
    connection.exec_driver_sql(f'ALTER TABLE "{beside}" RENAME TO "{table}"')
    for type_, sql in kept:
        if type_ != "table":
            connection.exec_driver_sql(sql)
