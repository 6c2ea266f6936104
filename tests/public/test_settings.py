"""What the configuration says about the status page, and what the doctor says of it."""

from pathlib import Path

import pytest

from bot import doctor
from bot.config import Config, read
from bot.config_errors import ConfigError
from bot.public_settings import PublicPage


def configured(folder: Path, text: str = "") -> Config:
    file = folder / "sitrep.toml"
    file.write_text(text, encoding="utf-8")
    return read(str(file), {})


def test_the_page_is_there_unless_somebody_wants_none(tmp_path: Path) -> None:
    assert configured(tmp_path).public == PublicPage()
    assert configured(tmp_path).public.page
    assert not configured(tmp_path, "[public]\npage = false").public.page


def test_the_address_is_ours_unless_another_is_given(tmp_path: Path) -> None:
    assert configured(tmp_path).public.address("https://sitrep.example.com") == "https://sitrep.example.com/status"
    given = configured(tmp_path, '[public]\nurl = "https://status.example.com/"\nfiles = "out"').public
    assert given.address("https://sitrep.example.com") == "https://status.example.com"
    assert given.files == Path("out")


@pytest.mark.parametrize(
    ("text", "url", "feed"),
    [
        ("", "http://localhost:8080/status", "http://localhost:8080/status/feed.atom"),
        (
            '[web]\nbase_url = "https://s.example.com"',
            "https://s.example.com/status",
            "https://s.example.com/status/feed.atom",
        ),
        ('[public]\nurl = "https://up.example.com"', "https://up.example.com", "https://up.example.com/feed.atom"),
        ("[public]\npage = false", "", ""),
        (
            '[public]\npage = false\nurl = "https://up.example.com"',
            "https://up.example.com",
            "https://up.example.com/feed.atom",
        ),
        ('[organisation]\nstatus_url = "https://else.example.com"', "https://else.example.com", ""),
        (
            '[organisation]\nsubscribe_url = "https://sub.example.com"',
            "http://localhost:8080/status",
            "https://sub.example.com",
        ),
    ],
)
def test_posts_lead_to_our_own_page_unless_another_is_named(tmp_path: Path, text: str, url: str, feed: str) -> None:
    house = configured(tmp_path, text).settings.house
    assert (house.status_url, house.subscribe_url) == (url, feed)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sitrep\.toml:2: .*url.* must be an address"):
        configured(tmp_path, '[public]\nurl = "status.example.com"')


@pytest.mark.parametrize(
    ("setting", "level", "words"),
    [
        ('files = "{folder}/out"\nurl = "https://status.example.com"', "ok", "read at https://status.example.com"),
        ('files = "{folder}/out"', "warning", "set public.url"),
        ('files = "{folder}/sitrep.toml/out"', "error", "cannot be written"),
    ],
)
async def test_the_doctor_looks_at_the_folder(setting: str, level: str, words: str, tmp_path: Path) -> None:
    config = configured(tmp_path, "[public]\n" + setting.format(folder=tmp_path))
    (found,) = [finding async for finding in doctor.examine(config) if finding.check == "files"]
    assert found.level == level
    assert words in found.text


async def test_the_doctor_is_silent_about_files_that_nobody_wants(tmp_path: Path) -> None:
    assert "files" not in {finding.check async for finding in doctor.examine(configured(tmp_path))}
