"""Values in an encrypted file, which a passphrase opens. Knows nothing of configurations."""

from reconciler.secretstore.document import Kept, SecretsDocument
from reconciler.secretstore.errors import SecretsError, StoreBusy, StoreDamaged, WrongPassphrase
from reconciler.secretstore.sealing import Stretching
from reconciler.secretstore.store import NAME, drop, open_values, put, read, rekey, unlock, value_of

__all__ = [
    "NAME",
    "Kept",
    "SecretsDocument",
    "SecretsError",
    "StoreBusy",
    "StoreDamaged",
    "Stretching",
    "WrongPassphrase",
    "drop",
    "open_values",
    "put",
    "read",
    "rekey",
    "unlock",
    "value_of",
]
