"""Pure decisions: no I/O library, no ledger, no providers."""
