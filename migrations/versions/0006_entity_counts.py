"""How often entities are mentioned, counted when they are loaded

Revision: 0006
Before it: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "entity_count",
        sa.Column("entity_id", text, nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_entity_count_entity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entity_id", name=op.f("pk_entity_count")),
    )
    op.execute(
        "INSERT INTO entity_count (entity_id, mentions, records)"
        " SELECT entity_id, sum(mentions), count(*) FROM entity_in_record GROUP BY entity_id"
    )


def downgrade() -> None:
    op.drop_table("entity_count")
