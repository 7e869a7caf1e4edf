"""First tables

Revision: 0001
Before it:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "corpus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.String(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("paragraphs", sa.Integer(), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_corpus_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corpus")),
    )
    op.create_table(
        "entity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("sort_label", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("edtf", sa.String(), nullable=True),
        sa.Column("dates", sa.JSON(), nullable=True),
        sa.Column("same_as", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'place', 'state', 'organisation', 'armed_force', 'event', 'document', 'date')",
            name=op.f("ck_entity_kind"),
        ),
        sa.CheckConstraint(
            "origin IN ('source', 'derived', 'curated')", name=op.f("ck_entity_origin")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity")),
    )
    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.create_index("ix_entity_kind", ["kind", "sort_label", "id"], unique=False)
        batch_op.create_index("ix_entity_label", ["sort_label", "id"], unique=False)

    op.create_table(
        "gone_paragraph",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("successors", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "id", name=op.f("pk_gone_paragraph")),
    )
    op.create_table(
        "gone_record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("repository", sa.String(), nullable=True),
        sa.Column("gone_at", sa.String(), nullable=False),
        sa.Column("gone_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gone_record")),
    )
    with op.batch_alter_table("gone_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gone_record_gone_in"), ["gone_in"], unique=False)

    op.create_table(
        "record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sort_title", sa.String(), nullable=False),
        sa.Column("date", sa.JSON(), nullable=True),
        sa.Column("sort_date", sa.String(), nullable=False),
        sa.Column("date_begin", sa.String(), nullable=True),
        sa.Column("date_end", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("credits", sa.String(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("repository", sa.String(), nullable=True),
        sa.Column("fond", sa.String(), nullable=True),
        sa.Column("citation", sa.JSON(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("other_fields", sa.JSON(), nullable=False),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.Column("ambiguous", sa.JSON(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=True),
        sa.Column("review", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("input_digest", sa.String(), nullable=False),
        sa.Column("modified_at", sa.String(), nullable=False),
        sa.Column("modified_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("path", name=op.f("uq_record_path")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index("ix_record_date", ["sort_date", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_modified_in"), ["modified_in"], unique=False)
        batch_op.create_index("ix_record_repository", ["repository", "fond"], unique=False)
        batch_op.create_index("ix_record_title", ["sort_title", "id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("paragraph_ids", sa.JSON(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "sha256", name=op.f("pk_revision")),
    )
    op.create_table(
        "seed_file",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=True),
        sa.Column("complaints", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('loaded', 'refused')", name=op.f("ck_seed_file_state")),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_seed_file")),
    )
    op.create_table(
        "apparatus_item",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("correction", sa.String(), nullable=True),
        sa.Column("certainty", sa.String(), nullable=True),
        sa.Column("resp", sa.String(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('source', 'derived', 'curated')", name=op.f("ck_apparatus_item_origin")
        ),
        sa.CheckConstraint(
            "(paragraph IS NULL) <> (field IS NULL)", name=op.f("ck_apparatus_item_place")
        ),
        sa.CheckConstraint('0 <= start AND start <= "end"', name=op.f("ck_apparatus_item_span")),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["record.id"],
            name=op.f("fk_apparatus_item_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "id", name=op.f("pk_apparatus_item")),
    )
    with op.batch_alter_table("apparatus_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_apparatus_item_paragraph", ["record_id", "paragraph"], unique=False
        )

    op.create_table(
        "discrepancy",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("resp", sa.String(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('source', 'derived', 'curated')", name=op.f("ck_discrepancy_origin")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_discrepancy_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "id", name=op.f("pk_discrepancy")),
    )
    op.create_table(
        "entity_in_record",
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_entity_in_record_entity_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["record.id"],
            name=op.f("fk_entity_in_record_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entity_id", "record_id", name=op.f("pk_entity_in_record")),
    )
    with op.batch_alter_table("entity_in_record", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entity_in_record_record", ["record_id", "entity_id"], unique=False
        )

    op.create_table(
        "mention",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("full_span", sa.JSON(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=True),
        sa.Column("resp", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "origin IN ('source', 'derived', 'curated')", name=op.f("ck_mention_origin")
        ),
        sa.CheckConstraint(
            "ref IN ('name', 'role', 'nominal', 'adjective')", name=op.f("ck_mention_ref")
        ),
        sa.CheckConstraint(
            "tier IN ('editor', 'full_name', 'short_name', 'suggested')",
            name=op.f("ck_mention_tier"),
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_mention_entity_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_mention_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mention_entity", ["entity_id", "record_id", "position"], unique=False
        )
        batch_op.create_index("uq_mention_id", ["record_id", "id"], unique=True)

    op.create_table(
        "paragraph",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("section_id", sa.String(), nullable=True),
        sa.Column("layer", sa.String(), nullable=True),
        sa.Column("speaker", sa.String(), nullable=True),
        sa.Column("continues", sa.Integer(), nullable=True),
        sa.Column("continued_by", sa.Integer(), nullable=True),
        sa.Column("source_start", sa.Integer(), nullable=False),
        sa.Column("source_end", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= source_start AND source_start <= source_end",
            name=op.f("ck_paragraph_source_span"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_paragraph_number")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_paragraph_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "number", name=op.f("pk_paragraph")),
    )
    with op.batch_alter_table("paragraph", schema=None) as batch_op:
        batch_op.create_index("uq_paragraph_id", ["record_id", "id"], unique=True)

    op.create_table(
        "record_language",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["record.id"],
            name=op.f("fk_record_language_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "tag", name=op.f("pk_record_language")),
    )
    with op.batch_alter_table("record_language", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_language_tag"), ["tag"], unique=False)

    op.create_table(
        "section",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(), nullable=True),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("resp", sa.String(), nullable=True),
        sa.Column("date", sa.JSON(), nullable=True),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("addressees", sa.JSON(), nullable=False),
        sa.Column("manner", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('source', 'derived', 'curated')", name=op.f("ck_section_origin")
        ),
        sa.CheckConstraint("1 <= first AND first <= last", name=op.f("ck_section_run")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_section_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "id", name=op.f("pk_section")),
    )
    op.create_table(
        "mention_segment",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.CheckConstraint('0 <= start AND start < "end"', name=op.f("ck_mention_segment_span")),
        sa.ForeignKeyConstraint(
            ["record_id", "position"],
            ["mention.record_id", "mention.position"],
            name=op.f("fk_mention_segment_record_id_position"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "record_id", "position", "segment", name=op.f("pk_mention_segment")
        ),
    )
    with op.batch_alter_table("mention_segment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mention_segment_paragraph", ["record_id", "paragraph"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("mention_segment", schema=None) as batch_op:
        batch_op.drop_index("ix_mention_segment_paragraph")

    op.drop_table("mention_segment")
    op.drop_table("section")
    with op.batch_alter_table("record_language", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_language_tag"))

    op.drop_table("record_language")
    with op.batch_alter_table("paragraph", schema=None) as batch_op:
        batch_op.drop_index("uq_paragraph_id")

    op.drop_table("paragraph")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index("uq_mention_id")
        batch_op.drop_index("ix_mention_entity")

    op.drop_table("mention")
    with op.batch_alter_table("entity_in_record", schema=None) as batch_op:
        batch_op.drop_index("ix_entity_in_record_record")

    op.drop_table("entity_in_record")
    op.drop_table("discrepancy")
    with op.batch_alter_table("apparatus_item", schema=None) as batch_op:
        batch_op.drop_index("ix_apparatus_item_paragraph")

    op.drop_table("apparatus_item")
    op.drop_table("seed_file")
    op.drop_table("revision")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index("ix_record_title")
        batch_op.drop_index("ix_record_repository")
        batch_op.drop_index(batch_op.f("ix_record_modified_in"))
        batch_op.drop_index("ix_record_date")

    op.drop_table("record")
    with op.batch_alter_table("gone_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gone_record_gone_in"))

    op.drop_table("gone_record")
    op.drop_table("gone_paragraph")
    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.drop_index("ix_entity_label")
        batch_op.drop_index("ix_entity_kind")

    op.drop_table("entity")
    op.drop_table("corpus")
