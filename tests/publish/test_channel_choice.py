"""Which channels a post goes to, what each is given, and that nothing else is sent than was read (CHN-3, APPR-6)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, cast

import pytest
from conversation import ADA, BOB, CLEO, DAN, SETTINGS, Conversation, conversation
from fakes.plan import Plan
from fakes.publishers.hooks import Hooks
from fakes.publishers.smtp import Mailbox

from bot.publish.apprise_ import AppriseChannel
from bot.publish.egress import Egress
from commands.line import Line
from commands.settings import Settings
from incidents.channels import Audience, Channel, Medium
from incidents.policy import Approval
from incidents.records import Wording
from incidents.severity import Severity
from incidents.stage import Stage
from scheduler.outlets import Publisher
from templates import plain
from templates.card import Card
from templates.house import OwnText

NEAR = Egress((ip_network("127.0.0.0/8"),))
LINK = "https://status.example.com"
MAIL = Channel("mail", Medium.EMAIL, "apprise")
SMS = Channel("sms", Medium.SMS, "apprise", severities=(Severity.SEV1,))
SOCIAL = Channel("social", Medium.SOCIAL, "apprise")
BOARD = Channel("board", Medium.EMAIL, "apprise", audience=(Audience.MANAGEMENT,))
FRENCH = Channel("paris", Medium.IM, "apprise", audience=(Audience.PARTNERS,), languages=("fr",))
CHINA = Channel("wecom", Medium.IM, "apprise", audience=(Audience.VIP,), languages=("zh-CN", "pl"))
EVERY = (MAIL, SMS, SOCIAL, BOARD, FRENCH, CHINA)
FACTS = {"service": "Checkout", "symptom": "errors when paying", "action_now": "checking the payment connection"}
POST = "/status investigating Customers cannot pay."


def settings(channels: Sequence[Channel], *, approval: bool = False, **house: Any) -> Settings:
    spoken = ("en", "zh-CN", "fr", "pl")
    made = replace(SETTINGS.house, languages=spoken, channels=tuple(channels), **house)
    policy = replace(SETTINGS.policy, approval=Approval(mode="on" if approval else "off"))
    return replace(SETTINGS, house=made, policy=policy)


@asynccontextmanager
async def told(given: Settings, publishers: Mapping[str, object]) -> AsyncIterator[Conversation]:
    async with conversation(given, publishers=cast("Mapping[str, Publisher]", publishers)) as call:
        await call.says(ADA, "/incident sev1 Checkout: payments fail", "#general")
        await call.says(ADA, "!ic take ic")
        await call.says(CLEO, "!ic take customer-liaison")
        await call.says(BOB, "!ic take deputy")
        call.news()
        yield call


@pytest.fixture
def hooked(hook: Hooks, threads: ThreadPoolExecutor) -> Mapping[str, AppriseChannel]:
    return {channel.name: AppriseChannel(hook.url(channel.name), NEAR, threads) for channel in EVERY}


def arrived(hook: Hooks) -> dict[str, str]:
    return {path: post["message"] for path, post in hook.got}


def facts(card: Card) -> dict[str, str]:
    return {fact.label: fact.value for fact in card.facts}


async def reach(call: Conversation) -> tuple[dict[str, Wording], tuple[str, ...]]:
    """What is on the record: each channel's text, and who was left out."""
    update = (await call.incident()).update
    assert update
    assert update.reach
    return update.reach.carried, update.reach.left_out


async def form(call: Conversation, words: str = "/status investigating") -> dict[str, tuple[str, str]]:
    """Its boxes: what stands beside each, and whether it is ticked."""
    answer = await call.says(CLEO, words)
    assert answer.card
    assert answer.card.form
    return {field.name: (field.label, field.value) for field in answer.card.form.fields if field.kind == "check"}


