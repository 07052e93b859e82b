"""What the browser needs on this machine, and the words for what is missing."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Mapping

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "brave-browser")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
EXTRA = "install the extra: pip install 'listsync[browser]'"
CHROMIUM = "install Chromium (on Debian and Ubuntu: apt-get install chromium) or name it in CHROME_BIN"


def executable(
    environment: Mapping[str, str] | None = None, which: Callable[[str], str | None] = shutil.which
) -> str | None:
    """Chromium's or Chrome's path: `CHROME_BIN` when set, else the usual names on the PATH; None when there is none."""
    if named := _named(environment):
        return which(named)
    return next((path for name in (*NAMES, *APPLICATIONS) if (path := which(name))), None)


def missing(
    environment: Mapping[str, str] | None = None,
    which: Callable[[str], str | None] = shutil.which,
    installed: Callable[[str], object] = importlib.util.find_spec,
) -> tuple[str, str]:
    """What is missing, and what to do about it; two empty texts when nothing is."""
    if sys.platform == "win32":
        return "the browser is not supported on Windows", "run listsync in its container"
    lacking = []
    if installed("seleniumbase") is None:
        lacking.append(("the extra `browser` is not installed", EXTRA))
    if executable(environment, which) is None:
        named = _named(environment)
        what = f"CHROME_BIN names {named}, which is no program" if named else "no Chromium was found"
        lacking.append((what, CHROMIUM))
    return " and ".join(what for what, _ in lacking), "; ".join(how for _, how in lacking)


def _named(environment: Mapping[str, str] | None) -> str:
    return (os.environ if environment is None else environment).get("CHROME_BIN", "").strip()
