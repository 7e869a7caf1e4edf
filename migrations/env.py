"""How Alembic reaches the database: the connection it is handed, or the settings' own."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from api.settings import Settings
from api.store import tables  # noqa: F401  (fills the metadata)
from api.store.engine import make_engine


def render_item(kind: str, item: object, _: object) -> str | bool:
    """Write SQLModel's strings as SQLAlchemy's, so that migrations need no SQLModel."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    with make_engine(Settings(), read_only=False).connect() as connection:
        run(connection)
