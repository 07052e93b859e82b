"""A message through Apprise, in a process of its own that lives for one message: the library with all its services
takes more memory than the rest of listsync at rest, logs addresses, and has no time-out of its own for the whole."""

import json
import subprocess
import sys
from pathlib import Path

from providers.http.mask import masked
from providers.notify import plaintext, wording
from providers.notify.base import Delivery, Manner, Receipt
from providers.notify.wording import Tone
from schemas.notification import Notification

_TYPES = {Tone.BAD: "failure", Tone.CARE: "warning", Tone.GOOD: "success", Tone.INFO: "info"}
_CHILD = Path(__file__).with_name("apprise_child.py")
STARTING = 10.0
"""Seconds that the library may take to be read, on a small machine."""


def deliver(url: str, message: Notification, manner: Manner) -> Receipt:
    """Send it in a child process, which is killed when it takes too long. The address goes through a pipe: an argument
    would be seen by everybody on the machine."""
    order = {
        "url": url,
        "title": wording.headline(message),
        "body": plaintext.body(message),
        "type": _TYPES[wording.tone_of(message)],
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with nothing of the configuration in its arguments
            [sys.executable, "-P", str(_CHILD)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=manner.timeout + STARTING,
            check=False,
        )
        answer = json.loads(done.stdout)
        sent, said = bool(answer["sent"]), str(answer["said"])
    except subprocess.TimeoutExpired:
        return Receipt(Delivery.UNKNOWN, f"Apprise did not come to an end within {manner.timeout + STARTING:.0f} s")
    except (OSError, ValueError, KeyError, TypeError):
        return Receipt(Delivery.FAILED, "Apprise could not be run")
    if sent:
        return Receipt(Delivery.SENT)
    return Receipt(Delivery.FAILED, masked(said.replace(url, "***")) or "Apprise could not deliver it")
