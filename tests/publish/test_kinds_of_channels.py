"""What each kind of channel is for, by the standard matrix, and what it never carries (CHN-1b to CHN-1i)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from conversation import ADA, CLEO, SETTINGS, conversation

from incidents import declaring
from incidents.channels import DEFAULT, Audience, Channel, Medium, Subject, chosen
from incidents.incident import Incident
from incidents.policy import Policy
from incidents.records import Update, Wording
from incidents.severity import Severity
from incidents.stage import Stage
from templates import lengths
from templates.channels_text import channel_text
from templates.house import House

NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
HOUSE = House(status_url="https://status.example.com", languages=("en", "fr"), support_contact="support@example.com")
LONG = "error messages when paying by card, by invoice and by voucher in every shop of the company, and no receipts" * 3


@pytest.fixture
def incident() -> Incident:
    return declaring.declare(id=1, title="Checkout down", severity=Severity.SEV1, policy=Policy(), by=ADA, now=NOW)


def update(stage: Stage = Stage.INVESTIGATING, **facts: str) -> Update:
    given = {"service": "Checkout", "symptom": "error messages", "action_now": "checking it", **facts}
    return Update(
        1,
        stage,
        title="Investigating - Checkout",
        body="Customers cannot pay.",
        by=CLEO,
        posted_at=NOW,
        next_update_at=NOW.replace(hour=15),
        template="STG-11",
        language="en",
        texts={"fr": Wording("Analyse en cours - Caisse", "Le paiement échoue.")},
        facts=given,
    )


def when(kind: Medium, *audience: Audience, subject: Subject = "incident", **more: object) -> str:
    """The columns of the matrix in which it is told, in brackets where a person may add it."""
    channel = Channel("it", kind, "hand", audience, **more)  # type: ignore[arg-type]
    columns = ("sev1", "sev2", "sev3", "sev4") if subject != "maintenance" else ("maintenance",)
    found = [
        (column if choice.wanted else f"({column})")
        for column in columns
        for choice in chosen((channel,), DEFAULT, column=column, stage=Stage.INVESTIGATING, subject=subject)
    ]
    return " ".join(found)


async def test_chn_1b_rooms_are_fast_and_inside_and_carry_the_public_words_as_they_are() -> None:
    async with conversation() as call:
        await call.says(ADA, "/incident sev1 Checkout down", "#general")
        await call.says(ADA, "/status investigating Customers cannot pay.")
        public = call.seen(to="#status", slot="update-1")[-1]
        assert "Customers cannot pay." in public.text
        assert "SEV" not in public.text, "LINT-39"
        assert call.seen(to="#inc-1", text="posted"), "and the room of those who work on it says so"


def test_chn_1c_company_chats_tell_partners_and_special_customers(incident: Incident) -> None:
    assert when(Medium.IM, Audience.PARTNERS) == "sev1 sev2"
    assert when(Medium.IM, Audience.VIP) == "sev1 sev2 sev3"
    assert when(Medium.IM, Audience.PARTNERS, subject="maintenance") == "maintenance"
    said = channel_text(
        update(), Channel("wecom", Medium.IM, "apprise", (Audience.PARTNERS,)), incident=incident, house=HOUSE
    )
    assert said.body == "Customers cannot pay.\n\nUpdate 1 · https://status.example.com"
    group = Channel("support", Medium.IM, "apprise", (Audience.SUPPORT,), languages=("en", "fr"))
    answered = channel_text(update(), group, incident=incident, house=HOUSE).body
    assert "When does it work again?" in answered, "common questions are answered there"
    assert "Quand" in answered


def test_chn_1d_mail_carries_every_language_a_short_subject_and_security_only_where_that_is_wanted(
    incident: Incident,
) -> None:
    mail = Channel("mail", Medium.EMAIL, "apprise", languages=("en", "fr"))
    said = channel_text(update(), mail, incident=incident, house=HOUSE)
    assert "Customers cannot pay." in said.body
    assert "Le paiement échoue." in said.body
    long = replace(update(), title="Investigating - " + LONG)
    assert len(channel_text(long, mail, incident=incident, house=HOUSE).title) <= lengths.SUBJECT
    assert (when(Medium.EMAIL, Audience.USERS), when(Medium.EMAIL, Audience.SALES)) == ("sev1 sev2 (sev3)", "sev1 sev2")
    assert when(Medium.EMAIL, Audience.USERS, subject="security") == ""
    assert when(Medium.EMAIL, Audience.USERS, subject="security", subjects=("security",)) == "sev1 sev2 (sev3)"


def test_chn_1e_sms_is_for_the_worst_short_and_never_about_security(incident: Incident) -> None:
    assert when(Medium.SMS, Audience.USERS) == "sev1"
    assert when(Medium.SMS, Audience.USERS, subject="maintenance") == ""
    assert when(Medium.SMS, Audience.USERS, subject="security", subjects=("security", "incident")) == ""
    sms = Channel("sms", Medium.SMS, "apprise")
    for symptom in ("error messages", LONG, "支付时出现错误消息" * 30):
        said = channel_text(update(symptom=symptom), sms, incident=incident, house=HOUSE)
        assert said.title == ""
        assert lengths.sms_parts(said.body) <= 2
        assert said.body.endswith(HOUSE.status_url)


def test_chn_1f_social_media_lead_to_the_status_page_at_sev1_and_where_wanted_at_sev2(incident: Incident) -> None:
    assert when(Medium.SOCIAL, Audience.USERS) == "sev1 (sev2)"
    social = Channel("x", Medium.SOCIAL, "hand")
    for symptom in ("error messages", LONG):
        said = channel_text(update(symptom=symptom), social, incident=incident, house=HOUSE).body
        assert lengths.weight(said) <= lengths.SOCIAL
        assert said.endswith(HOUSE.status_url)


def test_chn_1g_a_banner_reaches_who_is_there_at_sev1_sev2_and_maintenance() -> None:
    assert when(Medium.IN_APP, Audience.USERS) == "sev1 sev2"
    assert when(Medium.IN_APP, Audience.USERS, subject="maintenance") == "maintenance"


def test_chn_1h_a_hotline_has_the_answers_at_every_severity() -> None:
    """What it carries: tests/publish/test_guidance.py."""
    assert when(Medium.HOTLINE, Audience.SUPPORT) == "sev1 sev2 sev3 sev4"
    assert when(Medium.HOTLINE, Audience.SUPPORT, subject="maintenance") == "maintenance"


async def test_chn_1i_the_press_hears_of_a_sev1_once_pr_and_legal_agree() -> None:
    """The report afterwards: tests/publish/test_report_channels.py."""
    assert when(Medium.PRESS, Audience.MEDIA) == "sev1 (sev2)"
    press = Channel("press", Medium.PRESS, "hand", (Audience.MEDIA,))
    house = replace(SETTINGS.house, channels=(press,))
    async with conversation(replace(SETTINGS, house=house)) as call:
        await call.says(ADA, "/incident sev1 Checkout down", "#general")
        await call.says(ADA, "/status investigating Customers cannot pay.")
        card = call.seen(to="@ada", kind="private", text="post update 1 to press by hand")[-1].card
        assert card
        assert {fact.label: fact.value for fact in card.facts}["First"] == "PR and Legal agree to these words"
