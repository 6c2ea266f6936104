"""What was published, made by hand: posts as the door writes them, put straight into the database."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.web.public import snapshot
from bot.web.public.snapshot import Snapshot
from incidents.components import Component, ComponentState
from incidents.records import Wording
from storage import publications
from storage.database import Database
from storage.publications import Publication, Record
from templates.house import House

NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
HOUSE = House(
    organisation="Example Shop",
    base_url="https://sitrep.example.com",
    support_contact="support@example.com",
    zone="Europe/Berlin",
    languages=("en", "zh-CN", "fr", "pl"),
    components=(
        Component("Checkout", description="Cart, orders and receipts"),
        Component("Payments"),
        Component("Search"),
        Component("Europe", group="Storage"),
        Component("Asia", group="Storage"),
    ),
)
PARTIAL, MAJOR, DEGRADED = ComponentState.PARTIAL, ComponentState.MAJOR, ComponentState.DEGRADED
MAINTENANCE, OPERATIONAL = ComponentState.MAINTENANCE, ComponentState.OPERATIONAL


def post(
    stage: str = "investigating",
    *,
    subject: str = "incident:1",
    number: int = 1,
    at: int = 0,
    name: str = "Checkout is slow",
    body: str = "Orders take longer than usual.\n\nWe are looking into it.",
    texts: Mapping[str, Wording] | None = None,
    components: Mapping[str, ComponentState] | None = None,
    language: str = "en",
    began: int | None = None,
    ends: int | None = None,
) -> Publication:
    """Times are minutes from NOW."""
    title = f"{stage.replace('_', ' ').title()} - {name}"
    record = Record(
        name=name,
        language=language,
        texts={language: Wording(title, body), **(texts or {})},
        components=dict(components or {}),
        template="en/investigating",
        started_at=NOW + timedelta(minutes=at if began is None else began),
        ends_at=None if ends is None else NOW + timedelta(minutes=ends),
    )
    kind = subject.partition(":")[0]
    return Publication(subject, number, kind, stage, NOW + timedelta(minutes=at), record)


def work(
    stage: str = "scheduled", *, subject: str = "maintenance:1", began: int = 60, ends: int = 120, **more: object
) -> Publication:
    values: dict[str, object] = {
        "name": "Database upgrade",
        "body": "Search may be slow.",
        "components": {"Search": MAINTENANCE},
        **more,
    }
    return post(stage, subject=subject, began=began, ends=ends, **values)  # type: ignore[arg-type]


def page(*posts: Publication, now: datetime = NOW, house: House = HOUSE) -> Snapshot:
    return snapshot.made(posts, len(posts), house, f"{house.base_url}/status", now)


async def publish(database: Database, *posts: Publication) -> None:
    async with database.begin() as c:
        await publications.add(c, posts)


def _story() -> tuple[Publication, ...]:
    """One open incident, two that are over, and planned work."""
    cards: dict[str, Any] = {"subject": "incident:7", "name": "Card payments fail"}
    cards["components"] = {"Payments": PARTIAL, "Checkout": DEGRADED}
    search: dict[str, Any] = {"subject": "incident:5", "name": "Search results are late"}
    asia: dict[str, Any] = {"subject": "incident:4", "name": "Storage in Asia is not reachable"}
    third, ninth = -3 * 1440, -9 * 1440
    return (
        post("investigating", at=-90, body=_FIRST, texts=_FIRST_TEXTS, **cards),
        post("identified", number=2, at=-50, began=-90, body=_SECOND, texts=_SECOND_TEXTS, **cards),
        post(at=third, body="New products appear late in search.", components={"Search": DEGRADED}, **search),
        post(
            "resolved",
            number=2,
            at=third + 95,
            began=third,
            body="Search shows new products at once again. No data was lost.",
            components={"Search": OPERATIONAL},
            **search,
        ),
        post(at=ninth, body="Files in Asia cannot be opened.", components={"Asia": MAJOR}, **asia),
        post(
            "resolved",
            number=2,
            at=ninth + 40,
            began=ninth,
            body="Files in Asia can be opened again. No data was lost.",
            components={"Asia": OPERATIONAL},
            **asia,
        ),
        work(at=-600, began=3360, ends=3480, name="Search index is rebuilt", body="Search may show older results."),
    )


_FIRST = "Since 14:30 CEST, some card payments end with an error. We are checking the connection to the bank."
_FIRST_TEXTS = {
    "fr": Wording(
        "Analyse en cours - Échec de paiements par carte",
        "Depuis 14:30 CEST, certains paiements par carte échouent. Nous vérifions la liaison avec notre prestataire.",
    ),
    "zh-CN": Wording("调查中 - 银行卡支付失败", "自 14:30 CEST 起,部分银行卡支付出现错误,我们正在排查。"),
}
_SECOND = (
    "A setting that reached our servers today makes about 12% of card payments fail. We are rolling it back.\n\n"
    "Payment by invoice works normally. The next update comes by 16:00 CEST."
)
_SECOND_TEXTS = {
    "fr": Wording(
        "Cause identifiée - Échec de paiements par carte",
        "Un réglage fait échouer environ 12 % des paiements par carte. Nous l’annulons.\n\n"
        "Le paiement sur facture fonctionne normalement. Prochaine information avant 16:00 CEST.",
    ),
    "zh-CN": Wording("已确定 - 银行卡支付失败", "今天下发的一项设置导致约 12% 的银行卡支付失败,我们正在回滚。"),
}
STORY = _story()
