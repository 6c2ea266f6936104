"""Machines, secrets, people and codes: what is found by its form, and what only looks like it."""

import time

import pytest

from incidents.wording.check import check
from incidents.wording.post import House, Post


def found(text: str, id: str, house: House | None = None, field: str = "") -> list[str]:
    post = Post(fields={field: text}) if field else Post(body=text)
    hits = check(Post(body=post.body, fields=post.fields, house=house or House()))
    return [text[hit.start : hit.end] for hit in hits if hit.id == id]


@pytest.mark.parametrize(
    "words",
    [
        "10.0.3.4",
        "2001:db8:0:1:1:1:1:1",
        "C:\\orders\\data",
        "/etc/sitrep/key",
        "cve-2031-12345",
        "nginx/1.25.3",
        "DROP TABLE",
        "UPDATE orders SET",
        "INSERT INTO",
        "at shop.Cart.add(Cart.java:42)",
        "Traceback (most recent",
        "web-prod-12",
        "cache.corp",
        ":8443",
    ],
)
def test_lint_29_technical_detail_is_found(words: str) -> None:
    text = f"The host {words} is ill." if words != ":8443" else "The host shop:8443 is ill."
    assert words in found(text, "LINT-29")


@pytest.mark.parametrize(
    "text",
    [
        "At 14:30 - 16:00 CEST it was 1.5 times slower.",
        "On 2031-05-12 the top-10 list in utf-8 was empty; covid-19 pages too.",
        "SELECT a plan and go on.",
        "Update from version 3.",
        "https://status.example.com/history",
        "e-mail, real-time, mid-May",
        f"x{'a' * 64}-{'b' * 64}-1",
    ],
)
def test_lint_29_ordinary_words_are_not(text: str) -> None:
    assert found(text, "LINT-29") == []


def test_lint_29_the_house_has_its_own_hosts() -> None:
    house = House(hosts=("db*", "*.example.net"))
    assert found("Node dbmaster and a.example.net wait.", "LINT-29", house) == ["dbmaster", "a.example.net"]
    assert found("The room db-7 is fine.", "LINT-29", House(allowed=("db-7",))) == []


@pytest.mark.parametrize(
    "words",
    [
        "xoxb-123456789012",
        "ghp_" + "a" * 36,
        "-----BEGIN RSA PRIVATE KEY-----",
        "token=abcdef",
    ],
)
def test_lint_41_secrets_are_found(words: str) -> None:
    assert found(f"It is {words} for now", "LINT-41") == [words]


@pytest.mark.parametrize(
    "words",
    ["ada.okafor@firm.example", "+48 22 555 01 01", "PL61 1090 1014 0000 0712 1981 2874", "4111 1111 1111 1111"],
)
def test_lint_40_personal_data_is_found(words: str) -> None:
    assert found(f"Write {words} please", "LINT-40") == [words]


def test_lint_40_each_number_is_told_once() -> None:
    assert found("Telephone +48 22 555 01 01 please", "LINT-40") == ["Telephone +48 22 555 01 01"]


def test_lint_40_customers_are_configured_and_our_own_contacts() -> None:
    assert found("ACME cannot pay.", "LINT-40", House(customers=("Acme",))) == ["ACME"]
    ours = House(contacts=("Help desk +48 22 555 01 01", "ada@example.com", ""))
    assert found("Call +48 22 555 01 01 or ada@example.com", "LINT-40", ours) == []
    assert found("Write to support@example.com", "LINT-40", ours) == ["support@example.com"]
    assert found("Write to support@example.com", "LINT-40") == []
    assert found("ada@example.com", "LINT-40", field="contact") == []


@pytest.mark.parametrize("text", ["a @ b", "@someone", "me@", "Order 17 of 2031-04-02 14:30"])
def test_lint_40_what_is_no_address(text: str) -> None:
    assert found(text, "LINT-40") == []


@pytest.mark.parametrize("words", ["SEV1", "sev-2", "P0", "#inc-3-login", "inc-3-login", "BILLING-471"])
def test_lint_39_codes_are_found(words: str) -> None:
    assert found(f"See {words} now", "LINT-39") == [words]


def test_lint_39_code_names_and_what_is_no_code() -> None:
    assert found("Project Falcon waits.", "LINT-39", House(code_names=("falcon", " "))) == ["Falcon"]
    assert found("UTC-5, ISO-9001, MP3 and 5 p1x", "LINT-39") == []


def test_lint_38_abbreviations_are_known_explained_or_allowed() -> None:
    assert found("The LB and the API, by 15:00 CEST.", "LINT-38") == ["LB"]
    assert found("The load balancer (LB) and DWH (the data house) wait.", "LINT-38") == []
    assert found("The LB waits.", "LINT-38", House(allowed=("LB",))) == []


def test_lint_53_shouting() -> None:
    assert found("URGENT news 🎉 today! Straße ÜBERALL", "LINT-53") == ["URGENT", "🎉", "!", "ÜBERALL"]
    assert found("HTTPS works, SHOPPY too.", "LINT-53", House(allowed=("Shoppy",))) == []


ATTACKS = [
    " ",
    "a",
    "a.",
    "a-",
    "1.",
    "1:",
    "-",
    ".",
    "@",
    "a@",
    "SELECT ",
    "SELECT x FROM ",
    "at a",
    "-----BEGIN ",
    "password ",
    "users ",
    "+1",
    "12:34 ",
    "1 h ",
    "(",
    "！",
    "\n",
    "\n ",
    "e\u0301",
    "try until then ",
    "soon. ",
    "CVE-",
    "A",
    "AB ",
    "#a",
    "://",
    "http://",
    "部",
    "可能用户",
    "12:34 - ",
    "xoxb-",
]


@pytest.mark.parametrize("piece", ATTACKS)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_sec_125_no_text_takes_more_than_linear_time(language: str, piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.perf_counter()
        check(Post(title=text[:200], body=text, language=language))
        return time.perf_counter() - began

    # Ten times the text; quadratic would be a hundred. Other programs may get in between.
    assert any(seconds(20_000) < 30 * seconds(2_000) + 0.1 for _ in range(4))
