"""A short life with everything going wrong; `python -m tests.loop.soak 2000` lives a long one."""

from pathlib import Path

import pytest

from tests.loop.soak import soaking


@pytest.mark.slow
def test_through_faults_kills_edits_and_jumps_nothing_is_requested_twice_and_all_is_as_declared_at_the_end(
    tmp_path: Path,
) -> None:
    with soaking(tmp_path) as soak:
        figures = soak.live(80)
    assert figures.kills > 0
    assert figures.faults > 0
    assert (figures.twice, figures.missing, figures.untrue) == ([], [], [])
    assert figures.files[-1] <= figures.files[0] + 8, "open files, beside what the tests before left open"
