"""Fails where tables, migrations and their numbers tell different stories: `alembic check`."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from api.settings import Settings
from api.store.engine import MIGRATIONS, make_engine, migrate, newest_revision


def main() -> None:
    """Migrate an empty database and compare it with the tables."""
    settings = Settings()
    migrate(settings)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [newest_revision()]
    with make_engine(settings, read_only=False).connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)


if __name__ == "__main__":
    main()
