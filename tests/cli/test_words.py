from datetime import UTC, datetime, timedelta

import pytest

from reconciler.words import ago, clean, count, joined, seasons_text, titled, until

NOW = datetime(2026, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Heat", "Heat"),
        ("  two\n lines\t", "two lines"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x9b31mred", "red"),
        ("a\u202eb\u200bc", "abc"),
        ("bell\x07 and null\0", "bell and null"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_text_from_strangers_is_one_harmless_line(text, shown):
    """No escape sequence, direction override, invisible character or line break survives; scripts do."""
    assert clean(text) == shown


def test_numbers_and_names_read_like_a_person_wrote_them():
    """One way to write counts, names, seasons and times everywhere."""
    assert (count(1, "title"), count(1234, "title"), count(2, "entry", "entries")) == (
        "1 title",
        "1,234 titles",
        "2 entries",
    )
    assert joined(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert (seasons_text([1]), seasons_text([1, 2, 3, 5]), seasons_text([])) == ("season 1", "seasons 1-3, 5", "")
    assert (titled("Heat", 1995), titled("", None)) == ("Heat (1995)", "(no title)")
    assert (ago(NOW - timedelta(hours=3), NOW), ago(NOW, NOW)) == ("3 h ago", "just now")
    assert (until(NOW + timedelta(days=3), NOW), until(NOW, NOW)) == ("in 3 days", "in the next run")