async def test_every_channel_gets_the_text_of_its_kind_audience_and_language(
    hook: Hooks, mail: Mailbox, hooked: Mapping[str, AppriseChannel], threads: ThreadPoolExecutor
) -> None:
    publishers = {**hooked, "mail": AppriseChannel(mail.url("all@example.com"), NEAR, threads)}
    async with told(settings(EVERY), publishers) as call:
        await form(call)
        await call.fills(CLEO, "no button", FACTS)
        got = arrived(hook)
        assert got["sms"] == f"Checkout: errors when paying since 14:00 UTC. Next update by 14:30 UTC. {LINK}"
        assert got["social"].startswith("We are aware that Checkout has an issue (errors when paying) since 14:00 UTC.")
        assert got["board"].startswith("SEV-1 / P0 since 14:00 UTC, ")
        assert "Public stage: Investigating, last post 14:00 UTC, next 14:30 UTC." in got["board"]
        assert got["paris"].startswith("Depuis 14:00 UTC, ")
        assert got["paris"].endswith(f"Point 1 · {LINK}")
        assert got["wecom"].index("14:00 UTC 起") < got["wecom"].index("14:30 UTC") < got["wecom"].index("od 14:00")
        ((_, letter),) = mail.got
        assert letter["Subject"] == "Investigating - Checkout: errors when paying"
        kept = await reach(call)
        assert {name: kept[0][name].body for name in got} == got, "what was read is what was sent"


