"""Every kind of receiver, and how a message gets there."""

from collections.abc import Callable, Collection, Mapping
from importlib.util import find_spec

from providers.notify import discord
from providers.notify.base import Delivery, Manner, Receipt, Receiver
from providers.notify.posting import post_json
from schemas.notification import Notification

MISSING_EXTRA = "Apprise is not installed: `pip install 'listsync[notify]'`, or take the container image, which has it"


def send(receiver: Receiver, message: Notification, manner: Manner) -> Receipt:
    """Send it and say what came of it. Never raises for what receivers and networks do."""
    return _SENDERS[receiver.kind](receiver, message, manner)


def unavailable(kinds: Collection[str]) -> str:
    """Why a receiver of one of these kinds can not be told anything in this installation; empty when all can."""
    return MISSING_EXTRA if "apprise" in kinds and find_spec("apprise") is None else ""


def _to_discord(receiver: Receiver, message: Notification, manner: Manner) -> Receipt:
    return post_json(receiver.url, discord.document(message), {}, manner)


def _to_webhook(receiver: Receiver, message: Notification, manner: Manner) -> Receipt:
    return post_json(receiver.url, message.model_dump(mode="json"), receiver.headers, manner)


def _to_apprise(receiver: Receiver, message: Notification, manner: Manner) -> Receipt:
    from providers.notify import apprise

    if why := unavailable(("apprise",)):
        return Receipt(Delivery.FAILED, why)
    return apprise.deliver(receiver.url, message, manner)


_SENDERS: Mapping[str, Callable[[Receiver, Notification, Manner], Receipt]] = {
    "discord": _to_discord,
    "webhook": _to_webhook,
    "apprise": _to_apprise,
}
