"""The first tables, and the guards of the ledger.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "ledger",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.Column("obligation_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("actor_role", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("dedup", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
        sa.UniqueConstraint("dedup", name=op.f("uq_ledger_dedup")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ledger_finding_id_seq"), "ledger", ["finding_id", "seq"], unique=False)
    op.create_index(op.f("ix_ledger_obligation_id"), "ledger", ["obligation_id"], unique=False)
    op.create_index(op.f("ix_ledger_programme_id_seq"), "ledger", ["programme_id", "seq"], unique=False)
    op.create_index(op.f("ix_ledger_unit_finding_id"), "ledger", ["unit", "finding_id"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "programmes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("weekend", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("settings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("safety_mode", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("key", name=op.f("uq_programmes_key")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(op.f("ix_sign_in_failures_since"), "sign_in_failures", ["since"], unique=False)
    op.create_table(
        "areas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["areas.id"], name=op.f("fk_areas_parent_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_areas_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
    )
    op.create_index(op.f("ix_areas_parent_id"), "areas", ["parent_id"], unique=False)
    op.create_index(op.f("ix_areas_programme_id_path"), "areas", ["programme_id", "path"], unique=False)
    op.create_table(
        "brakes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("through", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_brakes_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brakes")),
    )
    op.create_index(
        "uq_brakes_programme_id",
        "brakes",
        ["programme_id"],
        unique=True,
        postgresql_where=sa.text("released_at IS NULL"),
        sqlite_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "closed_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("public", "own", name="daysource", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_closed_days_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_days")),
        sa.UniqueConstraint("programme_id", "day", name=op.f("uq_closed_days_programme_id_day")),
    )
    op.create_table(
        "counters",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_counters_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "name", name=op.f("pk_counters")),
    )
    op.create_table(
        "forums",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_forums_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums")),
    )
    op.create_index(
        op.f("ix_forums_programme_id_held_on"), "forums", ["programme_id", "held_on"], unique=False
    )
    op.create_table(
        "ladders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_ladders_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladders")),
        sa.UniqueConstraint(
            "programme_id", "key", "version", name=op.f("uq_ladders_programme_id_key_version")
        ),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "advocate",
                "duty_bearer",
                "committee",
                "coordinator",
                "observer",
                "engine",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("area_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("theme_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_memberships_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(
        op.f("ix_memberships_person_id_programme_id"),
        "memberships",
        ["person_id", "programme_id"],
        unique=False,
    )
    op.create_index(op.f("ix_memberships_programme_id"), "memberships", ["programme_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.Column("obligation_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("duty_bearer_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "lapsed",
                name="noticestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("dedup", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_notices_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("dedup", name=op.f("uq_notices_dedup")),
    )
    op.create_index(
        op.f("ix_notices_duty_bearer_id_finding_id"),
        "notices",
        ["duty_bearer_id", "finding_id"],
        unique=False,
    )
    op.create_index(op.f("ix_notices_finding_id"), "notices", ["finding_id"], unique=False)
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["state", "created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "once_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_once_keys_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_once_keys_programme_id")),
        sa.PrimaryKeyConstraint("key", "person_id", "programme_id", name=op.f("pk_once_keys")),
    )
    op.create_index(op.f("ix_once_keys_created_at"), "once_keys", ["created_at"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_rounds_in_order")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_rounds_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )
    op.create_index(
        op.f("ix_rounds_programme_id_first_on"), "rounds", ["programme_id", "first_on"], unique=False
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_sessions_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "sources",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_sources_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "kind", "source", "source_id", name=op.f("pk_sources")),
    )
    op.create_index(op.f("ix_sources_target_id"), "sources", ["target_id"], unique=False)
    op.create_table(
        "themes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_themes_programme_id")),
        sa.ForeignKeyConstraint(["replaced_by"], ["themes.id"], name=op.f("fk_themes_replaced_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint(
            "programme_id", "code", "version", name=op.f("uq_themes_programme_id_code_version")
        ),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tokens_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_tokens_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_index(op.f("ix_tokens_person_id"), "tokens", ["person_id"], unique=False)
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_sites_area_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_sites_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_index(op.f("ix_sites_area_id"), "sites", ["area_id"], unique=False)
    op.create_index(op.f("ix_sites_programme_id_code"), "sites", ["programme_id", "code"], unique=False)
    op.create_index(op.f("ix_sites_programme_id_name"), "sites", ["programme_id", "name"], unique=False)
    op.create_table(
        "duty_bearers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("superior_id", sa.Uuid(), nullable=True),
        sa.Column("theme_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_duty_bearers_area_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_duty_bearers_programme_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_duty_bearers_site_id")),
        sa.ForeignKeyConstraint(
            ["superior_id"], ["duty_bearers.id"], name=op.f("fk_duty_bearers_superior_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_bearers")),
    )
    op.create_index(op.f("ix_duty_bearers_area_id"), "duty_bearers", ["area_id"], unique=False)
    op.create_index(op.f("ix_duty_bearers_programme_id"), "duty_bearers", ["programme_id"], unique=False)
    op.create_index(op.f("ix_duty_bearers_site_id"), "duty_bearers", ["site_id"], unique=False)
    op.create_index(op.f("ix_duty_bearers_superior_id"), "duty_bearers", ["superior_id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "resolved",
                "closed",
                name="findingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "critical",
                "high",
                "standard",
                "systemic",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "track",
            sa.Enum(
                "individual", "systemic", name="track", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("theme_id", sa.Uuid(), nullable=True),
        sa.Column(
            "dimension",
            sa.Enum(
                "availability",
                "accessibility",
                "acceptability",
                "affordability",
                "quality",
                name="dimension",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("observed_on", sa.Date(), nullable=True),
        sa.Column("affected", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Uuid(), nullable=True),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duty_bearer_id", sa.Uuid(), nullable=True),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("transfer_to", sa.Uuid(), nullable=True),
        sa.Column("transfer_reason", sa.Text(), nullable=True),
        sa.Column("resolve_proposed_by", sa.Uuid(), nullable=True),
        sa.Column("resolve_proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_as",
            sa.Enum(
                "withdrawn",
                "merged",
                "unresolvable",
                name="closedas",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("reached_stage", sa.Integer(), nullable=False),
        sa.Column("recurrence_of", sa.Uuid(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_findings_area_id")),
        sa.ForeignKeyConstraint(
            ["duty_bearer_id"], ["duty_bearers.id"], name=op.f("fk_findings_duty_bearer_id")
        ),
        sa.ForeignKeyConstraint(["merged_into"], ["findings.id"], name=op.f("fk_findings_merged_into")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_findings_programme_id")),
        sa.ForeignKeyConstraint(["recurrence_of"], ["findings.id"], name=op.f("fk_findings_recurrence_of")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_findings_round_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_findings_site_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_findings_theme_id")),
        sa.ForeignKeyConstraint(["transfer_to"], ["duty_bearers.id"], name=op.f("fk_findings_transfer_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("programme_id", "ref", name=op.f("uq_findings_programme_id_ref")),
    )
    op.create_index(op.f("ix_findings_area_id"), "findings", ["area_id"], unique=False)
    op.create_index(op.f("ix_findings_duty_bearer_id"), "findings", ["duty_bearer_id"], unique=False)
    op.create_index(
        op.f("ix_findings_programme_id_logged_at_id"),
        "findings",
        ["programme_id", "logged_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_findings_programme_id_severity_logged_at_id"),
        "findings",
        ["programme_id", "severity", "logged_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_findings_programme_id_status_opened_at_id"),
        "findings",
        ["programme_id", "status", "opened_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_findings_resolve_proposed_by",
        "findings",
        ["resolve_proposed_by"],
        unique=False,
        postgresql_where=sa.text("resolve_proposed_by IS NOT NULL AND status = 'open'"),
        sqlite_where=sa.text("resolve_proposed_by IS NOT NULL AND status = 'open'"),
    )
    op.create_index(op.f("ix_findings_site_id_theme_id"), "findings", ["site_id", "theme_id"], unique=False)
    op.create_index(
        "ix_findings_merged_into",
        "findings",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
        sqlite_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_findings_transfer_to",
        "findings",
        ["transfer_to"],
        unique=False,
        postgresql_where=sa.text("transfer_to IS NOT NULL"),
        sqlite_where=sa.text("transfer_to IS NOT NULL"),
    )
    op.create_table(
        "holders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_bearer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["duty_bearer_id"], ["duty_bearers.id"], name=op.f("fk_holders_duty_bearer_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_holders_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holders")),
    )
    op.create_index(op.f("ix_holders_duty_bearer_id"), "holders", ["duty_bearer_id"], unique=False)
    op.create_index(op.f("ix_holders_person_id"), "holders", ["person_id"], unique=False)
    op.create_table(
        "actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("duty_bearer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "reported",
                "verified",
                "dropped",
                name="actionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("how_checked", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column(
            "agreement",
            sa.Enum(
                "proposed_only",
                "agreed",
                "imposed",
                name="agreement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "agreed_where",
            sa.Enum(
                "meeting",
                "letter",
                "call",
                "here",
                name="agreedwhere",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "proposed_side",
            sa.Enum(
                "community", "duty_bearer", name="side", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("extension_asked_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("extension_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_note", sa.Text(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "fixed",
                "partly",
                "not_fixed",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_bearer_id"], ["duty_bearers.id"], name=op.f("fk_actions_duty_bearer_id")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_actions_finding_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_actions_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    op.create_index(
        "ix_actions_extension_asked_at",
        "actions",
        ["extension_asked_at"],
        unique=False,
        postgresql_where=sa.text("extension_asked_at IS NOT NULL"),
        sqlite_where=sa.text("extension_asked_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_actions_finding_id"), "actions", ["finding_id"], unique=False)
    op.create_index(
        "ix_actions_proposed_at",
        "actions",
        ["programme_id", "proposed_at"],
        unique=False,
        postgresql_where=sa.text("state = 'proposed'"),
        sqlite_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        op.f("ix_actions_programme_id_duty_bearer_id_first_due_on"),
        "actions",
        ["programme_id", "duty_bearer_id", "first_due_on"],
        unique=False,
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "file",
                "link",
                "statement",
                name="evidencekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "problem",
                "completion",
                "verification",
                "resolution",
                "reply",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum(
                "community", "duty_bearer", name="side", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("captured_on", sa.Date(), nullable=True),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_evidence_action_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_evidence_finding_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_evidence_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_finding_id"), "evidence", ["finding_id"], unique=False)
    op.create_index(
        op.f("ix_evidence_programme_id_sha256"), "evidence", ["programme_id", "sha256"], unique=False
    )
    op.create_table(
        "obligations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "route",
                "acknowledge",
                "agree",
                "act",
                "verify",
                "decide",
                "tell_community",
                "sustain",
                "review",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "owed_by",
            sa.Enum(
                "duty_bearer",
                "advocates",
                "committee",
                "coordinator",
                name="party",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("duty_bearer_id", sa.Uuid(), nullable=True),
        sa.Column("ladder_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "paused",
                "suspended",
                "awaiting_decision",
                "met",
                "void",
                name="obligationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("slips", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("stage_entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("proposals", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "pause_reason",
            sa.Enum(
                "safety",
                "waiting_for_us",
                "force_majeure",
                "agreed",
                name="pausereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("stops", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("park_count", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_obligations_action_id")),
        sa.ForeignKeyConstraint(
            ["duty_bearer_id"], ["duty_bearers.id"], name=op.f("fk_obligations_duty_bearer_id")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_obligations_finding_id")),
        sa.ForeignKeyConstraint(["ladder_id"], ["ladders.id"], name=op.f("fk_obligations_ladder_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_obligations_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
    )
    op.create_index(
        op.f("ix_obligations_duty_bearer_id_finding_id"),
        "obligations",
        ["duty_bearer_id", "finding_id"],
        unique=False,
    )
    op.create_index(op.f("ix_obligations_finding_id"), "obligations", ["finding_id"], unique=False)
    op.create_index(
        "ix_obligations_held",
        "obligations",
        ["programme_id"],
        unique=False,
        postgresql_where=sa.text("state = 'running' AND next_check_at IS NULL AND next_step_at IS NOT NULL"),
        sqlite_where=sa.text("state = 'running' AND next_check_at IS NULL AND next_step_at IS NOT NULL"),
    )
    op.create_index(
        "ix_obligations_next_check_at",
        "obligations",
        ["programme_id", "next_check_at", "id"],
        unique=False,
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
        sqlite_where=sa.text("next_check_at IS NOT NULL"),
    )
    op.create_index(
        "ix_obligations_next_step_at",
        "obligations",
        ["next_step_at"],
        unique=False,
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "ix_obligations_owed_by_party",
        "obligations",
        ["programme_id", "owed_by", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
        sqlite_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
    )
    op.create_index(
        "ix_obligations_owed_by_post",
        "obligations",
        ["programme_id", "duty_bearer_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
        sqlite_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
    )
    op.create_index(
        "ix_obligations_pause_until",
        "obligations",
        ["pause_until"],
        unique=False,
        postgresql_where=sa.text("state = 'paused'"),
        sqlite_where=sa.text("state = 'paused'"),
    )
    op.create_index(
        "ix_obligations_parked_until",
        "obligations",
        ["programme_id"],
        unique=False,
        postgresql_where=sa.text("parked_until IS NOT NULL"),
        sqlite_where=sa.text("parked_until IS NOT NULL"),
    )
    op.create_index(
        "ix_obligations_due_at",
        "obligations",
        ["programme_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
        sqlite_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
    )
    op.create_index(
        "ix_obligations_stage",
        "obligations",
        ["programme_id", "stage", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
        sqlite_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("decide_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "deferred",
                "approved",
                "refused",
                "superseded",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("deferred_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("risk_who", sa.Text(), nullable=True),
        sa.Column("risk_how", sa.Text(), nullable=True),
        sa.Column("risk_last_word", sa.Text(), nullable=True),
        sa.Column("risk_by", sa.Uuid(), nullable=True),
        sa.Column("risk_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decide_id"], ["obligations.id"], name=op.f("fk_proposals_decide_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_proposals_finding_id")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_proposals_obligation_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_proposals_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_finding_id"), "proposals", ["finding_id"], unique=False)
    op.create_index(op.f("ix_proposals_obligation_id"), "proposals", ["obligation_id"], unique=False)
    op.create_index(
        op.f("ix_proposals_programme_id_state_proposed_at"),
        "proposals",
        ["programme_id", "state", "proposed_at"],
        unique=False,
    )
    _guard()


def downgrade() -> None:
    op.drop_index(op.f("ix_proposals_programme_id_state_proposed_at"), table_name="proposals")
    op.drop_index(op.f("ix_proposals_obligation_id"), table_name="proposals")
    op.drop_index(op.f("ix_proposals_finding_id"), table_name="proposals")
    op.drop_table("proposals")
    op.drop_index("ix_obligations_stage", table_name="obligations")
    op.drop_index("ix_obligations_parked_until", table_name="obligations")
    op.drop_index("ix_obligations_due_at", table_name="obligations")
    op.drop_index(
        "ix_obligations_pause_until",
        table_name="obligations",
        postgresql_where=sa.text("state = 'paused'"),
        sqlite_where=sa.text("state = 'paused'"),
    )
    op.drop_index(
        "ix_obligations_owed_by_post",
        table_name="obligations",
        postgresql_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
        sqlite_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
    )
    op.drop_index(
        "ix_obligations_owed_by_party",
        table_name="obligations",
        postgresql_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
        sqlite_where=sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')"),
    )
    op.drop_index(
        "ix_obligations_next_step_at",
        table_name="obligations",
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )
    op.drop_index(
        "ix_obligations_next_check_at",
        table_name="obligations",
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
        sqlite_where=sa.text("next_check_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_obligations_held",
        table_name="obligations",
        postgresql_where=sa.text("state = 'running' AND next_check_at IS NULL AND next_step_at IS NOT NULL"),
        sqlite_where=sa.text("state = 'running' AND next_check_at IS NULL AND next_step_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_obligations_finding_id"), table_name="obligations")
    op.drop_index(op.f("ix_obligations_duty_bearer_id_finding_id"), table_name="obligations")
    op.drop_table("obligations")
    op.drop_index(op.f("ix_evidence_programme_id_sha256"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_finding_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_actions_programme_id_duty_bearer_id_first_due_on"), table_name="actions")
    op.drop_index(op.f("ix_actions_finding_id"), table_name="actions")
    op.drop_index("ix_actions_proposed_at", table_name="actions")
    op.drop_index("ix_actions_extension_asked_at", table_name="actions")
    op.drop_table("actions")
    op.drop_index(op.f("ix_holders_person_id"), table_name="holders")
    op.drop_index(op.f("ix_holders_duty_bearer_id"), table_name="holders")
    op.drop_table("holders")
    op.drop_index(
        "ix_findings_transfer_to",
        table_name="findings",
        postgresql_where=sa.text("transfer_to IS NOT NULL"),
        sqlite_where=sa.text("transfer_to IS NOT NULL"),
    )
    op.drop_index(
        "ix_findings_merged_into",
        table_name="findings",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
        sqlite_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_index(op.f("ix_findings_site_id_theme_id"), table_name="findings")
    op.drop_index(
        "ix_findings_resolve_proposed_by",
        table_name="findings",
        postgresql_where=sa.text("resolve_proposed_by IS NOT NULL AND status = 'open'"),
        sqlite_where=sa.text("resolve_proposed_by IS NOT NULL AND status = 'open'"),
    )
    op.drop_index(op.f("ix_findings_programme_id_status_opened_at_id"), table_name="findings")
    op.drop_index(op.f("ix_findings_programme_id_severity_logged_at_id"), table_name="findings")
    op.drop_index(op.f("ix_findings_programme_id_logged_at_id"), table_name="findings")
    op.drop_index(op.f("ix_findings_duty_bearer_id"), table_name="findings")
    op.drop_index(op.f("ix_findings_area_id"), table_name="findings")
    op.drop_table("findings")
    op.drop_index(op.f("ix_duty_bearers_superior_id"), table_name="duty_bearers")
    op.drop_index(op.f("ix_duty_bearers_site_id"), table_name="duty_bearers")
    op.drop_index(op.f("ix_duty_bearers_programme_id"), table_name="duty_bearers")
    op.drop_index(op.f("ix_duty_bearers_area_id"), table_name="duty_bearers")
    op.drop_table("duty_bearers")
    op.drop_index(op.f("ix_sites_programme_id_name"), table_name="sites")
    op.drop_index(op.f("ix_sites_programme_id_code"), table_name="sites")
    op.drop_index(op.f("ix_sites_area_id"), table_name="sites")
    op.drop_table("sites")
    op.drop_index(op.f("ix_tokens_person_id"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_table("themes")
    op.drop_index(op.f("ix_sources_target_id"), table_name="sources")
    op.drop_table("sources")
    op.drop_index(op.f("ix_sessions_person_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_rounds_programme_id_first_on"), table_name="rounds")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_once_keys_created_at"), table_name="once_keys")
    op.drop_table("once_keys")
    op.drop_index(
        "ix_notices_waiting",
        table_name="notices",
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_notices_finding_id"), table_name="notices")
    op.drop_index(op.f("ix_notices_duty_bearer_id_finding_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_memberships_programme_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_person_id_programme_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("ladders")
    op.drop_index(op.f("ix_forums_programme_id_held_on"), table_name="forums")
    op.drop_table("forums")
    op.drop_table("counters")
    op.drop_table("closed_days")
    op.drop_index(
        "uq_brakes_programme_id",
        table_name="brakes",
        postgresql_where=sa.text("released_at IS NULL"),
        sqlite_where=sa.text("released_at IS NULL"),
    )
    op.drop_table("brakes")
    op.drop_index(op.f("ix_areas_programme_id_path"), table_name="areas")
    op.drop_index(op.f("ix_areas_parent_id"), table_name="areas")
    op.drop_table("areas")
    op.drop_index(op.f("ix_sign_in_failures_since"), table_name="sign_in_failures")
    op.drop_table("sign_in_failures")
    op.drop_table("programmes")
    op.drop_table("people")
    op.drop_index(op.f("ix_ledger_unit_finding_id"), table_name="ledger")
    op.drop_index(op.f("ix_ledger_programme_id_seq"), table_name="ledger")
    op.drop_index(op.f("ix_ledger_obligation_id"), table_name="ledger")
    op.drop_index(op.f("ix_ledger_finding_id_seq"), table_name="ledger")
    op.drop_table("ledger")
    op.drop_table("leases")
    op.drop_table("heartbeats")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION clm_needs_ledger_line()")
        op.execute("DROP FUNCTION clm_refuse()")


def _guard() -> None:
    """The ledger only grows; what is kept of a case is never deleted; and on PostgreSQL nothing of a case changes
    without a ledger line of the same unit of work, which is asked when the transaction commits."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _guards_on_postgresql() if on_postgresql else _guards_on_sqlite():
        op.execute(sa.text(statement.replace(":", "\\:")))


