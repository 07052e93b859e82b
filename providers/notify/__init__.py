"""Where people are told what happened: Discord, anything that Apprise knows, and plain JSON to an address."""

from providers.notify.base import Delivery, Manner, Receipt, Receiver
from providers.notify.sending import send, unavailable

__all__ = ["Delivery", "Manner", "Receipt", "Receiver", "send", "unavailable"]
