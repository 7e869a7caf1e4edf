"""On PostgreSQL: text in the order of its code points, and file times that fit

Revision: 0002
Before it: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Lists and cursors go by code points, as SQLite's do, whatever order the database was made in.
    _alter(' COLLATE "C"', sa.BigInteger())


def downgrade() -> None:
    _alter(' COLLATE "default"', sa.Integer())


def _alter(collation: str, whole_number: sa.Integer) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    inspector = sa.inspect(op.get_bind())
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        texts = [
            (column["name"], "TEXT" if isinstance(column["type"], sa.Text) else "VARCHAR")
            for column in inspector.get_columns(table)
            if isinstance(column["type"], sa.String)
        ]
        # One statement, so that each table is written once.
        changes = [f'ALTER COLUMN "{name}" TYPE {kind}{collation}' for name, kind in texts]
        if changes:
            op.execute(f'ALTER TABLE "{table}" {", ".join(changes)}')
    for column in ("size", "mtime_ns"):
        op.alter_column("seed_file", column, type_=whole_number, existing_nullable=False)
