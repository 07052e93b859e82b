from pathlib import Path

from reconciler.commands.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_reference_is_current(request):
    """docs/commands.md says of every command and option what the program says; --update-golden writes it anew."""
    if request.config.getoption("--update-golden", default=False):
        PAGE.write_text(reference(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == reference()
