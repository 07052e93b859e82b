"""The process that holds Apprise: one order as JSON on stdin, one answer as JSON on stdout."""

import json
import logging
import sys


def main() -> None:
    """Read `{url, title, body, type}`, notify, write `{sent, said}`."""
    import apprise

    order = json.load(sys.stdin)
    asset = apprise.AppriseAsset(app_id="listsync", app_desc="listsync", async_mode=False)
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        receivers = apprise.Apprise(asset=asset)
        if receivers.add(order["url"]):
            sent = bool(
                receivers.notify(
                    title=order["title"], body=order["body"], notify_type=order["type"], body_format="text"
                )
            )
            said = " ".join(log.getvalue().split())[:300]
        else:
            sent, said = False, "its address is not one that Apprise knows; see the list of services in its wiki"
    sys.stdout.write(json.dumps({"sent": sent, "said": said}))


if __name__ == "__main__":
    main()
