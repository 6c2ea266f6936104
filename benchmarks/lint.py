"""How long a post's wording takes to check, and whether a long text takes longer than its length."""

import time
from statistics import median

from benchmarks.figure import Figure
from incidents.wording.check import check
from incidents.wording.post import LANGUAGES, Post

SHORT, LONG, LONGEST = 600, 4_000, 40_000
_TEXTS = {
    "en": "Uploads time out since 14:30 CEST for about 40% of users. We are restarting the upload service soon.\n\n",
    "zh-CN": "自 14:30（北京时间）起，约 40% 的用户上传超时。我们正在重启上传服务，很快恢复。\n\n",
    "fr": "L'envoi s'interrompt depuis 14 h 30 CEST pour 40 % des clients. Nous redémarrons le service bientôt.\n\n",
    "pl": "Przesyłanie przerywa się od 14:30 CEST u 40% klientów. Wkrótce uruchomimy usługę ponownie.\n\n",
}


async def measure(*, times: int = 30) -> list[Figure]:
    """Milliseconds of the slowest language; and the longest text beside one of a tenth of its length."""
    for language in LANGUAGES:
        _took(language, SHORT)
    short = [median(_took(language, SHORT) for _ in range(times)) for language in LANGUAGES]
    ratios = [_ratio(language, rounds=max(times // 6, 1)) for language in LANGUAGES]
    return [
        Figure("lint-600", max(short) * 1000, "ms", 10, "lower"),
        Figure("lint-linear", max(ratios), "ratio", 12, "lower"),
    ]


def _ratio(language: str, *, rounds: int) -> float:
    return median(_took(language, LONGEST) / _took(language, LONG) for _ in range(rounds))


def _took(language: str, length: int) -> float:
    text = (_TEXTS[language] * (length // len(_TEXTS[language]) + 1))[:length]
    began = time.perf_counter()
    findings = check(Post(title="Upload", body=text, language=language))
    took = time.perf_counter() - began
    assert findings, "a vague time was not found"
    return took
