"""The records that mention an entity most, found without looking at all that mention it

Revision: 0007
Before it: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_entity_in_record_mentions",
        "entity_in_record",
        ["entity_id", "mentions", "record_id"],
    )


def downgrade() -> None:
    op.drop_index("ix_entity_in_record_mentions", "entity_in_record")
