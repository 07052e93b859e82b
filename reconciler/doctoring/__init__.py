"""The check-up behind `listsync doctor`: every part of an installation is looked at by itself, nothing is changed."""

from reconciler.doctoring.examining import Circumstances, examine, examine_without

__all__ = ["Circumstances", "examine", "examine_without"]
