"""A short fuzz in each run of the tests; `make soak ONLY=fuzz` is the long one."""

import pytest
from fuzz import targets
from fuzz.targets import TARGETS, Broken, fuzz


@pytest.mark.parametrize("target", TARGETS)
def test_sec_126_nothing_that_is_thrown_at_it_breaks_it(target: str) -> None:
    fuzz(target, 1, 500)


def test_what_breaks_is_told_with_the_command_that_shows_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "escape", lambda text: text)
    with pytest.raises(
        Broken, match=r"see it again: python3 dev.py soak fuzz --target slack --seed \d+ --runs 1$"
    ) as told:
        fuzz("slack", 1, 500)
    seed = int(str(told.value).split("--seed ")[1].split()[0])
    with pytest.raises(Broken):
        fuzz("slack", seed, 1)
