"""The house's own addresses in a post can be followed, and nothing else becomes a link."""

from dataclasses import replace

import pytest
from public.press import HOUSE, page, post

from bot.web.public import pages
from bot.web.public.here import Here

STATUS = "https://status.example.com/a?b=c&d=e"
WITH_ADDRESSES = replace(HOUSE, status_url=STATUS, subscribe_url=f"{STATUS}/feed.atom")


def shown(body: str) -> str:
    told = page(post(body=body), house=WITH_ADDRESSES)
    return pages.subject(told, Here("incidents/x.html"), "en", about=told.subjects[0]).partition("<footer")[0]


@pytest.mark.parametrize("around", ["Subscribe: {}.", "（{}）。", "{}", "See {}, please"])
@pytest.mark.parametrize("address", [STATUS, f"{STATUS}/feed.atom"])
def test_the_houses_own_addresses_can_be_followed(address: str, around: str) -> None:
    written = address.replace("&", "&amp;")
    assert f'<a href="{written}">{written}</a>' in shown(around.format(address))


def test_customers_can_write_to_whom_the_post_names() -> None:
    assert '<a href="mailto:support@example.com">support@example.com</a>' in shown("Questions: support@example.com")


@pytest.mark.parametrize(
    "words",
    [
        "javascript:alert(1)",
        "https://bank.example",
        f"{STATUS}x",
        f"{STATUS}/elsewhere",
        "support@example.community",
        f'"onmouseover="alert(1) {STATUS}<script>x</script>',
    ],
)
def test_sec_068_nothing_else_becomes_a_link_and_nothing_gets_out_of_one(words: str) -> None:
    made = shown(words)
    assert "<script>x" not in made
    assert '"onmouseover' not in made
    assert made.count("<a href") == shown("").count("<a href") + ("script" in words and STATUS in words)
