"""The continuous reconciler: `listsync run`."""