async def test_the_form_offers_what_the_matrix_says_and_one_may_be_left_out(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    social = replace(SOCIAL, audience=(Audience.MEDIA, Audience.USERS))
    async with told(settings([MAIL, SMS, social]), hooked) as call:
        await call.says(ADA, "/incident sev2 --because fewer are hit")
        boxes = await form(call)
        assert boxes == {
            "channel:mail": ("Send to mail (e-mail to customers, in English)", "on"),
            "channel:social": ("Send to social (social media to media and customers, in English)", ""),
        }
        await call.fills(CLEO, "no button", FACTS | {"channel:mail": "", "channel:social": "on"})
        assert list(arrived(hook)) == ["social"]
        kept = await reach(call)
        assert (list(kept[0]), kept[1]) == (["social"], ("mail",))
        (row,) = [entry.text for entry in await call.timeline() if entry.text.startswith("Investigating posted from")]
        assert ", not to mail: " in row
        shown = call.seen(to="#inc-1", slot="published-1")[-1].text
        assert "✓ social 14:00 UTC" in shown
        assert "– mail: left out" in shown


async def test_chn_6_who_was_told_is_told_again_and_nobody_is_asked(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    async with told(settings([MAIL, SMS, SOCIAL]), hooked) as call:
        await call.says(CLEO, f"{POST} --channels mail")
        assert list(arrived(hook)) == ["mail"]
        answer = await call.says(CLEO, "/status investigating")
        assert answer.card
        assert answer.card.form
        assert answer.card.form.intro.endswith("Also goes to mail, where an earlier post stands.")
        assert "channel:mail" not in {field.name for field in answer.card.form.fields}
        await call.says(CLEO, "/status investigating More customers cannot pay. --channels none")
        assert [path for path, _ in hook.got] == ["mail", "mail"]
        assert list((await call.incident()).outlets) == ["mail"]


async def test_chn_1e_that_there_is_no_news_is_only_sent_by_sms_where_somebody_wants_it(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    def names() -> list[str]:
        return sorted(path for path, _ in hook.got)

    async with told(settings([MAIL, SMS]), hooked) as call:
        await call.says(CLEO, POST)
        assert names() == ["mail", "sms"]
        await call.until("14:26")
        await call.says(CLEO, "!update no-news")
        assert names() == ["mail", "mail", "sms"]
        assert "– sms: only when there is news" in call.seen(to="#inc-1", slot="published-2")[-1].text
        await call.says(CLEO, "/status investigating Nobody can pay. --channels mail,sms")
        assert names() == ["mail", "mail", "mail", "sms", "sms"]
        await call.says(CLEO, '/status monitoring --because "it was fixed at once" Most customers can pay again.')
        assert names() == ["mail"] * 4 + ["sms"] * 3


async def test_a_line_names_channels_and_a_name_there_is_not_is_refused(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    async with told(settings([MAIL, SMS]), hooked) as call:
        await call.says(ADA, "/incident sev3 --because few are hit")
        for typed in ("fax", "mail,sms"):
            answer = await call.says(CLEO, f"{POST} --channels {typed}")
            assert answer.refused
            assert answer.card
            assert typed.rpartition(",")[2] in answer.card.text
        assert hook.got == []
        await call.says(CLEO, "/status investigating --channels mail Customers cannot pay.")
        assert list(arrived(hook)) == ["mail"], "in brackets in the matrix: a person may add it"


async def test_a_reason_that_is_asked_for_keeps_the_choice(hook: Hooks, hooked: Mapping[str, AppriseChannel]) -> None:
    async with told(settings([MAIL, SMS]), hooked) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay. --channels sms")
        hook.got.clear()
        asked = await call.says(CLEO, "/status monitoring Most customers can pay again. --channels sms")
        assert asked.card
        assert asked.card.form
        kept = {field.name: field.value for field in asked.card.form.fields}
        assert (kept["channel:mail"], kept["channel:sms"]) == ("", "on")
        await call.fills(CLEO, "no button", {"because": "the cause was found and fixed at once"})
        assert list(arrived(hook)) == ["sms"]


async def test_chn_3_a_preview_shows_what_everybody_would_read_and_who_that_is(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    async with told(settings(EVERY), hooked) as call:
        await form(call)
        answer = await call.fills(CLEO, "no button", FACTS | {"then": "preview", "channel:social": ""})
        assert answer.card
        assert facts(answer.card)["Left out"] == "social"
        assert facts(answer.card)["Goes to"].splitlines()[1:] == [
            f"{LINK}: customers",
            "mail: e-mail to customers, in English",
            "sms: SMS to customers, in English",
            "board: e-mail to management, in English",
            "paris: company chat to partners, in French",
            "wecom: company chat to special customers, in Chinese and Polish",
        ]
        shown = {fold.label.partition(":")[0]: fold.value for fold in answer.card.folds}
        assert shown["sms"] in plain.text(answer.card), "also where nothing folds"
        assert list(shown) == ["简体中文", "Français", "Polski", "mail", "sms", "board", "paris", "wecom"]
        assert hook.got == []
        await call.presses(CLEO, "Post")
        got = arrived(hook)
        assert sorted(got) == ["board", "mail", "paris", "sms", "wecom"]
        assert all(shown[name].endswith(text) for name, text in got.items())


async def test_the_same_words_are_shown_once_with_all_who_read_them(hooked: Mapping[str, AppriseChannel]) -> None:
    twin = replace(MAIL, name="mail2", audience=(Audience.PARTNERS,))
    async with told(settings([MAIL, twin]), hooked) as call:
        answer = await call.says(CLEO, "/status preview investigating Customers cannot pay.")
        assert answer.card
        (fold,) = [fold for fold in answer.card.folds if "mail" in fold.label]
        assert fold.label == "mail, mail2"


async def test_back_to_the_form_keeps_the_choice(hooked: Mapping[str, AppriseChannel]) -> None:
    async with told(settings([MAIL, SMS]), hooked) as call:
        await form(call)
        await call.fills(CLEO, "no button", FACTS | {"then": "preview", "channel:sms": ""})
        back = await call.presses(CLEO, "Back to the form")
        assert back.card
        assert back.card.form
        boxes = {field.name: field.value for field in back.card.form.fields if field.kind == "check"}
        assert boxes == {"channel:mail": "on", "channel:sms": ""}


async def test_security_is_never_told_by_sms(hook: Hooks, hooked: Mapping[str, AppriseChannel]) -> None:
    every = [replace(channel, subjects=("incident", "security")) for channel in (MAIL, SMS)]
    async with told(settings(every), hooked) as call:
        await call.says(CLEO, POST)
        assert sorted(arrived(hook)) == ["mail", "sms"]
        incident = await call.incident()
        from templates.receivers import offered

        for_security = offered(incident, settings(every).house, Stage.INVESTIGATING, template="STG-26")
        assert [offer.channel.name for offer in for_security] == ["mail"]


async def waiting(call: Conversation) -> str:
    """The line behind the button that clears what waits."""
    await form(call)
    await call.fills(CLEO, "no button", FACTS)
    cards = [seen.card for seen in call.seen(to="@ada", kind="private") if seen.card]
    return next(button.says for button in cards[-1].buttons if button.label == "Approve")


async def pressed(call: Conversation, says: str, name: str = "press") -> Card:
    answer = await call.hears(Line(ADA, says, call.now, name, via="button", incident=1))
    assert answer.card, "it was cleared although something had changed"
    return answer.card


def changed_house(call: Conversation, **house: Any) -> None:
    """As after a restart with another configuration."""
    given = call.play.settings
    call.play.settings = replace(given, house=replace(given.house, **house))


VOIDING: dict[str, dict[str, Any]] = {
    "a channel's language": {"channels": (replace(MAIL, languages=("pl",)), SMS, BOARD)},
    "a channel's length": {"channels": (MAIL, replace(SMS, length=1), replace(BOARD, length=60))},
    "a channel's audience": {"channels": (replace(MAIL, audience=(Audience.MANAGEMENT,)), SMS, BOARD)},
    "a channel less": {"channels": (MAIL, SMS)},
    "a channel more": {"channels": (MAIL, SMS, BOARD, FRENCH)},
    "the matrix": {"matrix": {Audience.USERS: {"sev1": ("email",)}, Audience.MANAGEMENT: {"sev1": ("email",)}}},
    "the words of the short message": {"own": {("en", "sms"): OwnText("en/sms.j2", "{{ service }} {{ status_url }}")}},
    "the address of the status page": {"status_url": "https://elsewhere.example.com"},
}


@pytest.mark.parametrize("change", VOIDING.values(), ids=list(VOIDING))
async def test_appr_6_what_a_channel_would_carry_otherwise_is_read_again(
    change: dict[str, Any], hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    async with told(settings([MAIL, SMS, BOARD], approval=True), hooked) as call:
        says = await waiting(call)
        changed_house(call, **change)
        await call.restart()
        shown = await pressed(call, says)
        assert shown.text.startswith("Not approved")
        assert hook.got == []
        again = next(button.says for button in shown.buttons if button.label == "Approve")
        assert again != says
        await call.hears(Line(ADA, again, call.now, "press again", via="button", incident=1))
        kept = await reach(call)
        assert {name: text.body for name, text in kept[0].items()} == arrived(hook)


async def test_appr_6_what_only_management_reads_is_read_again_too(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    async with told(settings([MAIL, BOARD], approval=True), hooked) as call:
        await call.says(DAN, "!ic take technical-lead")
        says = await waiting(call)
        await call.says(DAN, "!eta 40m")
        shown = await pressed(call, says)
        assert any("Internal estimate: 14:40 UTC" in fold.value for fold in shown.folds)
        assert hook.got == []


async def test_appr_6_another_post_in_between_is_read_before_the_next(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    """The number that each channel carries would be another."""
    async with told(settings([MAIL]), hooked) as call:
        first = await call.says(CLEO, "/status preview investigating Customers cannot pay.")
        assert first.card
        await call.says(ADA, "/status investigating Paying fails for all.")
        answer = await call.presses(CLEO, "Post")
        assert answer.card
        assert answer.card.text.startswith("What is known has changed")
        assert any("Update 2" in fold.value for fold in answer.card.folds)
        assert len(hook.got) == 1


async def test_appr_6_an_approver_who_leaves_a_channel_out_signs_for_it(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    async with told(settings([MAIL, SMS], approval=True), hooked) as call:
        await waiting(call)
        await call.fills(ADA, "Edit and approve…", {"channel:sms": ""})
        assert list(arrived(hook)) == ["mail"]
        assert any("with changes" in entry.text for entry in await call.timeline() if entry.type == "approval")


async def test_appr_6_what_is_sent_again_is_what_was_cleared(hook: Hooks, hooked: Mapping[str, AppriseChannel]) -> None:
    """Also when somebody has changed the configuration since."""
    hook.faults.plan = Plan("1st to 3rd post is limited for 2 s")
    async with told(settings([SMS]), hooked) as call:
        await form(call)
        await call.fills(CLEO, "no button", FACTS)
        await call.wait(minutes=1)
        changed_house(call, own={("en", "sms"): OwnText("en/sms.j2", "Other words.")})
        await call.restart()
        await call.says(CLEO, "!channels send sms")
        assert arrived(hook)["sms"].startswith("Checkout: errors when paying since 14:00 UTC.")


async def test_tl_8_words_that_are_masked_are_on_no_channel_any_more(
    hook: Hooks, hooked: Mapping[str, AppriseChannel]
) -> None:
    async with told(settings([MAIL, SMS]), hooked) as call:
        await call.says(CLEO, "/status investigating Ask Joe Bloggs about payments.")
        number = next(entry.seq for entry in await call.timeline() if "Joe Bloggs" in entry.text)
        await call.says(ADA, f'!mask {number} "Joe Bloggs" --because a customer')
        hook.got.clear()
        for name in ("mail", "sms"):
            await call.says(CLEO, f"!channels send {name}")
        assert len(hook.got) == 2
        assert "Joe Bloggs" not in str(hook.got)
