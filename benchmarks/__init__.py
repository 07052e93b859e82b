"""Measured by hand, never in the suite: `python -m benchmarks.NAME`. See README.md."""