CASE_TABLES = ("findings", "obligations", "actions", "proposals", "evidence")

# Every column of `obligations` but the engine's bookkeeping: next_check_at, parked_until, park_count, problem.
OBLIGATION_COLUMNS = (
    "id",
    "programme_id",
    "finding_id",
    "action_id",
    "proposal_id",
    "kind",
    "owed_by",
    "duty_bearer_id",
    "ladder_id",
    "state",
    "window",
    "start_at",
    "due_at",
    "due_on",
    "first_due_at",
    "first_due_on",
    "due_version",
    "slips",
    "stage",
    "stage_entered_at",
    "stage_missed_at",
    "next_step_at",
    "reminded",
    "proposals",
    "paused_at",
    "pause_until",
    "pause_reason",
    "pauses",
    "stops",
    "ended_at",
    "version",
)


def _guards_on_postgresql() -> list[str]:
    old, new = (", ".join(f'{which}."{name}"' for name in OBLIGATION_COLUMNS) for which in ("OLD", "NEW"))
    guards = [
        """
        CREATE FUNCTION clm_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% of % is refused: what is recorded stays.', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE FUNCTION clm_needs_ledger_line() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            this_unit uuid := nullif(current_setting('clm.unit', true), '')::uuid;
            about uuid;
        BEGIN
            IF TG_TABLE_NAME = 'findings' THEN about := NEW.id; ELSE about := NEW.finding_id; END IF;
            IF this_unit IS NULL
                OR NOT EXISTS (SELECT FROM ledger WHERE unit = this_unit AND finding_id = about) THEN
                RAISE EXCEPTION '% of % % is refused: no ledger line of this unit of work tells of it.',
                    TG_OP, TG_TABLE_NAME, NEW.id USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        END $$
        """,
        "CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger"
        " FOR EACH STATEMENT EXECUTE FUNCTION clm_refuse()",
    ]
    for table in CASE_TABLES:
        guards.append(
            f"CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION clm_refuse()"
        )
        when = f"WHEN (({old}) IS DISTINCT FROM ({new})) " if table == "obligations" else ""
        for what, condition in (("INSERT", ""), ("UPDATE", when)):
            guards.append(
                f"CREATE CONSTRAINT TRIGGER {what.lower()}_needs_ledger_line AFTER {what} ON {table}"
                f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {condition}EXECUTE FUNCTION clm_needs_ledger_line()"
            )
    return guards


def _guards_on_sqlite() -> list[str]:
    def refuse(name: str, what: str, table: str, sentence: str, condition: str = "") -> str:
        return (
            f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )

    stays = "of {} is refused: what is recorded stays."
    return [
        refuse("not_updated", "UPDATE", "ledger", "UPDATE " + stays.format("ledger")),
        # REPLACE deletes without asking the trigger on DELETE, so it is stopped before it begins.
        refuse(
            "not_replaced",
            "INSERT",
            "ledger",
            "UNIQUE constraint failed: ledger.seq or ledger.dedup",
            "WHEN EXISTS (SELECT 1 FROM ledger WHERE seq = NEW.seq OR dedup = NEW.dedup) ",
        ),
        *(
            refuse("not_deleted", "DELETE", table, "DELETE " + stays.format(table))
            for table in ("ledger", *CASE_TABLES)
        ),
    ]
