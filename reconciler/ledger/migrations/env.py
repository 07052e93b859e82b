"""What alembic runs: migrations on the connection, and within the transaction, that the ledger hands in."""

from alembic import context

from reconciler.ledger.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
