"""[[channels]], [matrix] and [outbound]: what they mean, what is refused, what the doctor says of them."""

from collections.abc import Callable
from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.config import Config, read
from bot.config_errors import ConfigError
from bot.doctor import _channels
from bot.publish.setup import publishers
from incidents.channels import Audience, Channel, Medium, lacking

SMS = """
[[channels]]
name = "sms"
kind = "sms"
by = "apprise"
url_env = "SMS_URL"
owner = "ada@example.com"
access_note = "vault entry sms"
last_tested = 2031-04-01
"""
IM = SMS.replace('kind = "sms"', 'kind = "im"').replace('name = "sms"', 'name = "chat"')
TWO = '[public]\nlanguages = ["en", "fr"]\n'
URL = "jsons://hooks.example.com/s3cret-token"

Written = Callable[[str], Config]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str, **environment: str) -> Config:
        file = tmp_path / "sitrep.toml"
        file.write_text(text, encoding="utf-8")
        return read(str(file), environment)

    return write


def test_the_secret_comes_from_the_environment_and_is_never_shown(written: Callable[..., Config]) -> None:
    config = written(SMS, SMS_URL=URL)
    assert config.outbound.ways["sms"].secret == URL
    assert "s3cret" not in repr(config)
    channel = config.settings.house.channel("sms")
    assert channel
    assert (channel.kind, channel.by, channel.access) == (Medium.SMS, "apprise", "vault entry sms")


def test_a_cell_of_the_matrix_replaces_the_standard_one_and_no_other(written: Callable[..., Config]) -> None:
    matrix = written(SMS + '[matrix.users]\nsev3 = ["sms", "(email)"]\n').settings.house.matrix
    assert matrix[Audience.USERS]["sev3"] == ("sms", "(email)")
    assert matrix[Audience.USERS]["sev4"] == ()
    assert "status-page" in matrix[Audience.USERS]["sev1"]


@pytest.mark.parametrize(
    ("typed", "languages"),
    [('""', ()), ('"fr"', ("fr",)), ('["fr"]', ("fr",)), ('["fr", "en", "fr"]', ("fr", "en"))],
)
def test_a_channel_has_one_language_or_several(
    written: Callable[..., Config], typed: str, languages: tuple[str, ...]
) -> None:
    channel = written(f"{TWO}{IM}language = {typed}\n").settings.house.channel("chat")
    assert channel
    assert channel.languages == languages


def test_sec_096_where_channels_may_lead_to(written: Callable[..., Config]) -> None:
    egress = written('[outbound]\nallow_networks = ["10.1.0.0/16"]\nhosts = ["example.com"]\n').outbound.egress
    assert (egress.networks, egress.hosts) == ((ip_network("10.1.0.0/16"),), ("example.com",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SMS + SMS, "channels[2].name: must be there once, and sms is there already"),
        (SMS.replace('"SMS_URL"', '"jsons://x"'), "must be the name of an environment variable"),
        (SMS.replace('url_env = "SMS_URL"\n', ""), 'url_env: is needed when by is "apprise"'),
        (SMS.replace('"apprise"', '"statuspage"'), 'page: is needed when by is "statuspage"'),
        (SMS.replace('name = "sms"', 'name = "email"'), "must not be the name of another kind"),
        (SMS + 'language = "pl"\n', "must be one of public.languages, and pl is not"),
        (IM + 'language = ["en", "pl"]\n', "must be one of public.languages, and pl is not"),
        (TWO + SMS + 'language = ["en", "fr"]\n', "language: must be one for sms: make a channel for each"),
        (
            SMS + '[matrix.users]\nsev1 = ["fax"]\n',
            "matrix.users.sev1: must name kinds or channels, and fax is neither",
        ),
        (SMS + "[matrix.everybody]\nsev1 = []\n", "must be 'users'"),
        (SMS.replace('kind = "sms"', 'kind = "fax"'), "must be 'status-page'"),
    ],
)
def test_a_mistake_is_one_sentence(written: Callable[..., Config], text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        written(text)
    assert any(sentence in each for each in refusal.value.sentences), refusal.value.sentences


async def test_reg_9_the_doctor_says_what_is_lacking(written: Callable[..., Config]) -> None:
    today = date(2031, 4, 2)
    bare = Channel("mail", Medium.EMAIL, "apprise")
    assert [*lacking(bare, today)] == [
        "has no owner",
        "has no access note, so somebody would have to search for the login",
        "was never tested",
    ]
    old = Channel("mail", Medium.EMAIL, "hand", owner="a", access="b", last_tested=date(2031, 1, 1))
    assert [*lacking(old, today)] == ["was last tested 91 days ago"]
    (unset,) = [each async for each in _channels(written(SMS))]
    assert (unset.level, unset.text) == ("error", "sms: SMS_URL is not set, so its posts go to a person")
    (wrong,) = [each async for each in _channels(written(SMS, SMS_URL="file:///etc/passwd"))]
    assert wrong.level == "error"
    assert "passwd" not in wrong.text
    (fine,) = [each async for each in _channels(written(SMS, SMS_URL=URL))]
    assert fine.level == "ok"


async def test_a_channel_that_cannot_be_used_is_left_out_and_the_others_work(written: Callable[..., Config]) -> None:
    page = '[[channels]]\nname = "page"\nkind = "status-page"\nby = "statuspage"\npage = "p"\nurl_env = "KEY"\n'
    mail = SMS.replace('"sms"', '"email"').replace("SMS_URL", "MAIL_URL")
    config = written(SMS + mail + page, SMS_URL="file:///x", KEY="k", MAIL_URL=URL)
    async with publishers(config.outbound) as found:
        assert sorted(found) == ["email", "page"]


HOOK = """
[[channels]]
name = "program"
kind = "email"
by = "webhook"
url_env = "HOOK_URL"
"""
KEY = f"hooks.example.com:whsec_{'c2VjcmV0' * 6}"


async def test_sec_098_a_webhook_needs_a_key_that_was_made_for_its_host(written: Callable[..., Config]) -> None:
    with pytest.raises(ConfigError, match=r"secret_env.* is needed when by is"):
        written(HOOK)
    for host, ready in (("hooks.example.com", True), ("elsewhere.example.com", False)):
        config = written(f'{HOOK}secret_env = "HOOK_KEY"\n', HOOK_URL=f"https://{host}/x", HOOK_KEY=KEY)
        assert "c2VjcmV0" not in repr(config)
        found = [finding.text async for finding in _channels(config)]
        assert any("another host than its signing key" in sentence for sentence in found) is not ready
        async with publishers(config.outbound) as built:
            assert ("program" in built) is ready
