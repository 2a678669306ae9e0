"""PostgreSQL knows the words of all findings, so that a beginning is looked up as the few words that begin so.

Revision: 0026
Follows: 0025
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Without the marks of places and posts, and without numbers: each reference is one, and nobody looks for those as words.
_NEW_WORDS = """
    SELECT word FROM (SELECT DISTINCT unnest(tsvector_to_array(terms)) COLLATE "C" AS word FROM {terms}) AS one
    WHERE word NOT LIKE '§%' AND ltrim(word, '0123456789') <> ''"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute('CREATE TABLE finding_search_words (word text COLLATE "C" NOT NULL)')
    # One by one and by the index: its plan is kept while the words become many.
    op.execute(
        f"""
        CREATE FUNCTION clm_keep_words() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
        BEGIN
            INSERT INTO finding_search_words {_NEW_WORDS.format(terms="written")}
                AND (SELECT true FROM finding_search_words AS known WHERE known.word = one.word LIMIT 1) IS NULL;
            RETURN NULL;
        END $$
        """
    )
    for name, what in (("added", "INSERT"), ("changed", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER {name} AFTER {what} ON finding_terms"
            " REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION clm_keep_words()"
        )
    # After the triggers, which wait for everybody who writes terms: nobody's words are missed in between.
    op.execute(f"INSERT INTO finding_search_words {_NEW_WORDS.format(terms='finding_terms')} ORDER BY word")
    # Not unique: two that write a new word at once would wait for each other, and could for ever. Then it stands there twice.
    op.execute("CREATE INDEX finding_search_words_in_order ON finding_search_words (word)")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in ("added", "changed"):
        op.execute(f"DROP TRIGGER {name} ON finding_terms")
    op.execute("DROP FUNCTION clm_keep_words()")
    op.execute("DROP TABLE finding_search_words")
