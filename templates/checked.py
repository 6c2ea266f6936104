"""What is wrong with the words of a post, for those who are about to send or to clear it."""

from collections.abc import Sequence

from incidents.records import Draft
from templates.updates import FIELDS


def checked(draft: Draft) -> Sequence[str]:
    """One sentence for each finding; empty when there is none."""
    labels = {field.name: field.label for field in FIELDS[draft.stage]}
    return [f"Still empty: {labels.get(name, name)}." for name in draft.unknown]
