"""What the organisation owes by law, and what it asks itself before it posts (CAD-9, CAD-25)."""

from pathlib import Path

import pytest

from bot.config import read
from bot.config_errors import ConfigError

DAN = '[[people]]\nname = "Dan"\nemail = "dan@example.com"\n'
DUTY = '[[regulatory]]\nname = "Tell the regulator"\nhours = 72\ncontact = "dan@example.com"\n'


def test_cad_25_duties_are_the_organisations_own_with_a_contact_it_knows(tmp_path: Path) -> None:
    file = tmp_path / "sitrep.toml"
    file.write_text(DAN + DUTY + 'trigger = "personal data"\n[posting]\ncriteria = ["Do they pay for it?"]\n')
    policy = read(str(file), {}).settings.policy
    (duty,) = policy.regulatory
    assert (duty.name, duty.hours, duty.contact.name, duty.trigger) == (
        "Tell the regulator",
        72,
        "Dan",
        "personal data",
    )
    assert policy.posting_criteria == ("Do they pay for it?",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (DUTY, "sitrep.toml:4: regulatory[1].contact: must be the e-mail of somebody under"),
        (DAN + DUTY.replace("72", "0"), "sitrep.toml:6: regulatory[1].hours"),
        (DAN + DUTY + 'trigger = "Persönliches"\n', "must be a few lower-case words such as personal data"),
    ],
)
def test_cad_25_a_duty_that_nobody_could_be_reminded_of_is_refused_with_its_line(
    tmp_path: Path, text: str, line: str
) -> None:
    file = tmp_path / "sitrep.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        read(str(file), {})
    assert line in str(refused.value)
