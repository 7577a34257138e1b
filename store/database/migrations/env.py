"""Runs Alembic on the engine that `store.database.engine` hands over; there is no alembic.ini."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from store.database.schema import metadata

LOCK = 20250223
"""Postgres advisory lock: two services that start together must not both create the tables."""

with context.config.attributes["engine"].connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.commit()
    if connection.dialect.name == "sqlite":
        # A table that others refer to is changed by a copy put in its place, and dropping the old one
        # would break every reference to it.  Outside of a transaction only: within one it is ignored.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        user_module_prefix="",
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.execute(sa.text("PRAGMA foreign_key_check")).all()
            if broken:
                raise RuntimeError(f"the migration would leave {len(broken)} broken reference(s)")
    if connection.dialect.name == "sqlite":
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        connection.commit()
