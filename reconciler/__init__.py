"""listsync decides and acts: load, fetch, resolve, decide, plan, apply."""

__version__ = "0.1.0"
