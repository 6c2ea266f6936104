"""A post is published in every language of the house, from one set of facts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from conversation import ADA, SETTINGS
from crash.world import World, world

from storage import publications


@pytest.fixture
async def abroad(tmp_path: Path) -> AsyncIterator[World]:
    house = replace(SETTINGS.house, languages=("en", "fr", "zh-CN"), zone="Europe/Paris")
    async with world(tmp_path, settings=replace(SETTINGS, house=house)) as begun:
        yield begun


async def texts(here: World) -> dict[str, tuple[str, str]]:
    async with here.database.read() as c:
        posts = await publications.of_subject(c, "incident:1")
    return {language: (each.title, each.body) for language, each in posts[-1].record.texts.items()}


async def test_the_holding_statement_goes_out_in_all_of_them(abroad: World) -> None:
    room = await abroad.declares("/incident sev2 Checkout: payments fail")
    await abroad.says(ADA, "/status holding", room=room)
    posted = await texts(abroad)
    assert list(posted) == ["en", "fr", "zh-CN"]
    assert posted["fr"][0] == "Analyse en cours - Checkout\u00a0: anomalie signalée"
    assert "vérifions qui est concerné" in posted["fr"][1]
    assert "正在确认影响范围" in posted["zh-CN"][1]


async def test_own_words_in_english_leave_others_the_facts(abroad: World) -> None:
    room = await abroad.declares("/incident sev2 Checkout: payments fail")
    await abroad.says(ADA, "/status investigating Payments by card fail", room=room)
    posted = await texts(abroad)
    assert posted["en"][1].startswith("Payments by card fail.")
    assert "Payments" not in "".join(posted["fr"])
    assert posted["fr"][1].startswith("Depuis ")


async def test_facts_of_a_form_in_two_languages_are_used_and_kept(abroad: World) -> None:
    room = await abroad.declares("/incident sev2 Checkout: payments fail")
    fields = {
        "stage": "investigating",
        "service": "Checkout",
        "symptom": "payments fail",
        "symptom@fr": "les paiements n'aboutissent pas",
        "action_now": "checking the connection",
        "action_now@fr": "vérification de la connexion",
    }
    await abroad.says(ADA, "update", via="form", room=room, fields=fields)
    posted = await texts(abroad)
    assert "les paiements n'aboutissent pas" in posted["fr"][1]
    assert "vérification de la connexion" in posted["fr"][1]
    await abroad.says(ADA, "update", via="form", room=room, fields=fields | {"symptom": "all fails", "symptom@fr": ""})
    assert "aboutissent pas" not in "".join((await texts(abroad))["fr"])
