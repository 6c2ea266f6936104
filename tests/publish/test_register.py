"""The register of channels (CHN-1, REG-1 to REG-7), and the answers that Support has from the same record (CHN-7)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import cast

import pytest
from conversation import ADA, CLEO, EVE, SETTINGS, Conversation, conversation
from fakes.publishers.hooks import Hooks

from bot.config import read
from bot.publish.apprise_ import AppriseChannel
from bot.publish.egress import Egress
from incidents.channels import Channel, Medium
from incidents.severity import Severity
from scheduler.outlets import Publisher
from templates.channel_list import channel_list
from templates.doctor_card import DEPARTMENTS, doctor_card
from templates.house import House

MAIL = Channel("mail", Medium.EMAIL, "apprise", owner="dan@example.com")
SMS = Channel("sms", Medium.SMS, "apprise", severities=(Severity.SEV1,))
SOCIAL = Channel("social", Medium.SOCIAL, "hand", link="https://social.example", access="ask @dan")
MAIL_OF_OURS = '[[channels]]\nname = "mail"\nkind = "email"\nby = "apprise"\nurl_env = "SMS_URL"\n'
MANY = "\n".join(
    f'[[channels]]\nname = "{medium.value}"\nkind = "{medium.value}"\nby = "hand"\n'
    for medium in Medium
    if medium not in (Medium.UPDATES_ROOM, Medium.INCIDENT_ROOM)
)


@asynccontextmanager
async def told(channels: Sequence[Channel], publishers: Mapping[str, object]) -> AsyncIterator[Conversation]:
    """An incident whose liaison is Cleo."""
    settings = replace(SETTINGS, house=replace(SETTINGS.house, channels=tuple(channels)))
    async with conversation(settings, publishers=cast("Mapping[str, Publisher]", publishers)) as call:
        await call.says(ADA, "/incident sev1 Checkout down", "#general")
        await call.says(ADA, "!ic take ic")
        await call.says(CLEO, "!ic take customer-liaison")
        yield call


def test_chn_1_every_kind_of_channel_can_be_in_the_register(tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text(MANY, encoding="utf-8")
    channels = read(str(tmp_path / "sitrep.toml"), {}).settings.house.channels
    assert {channel.kind for channel in channels} == set(Medium) - {Medium.UPDATES_ROOM, Medium.INCIDENT_ROOM}


async def test_chn_1_reg_1_reg_2_reg_6_the_list_says_what_each_is_for_whom_and_who_posts() -> None:
    async with told([MAIL, SOCIAL], {}) as call:
        answer = await call.says(CLEO, "/incident channels")
        assert answer.card
        mail, social = answer.card.text.replace("\x02", "").split("\n\n")
        assert "email · by Sitrep" in mail
        assert "For users: " in mail
        assert "social · by hand" in social
        assert "Where: https://social.example" in social


async def test_reg_4_only_those_who_speak_send_and_the_list_names_who_answers_for_it(hook: Hooks) -> None:
    async with told([MAIL, SOCIAL], {}) as call:
        listed = await call.says(EVE, "/incident channels")
        assert listed.card
        assert "Owner: dan@example.com" in listed.card.text
        assert "Owner: nobody yet" in listed.card.text
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert (await call.says(EVE, "!channels done social")).refused
        assert not (await call.says(CLEO, "!channels done social")).refused


def test_reg_5_the_register_never_holds_the_secret(tmp_path: Path) -> None:
    text = '[[channels]]\nname = "sms"\nkind = "sms"\nby = "apprise"\nurl_env = "SMS_URL"\naccess_note = "vault, 7"\n'
    (tmp_path / "sitrep.toml").write_text(text, encoding="utf-8")
    config = read(str(tmp_path / "sitrep.toml"), {"SMS_URL": "jsons://hooks.example.com/s3cret-token"})
    [channel] = config.settings.house.channels
    assert channel.access == "vault, 7"
    assert "s3cret" not in repr(channel)
    assert "s3cret" not in repr(config.settings)


@pytest.mark.parametrize(("length", "shown"), [(None, True), (60, False)])
async def test_reg_7_a_channel_has_its_own_length(length: int | None, shown: bool) -> None:
    long = "Customers cannot pay by card in the shop, and the cart shows an error message to them."
    channel = Channel("social", Medium.SOCIAL, "hand", link="https://s.example", length=length)
    async with told([channel], {}) as call:
        await call.says(CLEO, f"/status investigating {long}")
        card = call.seen(to="@cleo", kind="private", text="post update 1 to social by hand")[-1].card
        assert card
        facts = {fact.label: fact.value for fact in card.facts}
        assert (long in facts["Text"]) is shown
        assert length is None or len(facts["Text"]) <= length


async def test_chn_7_the_answers_are_of_the_record_that_customers_read_and_follow_each_revision() -> None:
    async with told([], {}) as call:
        await call.says(EVE, "!faq")
        await call.says(
            CLEO, "/status investigating --service Checkout --symptom errors when paying --action checking it"
        )
        first = call.seen(to="#inc-1", slot="answers")[-1].text
        assert "as of post 1" in first
        assert "errors when paying" in first
        await call.wait(minutes=31)
        await call.says(
            CLEO,
            '/status identified --because "seen" --cause a faulty setting reached our servers --share 40% '
            "--functions card payment --fix rolling it back --workaround pay by invoice",
        )
        second = call.seen(to="#inc-1", slot="answers")[-1].text
        update = (await call.incident()).update
        assert update
        assert "as of post 2" in second
        for fact in ("cause_plain", "workaround"):
            assert update.facts[fact] in second
            assert update.facts[fact] in update.body


async def test_chn_8_what_the_public_says_is_counted_and_answered_by_people_alone(
    hook: Hooks, threads: ThreadPoolExecutor
) -> None:
    sms = AppriseChannel(hook.url("sms"), Egress((ip_network("127.0.0.0/8"),)), threads)
    async with told([SMS], {"sms": sms}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        sent = len(hook.got)
        for words in ("nobody answers us", "this is a scandal", "we leave"):
            await call.says(EVE, f'!feedback "{words}" social')
        await call.wait(minutes=10)
        assert len(hook.got) == sent
        assert [report.symptom for report in (await call.incident()).reports][:1] == ["nobody answers us"]
        assert call.seen(to="@cleo", text="nobody answers us")


def test_reg_9_an_empty_register_says_where_posts_stand() -> None:
    shown = channel_list(House(), None, ADA, datetime(2031, 4, 2, tzinfo=UTC))
    assert "own status page" in shown.text


async def test_reg_9_aud_15_the_doctor_in_chat_names_what_is_lacking(tmp_path: Path) -> None:
    written = MAIL_OF_OURS + '[roster.departments]\nlegal = "Jane Doe, +48 22 123 45 67"\n'
    (tmp_path / "sitrep.toml").write_text(written, encoding="utf-8")
    settings = read(str(tmp_path / "sitrep.toml"), {"SMS_URL": "file:///etc/passwd"}).settings
    async with conversation(settings) as call:
        found = await call.says(EVE, "/incident doctor", "#general")
        assert found.card
        lines = found.card.text.splitlines()
        assert "✓ legal: Jane Doe, +48 22 123 45 67" in lines
        assert "✗ hr: nobody is named" in lines
        (mail,) = (line for line in lines if "mail" in line)
        assert mail.startswith("✗ mail: SMS_URL must begin with one of")
        assert mail.endswith(
            "has no owner; has no access note, so somebody would have to search for the login; was never tested"
        )
        assert "passwd" not in mail
        only = await call.says(EVE, "/incident doctor channels", "#general")
        assert only.card
        assert "legal" not in only.card.text
        assert (await call.says(EVE, "/incident doctor crisis", "#general")).refused
        listed = await call.says(EVE, "/incident channels", "#general")
        assert listed.card
        assert "Cannot be posted to now: SMS_URL must begin with" in listed.card.text, "REG-6: the integration's state"


def test_aud_15_nothing_lacking_is_good_to_read() -> None:
    fine = Channel("mail", Medium.EMAIL, "hand", owner="a", access="b", last_tested=date(2031, 4, 1))
    named = dict.fromkeys(DEPARTMENTS, "Jane Doe")
    card = doctor_card(House(channels=(fine,)), named, date(2031, 4, 2), parts=("channels", "departments"))
    assert card.tone == "good"
    assert "✗" not in card.text
    stale = doctor_card(House(channels=(fine,)), named, date(2031, 7, 1), parts=("channels",))
    assert "was last tested 91 days ago" in stale.text
    assert "none is configured" in doctor_card(House(), {}, date(2031, 4, 2), parts=("channels",)).text
