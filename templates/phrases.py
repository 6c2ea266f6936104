"""The few words that stand in public posts whatever happened, in the four languages (GEN-7, LIFE-18)."""

from dataclasses import dataclass

from incidents.stage import LABELS, Stage

LANGUAGES = tuple(LABELS)
NATIVE = {"en": "English", "zh-CN": "简体中文", "fr": "français", "pl": "polski"}

MAINTENANCE_LABELS: dict[str, dict[str, str]] = {
    "en": {
        "scheduled": "Scheduled",
        "in_progress": "In progress",
        "verifying": "Verifying",
        "completed": "Completed",
        "cancelled": "Cancelled",
    },
    "zh-CN": {
        "scheduled": "计划维护",
        "in_progress": "维护进行中",
        "verifying": "验证中",
        "completed": "维护完成",
        "cancelled": "已取消",
    },
    "fr": {
        "scheduled": "Planifiée",
        "in_progress": "En cours",
        "verifying": "Vérification",
        "completed": "Terminée",
        "cancelled": "Annulée",
    },
    "pl": {
        "scheduled": "Zaplanowano",
        "in_progress": "W toku",
        "verifying": "Weryfikacja",
        "completed": "Zakończono",
        "cancelled": "Anulowano",
    },
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """``service`` names ours when its name is unknown; ``named`` is how a name stands for a service in a sentence.

    ``inside`` puts it where something happens in it. ``share``, ``count``, ``one`` and ``everyone`` say of whom a
    number is; in Polish they are in the genitive, since sentences there say whom it concerns. ``mixed`` says that words
    of another language are left, ``revision`` which post of its subject it is. ``share_changed`` and ``eta_changed``
    say that a figure was another one before.
    """

    service: str
    named: str
    inside: str
    inside_ours: str
    reports: str
    anomaly: str
    share: str
    count: str
    one: str
    everyone: str
    about: str
    progress: str
    people: tuple[str, ...]
    colon: str
    mixed: str
    share_changed: str
    eta_changed: str
    revision: str


PHRASES: dict[str, Phrases] = {
    "en": Phrases(
        service="our service",
        named="{}",
        inside="in {}",
        inside_ours="in our service",
        reports="reports about {}",
        anomaly="issue reported",
        share="{} of customers",
        count="{} customers",
        one="1 customer",
        everyone="All customers",
        about="about {}",
        progress="{} of requests succeed again",
        people=("customer", "user", "account", "people"),
        colon=": ",
        mixed="Some words above have not been translated yet.",
        share_changed="Updated figure: {now} (earlier: {before}).",
        eta_changed="Updated estimate: {now} (earlier: {before}).",
        revision="Update {}",
    ),
    "zh-CN": Phrases(
        service="我们的服务",
        named="{}",
        inside="在{}中",
        inside_ours="在我们的服务中",
        reports="{}出现异常",
        anomaly="服务异常",
        share="{}的客户",
        count="{}位客户",
        one="1位客户",
        everyone="全部客户",
        about="约{}",
        progress="{}的请求已恢复正常",
        people=("客户", "用户", "商户", "账户"),
        colon="：",
        mixed="以上部分内容尚未翻译。",
        share_changed="受影响范围更新为{now}（此前：{before}）。",
        eta_changed="预计时间更新为{now}（此前：{before}）。",
        revision="第 {} 次更新",
    ),
    "fr": Phrases(
        service="notre service",
        named="le service {}",
        inside="sur le service {}",
        inside_ours="sur notre service",
        reports="anomalie signalée sur {}",
        anomaly="anomalie signalée",
        share="{} des clients",
        count="{} clients",
        one="1 client",
        everyone="tous les clients",
        about="environ {}",
        progress="{} des requêtes aboutissent à nouveau",
        people=("client", "utilisateur", "compte"),
        colon=" : ",
        mixed="Certains passages ci-dessus ne sont pas encore traduits.",
        share_changed="Chiffre actualisé : {now} (précédemment : {before}).",
        eta_changed="Nouvelle estimation : {now} (précédemment : {before}).",
        revision="Point {}",
    ),
    "pl": Phrases(
        service="nasza usługa",
        named="usługa {}",
        inside="w usłudze {}",
        inside_ours="w naszej usłudze",
        reports="zgłoszona nieprawidłowość: {}",
        anomaly="zgłoszona nieprawidłowość",
        share="{} klientów",
        count="{} klientów",
        one="1 klienta",
        everyone="wszystkich klientów",
        about="około {}",
        progress="{} żądań jest ponownie obsługiwanych prawidłowo",
        people=("klien", "użytkowni", "kont"),
        colon=": ",
        mixed="Część powyższego tekstu nie została jeszcze przetłumaczona.",
        share_changed="Zaktualizowane dane: problem dotyczy {now} (wcześniej: {before}).",
        eta_changed="Nowy termin: {now} (wcześniej: {before}).",
        revision="Komunikat {}",
    ),
}

STANDING: tuple[dict[str, str], ...] = (
    {
        "en": "No data was lost or changed",
        "zh-CN": "没有数据丢失或被更改",
        "fr": "Aucune donnée n'a été perdue ni modifiée",
        "pl": "Żadne dane nie zostały utracone ani zmienione",
    },
    {
        "en": "No data was lost",
        "zh-CN": "没有数据丢失",
        "fr": "Aucune donnée n'a été perdue",
        "pl": "Żadne dane nie zostały utracone",
    },
    {
        "en": "We are checking whether data is affected",
        "zh-CN": "我们正在核查数据是否受到影响",
        "fr": "Nous vérifions si des données sont concernées",
        "pl": "Sprawdzamy, czy problem dotyczy danych",
    },
)
"""Statements that people give in the same words again and again: typed in one language, known in all."""

EVERYONE = frozenset({"all", "all customers", "everyone", "全部", "所有", "全部客户", "tous", "tous les clients"}) | {
    "wszyscy",
    "wszyscy klienci",
    "wszystkich klientów",
}


def label(stage: Stage, language: str) -> str:
    return LABELS[language][stage]


def standing(text: str, language: str) -> str:
    """A statement known in all languages, in this one; else empty."""
    wanted = text.lower()
    return next((each[language] for each in STANDING if wanted in map(str.lower, each.values())), "")
