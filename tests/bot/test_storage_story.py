"""Four public posts of one incident, each in four languages: complete, reviewed, and without a lint error (STG-3)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import rehearsal, stage_people
from bot.rehearsal_script import parse
from bot.stage_play import Play
from incidents.severity import Severity
from incidents.stage import Stage
from incidents.wording.check import blocking, check
from incidents.wording.post import LANGUAGES, Component, Post, Times
from storage import publications
from storage.publications import Publication

SCRIPT = Path(__file__).parents[2] / "rehearsals" / "storage.txt"
STAGES = ("investigating", "identified", "monitoring", "resolved")
PROSE = {
    "zh-CN": ("上传和下载缓慢", "配置错误", "恢复之前的配置", "自动检查"),
    "fr": ("lents", "erreur de configuration", "la restauration", "vérifier automatiquement"),
    "pl": ("wolne wysyłanie", "błąd konfiguracji", "przywracanie", "automatycznie sprawdzać"),
}


@pytest.fixture
async def posts(tmp_path: Path) -> AsyncIterator[list[Publication]]:
    script = parse(SCRIPT.read_text(encoding="utf-8"))
    play = Play(
        f"sqlite+aiosqlite:///{tmp_path / 'story.db'}",
        rehearsal.settings(script),
        script.cast.values(),
        start=script.start,
    )
    await play.open()
    try:
        people = stage_people.People(play)
        for step in script.steps:
            await rehearsal.carry_out(play, people, step)
        async with play.database.read() as c:
            yield await publications.of_subject(c, "incident:1")
    finally:
        await play.close()


async def test_the_four_posts_are_complete_in_four_languages(posts: list[Publication]) -> None:
    assert [(post.number, post.stage) for post in posts] == list(enumerate(STAGES, 1))
    for number, post in enumerate(posts):
        assert tuple(sorted(post.record.texts)) == tuple(sorted(LANGUAGES))
        assert "[?]" not in str(post.record.texts)
        for language, words in PROSE.items():
            text = post.record.texts[language]
            assert words[number] in f"{text.title}\n{text.body}", (post.stage, language, text)
    assert [post.record.components["Object storage"].value for post in posts] == [
        "degraded_performance",
        "partial_outage",
        "degraded_performance",
        "operational",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_none_of_them_has_a_lint_error(posts: list[Publication], language: str) -> None:
    previous = None
    for post in posts:
        record = post.record
        checked = Post(
            title=record.texts[language].title,
            body=record.texts[language].body,
            language=language,
            stage=Stage(post.stage).value,
            severity=Severity.SEV1,
            components=tuple(
                Component(name, state.value, ("存储",) if language == "zh-CN" else ())
                for name, state in record.components.items()
            ),
            times=Times(posted_at=post.posted_at, next_update_at=record.next_update_at, started_at=record.started_at),
            previous=previous,
            data_check="confirmed",
        )
        errors = [(finding.id, finding.message) for finding in blocking(check(checked))]
        assert errors == [], (post.stage, record.texts[language])
        previous = checked
