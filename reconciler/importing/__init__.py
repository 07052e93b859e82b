"""From a data folder of ListSync 0.6 to a configuration and to what the ledger has to know."""

from reconciler.importing.facts import Facts, keep_facts
from reconciler.importing.household import Household
from reconciler.importing.old import read_household
from reconciler.importing.written import Written, write_config

__all__ = ["Facts", "Household", "Written", "keep_facts", "read_household", "write_config"]
