"""From [approval] of sitrep.toml to the policy that incidents copy."""

from collections.abc import Iterator, Sequence

from bot import config_file as file
from bot.config_file import Document
from bot.toml_lines import Path
from incidents import policy, roles
from incidents.person import Person


def approval(document: Document, people: dict[str, Person]) -> policy.Approval:
    """``people`` are those under [[people]], by e-mail."""
    written = document.approval

    def lists(section: file.Section) -> dict[str, policy.Approvers]:
        named = ((key.replace("_", " "), names) for key, names in section.model_dump().items())
        return {key: _approvers(names, people) for key, names in named if names}

    return policy.Approval(
        mode=written.mode,
        approvers=lists(written.approvers),
        security=lists(written.security),
        crisis=lists(written.crisis),
        besides=lists(written.besides),
        report=lists(written.report),
        backup=_approvers(written.backup, people),
        minutes=written.deadline_minutes,
        at_deadline=written.at_deadline,
    )


def _approvers(names: Sequence[str], people: dict[str, Person]) -> policy.Approvers:
    named = [roles.read(name) for name in names]
    return policy.Approvers(
        roles=tuple(role for role in named if role),
        people=tuple(people[name] for name in names if name in people),
    )


def named_approvers(written: file.Approval) -> Iterator[tuple[Path, str]]:
    """Everybody named by e-mail, with where."""
    for part in ("approvers", "security", "crisis", "besides", "report"):
        section: file.Section = getattr(written, part)
        for key, names in section.model_dump().items():
            for number, name in enumerate(names):
                if "@" in name:
                    yield ("approval", part, key, number), name
    for number, name in enumerate(written.backup):
        if "@" in name:
            yield ("approval", "backup", number), name
