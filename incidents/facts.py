"""What people said of an incident for the public, and how later words take the place of earlier ones (STG-8)."""

from collections.abc import Mapping


def told(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Both together, the newer words winning. `symptom@fr` is `symptom` in French, for the words that stood then.

    A fact that changes takes its other languages with it unless they are given anew: nobody may read two stories.
    """
    changed = {name for name, value in now.items() if before.get(name, value) != value}
    kept = {name: value for name, value in before.items() if name.partition("@")[0] not in changed}
    return {**kept, **now}
