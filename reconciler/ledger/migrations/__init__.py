"""Alembic's folder. Run by `reconciler.ledger.migrate`; there is no alembic.ini."""
