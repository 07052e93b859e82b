"""`listsync.yaml`, the environment and references → a configuration, or every problem with its place."""

from reconciler.config.finding import find_config
from reconciler.config.loader import Loaded, References, find_store, load
from reconciler.config.problems import ConfigErrors, Place, Problem
from reconciler.config.revision import Revision

__all__ = ["ConfigErrors", "Loaded", "Place", "Problem", "References", "Revision", "find_config", "find_store", "load"]
