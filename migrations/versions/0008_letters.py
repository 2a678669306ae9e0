"""Letters, links without an account, messages that came in, webhooks and calendar feeds.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_feeds_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_feeds_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("hash", name=op.f("uq_feeds_hash")),
    )
    op.create_index(
        op.f("ix_feeds_programme_id_person_id"), "feeds", ["programme_id", "person_id"], unique=False
    )

    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_webhooks_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_programme_id"), "webhooks", ["programme_id"], unique=False)

    op.create_table(
        "wordings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_wordings_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
    )
    op.create_index(
        op.f("ix_wordings_programme_id_key_language_version"),
        "wordings",
        ["programme_id", "key", "language", "version"],
        unique=True,
    )

    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "mail",
                "sms",
                "webhook",
                "inbox",
                "print",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("webhook_id", sa.Uuid(), nullable=True),
        sa.Column("duty_bearer_id", sa.Uuid(), nullable=True),
        sa.Column("bundle", sa.Text(), nullable=True),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "lapsed",
                "dead",
                name="letterstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN holder_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN webhook_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN duty_bearer_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_letters_one_reader"),
        ),
        sa.ForeignKeyConstraint(
            ["duty_bearer_id"], ["duty_bearers.id"], name=op.f("fk_letters_duty_bearer_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_letters_holder_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_letters_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_letters_programme_id")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_letters_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("bundle", name=op.f("uq_letters_bundle")),
    )
    op.create_index(
        "ix_letters_due",
        "letters",
        ["send_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_index(op.f("ix_letters_duty_bearer_id"), "letters", ["duty_bearer_id"], unique=False)
    op.create_index(op.f("ix_letters_holder_id"), "letters", ["holder_id"], unique=False)
    op.create_index(
        "ix_letters_of_reader",
        "letters",
        ["reader", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("ix_letters_person_id_created_at"), "letters", ["person_id", "created_at"], unique=False
    )
    op.create_index(
        op.f("ix_letters_programme_id_state_created_at"),
        "letters",
        ["programme_id", "state", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_letters_webhook_id_created_at"), "letters", ["webhook_id", "created_at"], unique=False
    )

    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "sent", "later", "never", name="outcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_attempts_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_letter_id_at"), "attempts", ["letter_id", "at"], unique=False)

    op.create_table(
        "letter_items",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_letter_items_letter_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_letter_items_notice_id")),
        sa.PrimaryKeyConstraint("letter_id", "notice_id", name=op.f("pk_letter_items")),
    )
    op.create_index(op.f("ix_letter_items_notice_id"), "letter_items", ["notice_id"], unique=False)

    op.create_table(
        "links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("duty_bearer_id", sa.Uuid(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["duty_bearer_id"], ["duty_bearers.id"], name=op.f("fk_links_duty_bearer_id")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_links_finding_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_links_holder_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_links_letter_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_links_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_links_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_duty_bearer_id"), "links", ["duty_bearer_id"], unique=False)
    op.create_index(op.f("ix_links_finding_id"), "links", ["finding_id"], unique=False)
    op.create_index(op.f("ix_links_holder_id"), "links", ["holder_id"], unique=False)
    op.create_index(op.f("ix_links_letter_id"), "links", ["letter_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_messages_link_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_messages_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_messages_message_id")),
    )
    op.create_index(op.f("ix_messages_link_id"), "messages", ["link_id"], unique=False)
    op.create_index(
        op.f("ix_messages_programme_id_received_at"),
        "messages",
        ["programme_id", "received_at"],
        unique=False,
    )

    op.add_column("holders", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("holders", sa.Column("email_failed_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("notices", sa.Column("stage", sa.Integer(), nullable=True))
    op.add_column("notices", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("notices", sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_notices_unplaced",
        "notices",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("placed_at IS NULL AND state = 'waiting'"),
        sqlite_where=sa.text("placed_at IS NULL AND state = 'waiting'"),
    )

    op.add_column("people", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("timezone", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("letter_at", sa.Integer(), nullable=True))
    op.add_column("people", sa.Column("quiet_from", sa.Integer(), nullable=True))
    op.add_column("people", sa.Column("quiet_until", sa.Integer(), nullable=True))
    op.add_column("people", sa.Column("email_failed_at", sa.DateTime(timezone=True), nullable=True))
    # What waited before there was a way to send it is stale: nobody is written to about it.
    op.execute("UPDATE notices SET state = 'lapsed' WHERE state = 'waiting'")


def downgrade() -> None:
    op.drop_index("ix_notices_unplaced", table_name="notices")
    for table, columns in {
        "people": ("email_failed_at", "quiet_until", "quiet_from", "letter_at", "timezone", "phone"),
        "notices": ("placed_at", "due_on", "stage"),
        "holders": ("email_failed_at", "language"),
    }.items():
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("messages")
    op.drop_table("links")
    op.drop_table("letter_items")
    op.drop_table("attempts")
    op.drop_table("letters")
    op.drop_table("wordings")
    op.drop_table("webhooks")
    op.drop_table("feeds")
