"""A post without fault for each stage and language, and the few words in which the tests change one."""

from dataclasses import dataclass, field

from incidents.severity import Severity
from incidents.wording.post import Component, Post


@dataclass(frozen=True)
class Words:
    """What one language needs beside its posts."""

    component: str
    title: str
    known: str
    """A sentence with a number, and a vague amount beside it."""
    vague: str
    provider: str
    """Uses the name Cloudy."""
    renamed: tuple[str, str]
    """The same thing under two names."""
    passive: str
    sentence: str
    bare: str
    """Only damage, no help, no feeling."""
    hindsight: str
    culprit: str
    """Uses the name Kim."""
    wrong_sum: tuple[str, str]
    """A duration that does not add up, and the words that say it."""
    dated: str
    share: tuple[str, str]
    posts: dict[str, dict[str, str]] = field(default_factory=dict)


EN = Words(
    component="Upload",
    title="Upload: transfers time out",
    known="About 40% of customers are affected, many customers in the east.",
    vague="many customers",
    provider="Cloudy has stopped one of our servers.",
    renamed=("The issue affects all customers.", "The anomaly affects all customers."),
    passive="The upload service is being examined.",
    sentence="Uploads time out.",
    bare="Uploads time out for 40% of accounts in the east.",
    hindsight="If we had looked at the queue, it would not have filled up.",
    culprit="Kim's release broke the upload.",
    wrong_sum=("The incident lasted 2 h (14:30 - 16:00 CEST).", "2 h"),
    dated="12 May 2031 - Security incident affecting Upload",
    share=("About 20% of customers are affected.", "About 60% of customers are affected."),
    posts={
        "investigating": {
            "problem": "Uploads time out, and we know that this stops your work.",
            "started_at": "14:30 CEST",
            "impact": "All customers in the east region are affected.",
            "action": "We are checking the upload service.",
            "next_update_at": "Next update by 15:00 CEST.",
        },
        "identified": {
            "problem": "Uploads time out after 30 seconds.",
            "impact": "About 40% of users in the east region cannot upload files.",
            "not_affected": "Downloads work normally.",
            "cause": "A configuration error sent requests to too few servers. That is the cause.",
            "action": "We are rolling back the configuration of the upload service.",
            "workaround": "Until then use the south region.",
            "eta": "We expect normal service by 16:00 CEST.",
            "next_update_at": "Next update by 15:30 CEST.",
        },
        "monitoring": {
            "problem": "Uploads were interrupted, and your files had to wait.",
            "impact": "About 40% of users in the east region were affected.",
            "fix": "At 15:10 CEST we rolled back the configuration.",
            "progress": "95% of requests succeed again.",
            "remaining_impact": "About 5% of users in the north still see delays.",
            "action": "We keep watching the upload service.",
            "next_update_at": "Next update by 16:00 CEST.",
        },
        "resolved": {
            "problem": "Upload works normally again for all customers.",
            "duration": "The incident lasted 1 h 30 min (14:30 - 16:00 CEST).",
            "cause": "The cause was a configuration error.",
            "fix": "We rolled back the configuration.",
            "data_statement": "We compared all files with the copies; none is missing.",
            "prevention": "To prevent a repeat we are adding an automatic test.",
            "contact": "Questions: support@example.com",
            "apology": "Thank you for your patience.",
        },
        "scheduled": {
            "problem": "On 12 May we will replace a server of the upload service.",
            "started_at": "02:00 - 04:00 CEST",
            "impact": "During this time you cannot upload files.",
            "cause": "The old server reaches its end of life, so we will replace it.",
            "contact": "Questions: support@example.com",
        },
    },
)
ZH = Words(
    component="上传",
    title="上传：传输超时",
    known="约 40% 的用户受影响，其中华东很多用户。",
    vague="很多用户",
    provider="Cloudy 停止了我们的一台服务器。",
    renamed=("这个异常影响全部客户。", "这个问题影响全部客户。"),
    passive="上传服务在检查中。",
    sentence="上传超时。",
    bare="华东 40% 的账户上传超时。",
    hindsight="如果当时监控了队列，就不会写满。",
    culprit="Kim 的发布造成了中断。",
    wrong_sum=("事件持续 2 小时（14:30 - 16:00，北京时间）。", "2 小时"),
    dated="2031年5月12日 - 影响上传的安全事件",
    share=("约 20% 的客户受影响。", "约 60% 的客户受影响。"),
    posts={
        "investigating": {
            "problem": "上传文件超时，我们知道这使您无法工作。",
            "started_at": "14:30（北京时间）",
            "impact": "华东地区全部客户受影响。",
            "action": "我们正在检查上传服务。",
            "next_update_at": "15:00（北京时间）前发布下一次更新。",
        },
        "identified": {
            "problem": "上传文件超过 30 秒后超时。",
            "impact": "华东地区约 40% 的用户无法上传文件。",
            "not_affected": "下载功能正常。",
            "cause": "原因是一项配置错误使请求集中到过少的服务器上。",
            "action": "我们正在恢复上传服务的原有配置。",
            "workaround": "在此之前请使用华南区域。",
            "eta": "预计恢复时间为 16:00（北京时间）。",
            "next_update_at": "15:30（北京时间）前发布下一次更新。",
        },
        "monitoring": {
            "problem": "上传曾经中断，您的文件需要等待。",
            "impact": "华东地区约 40% 的用户受到影响。",
            "fix": "15:10（北京时间）我们已恢复原有配置。",
            "progress": "95% 的请求恢复正常。",
            "remaining_impact": "华北约 5% 的用户仍有延迟。",
            "action": "我们继续观察上传服务。",
            "next_update_at": "16:00（北京时间）前发布下一次更新。",
        },
        "resolved": {
            "problem": "上传对全部客户恢复正常。",
            "duration": "事件持续 1 小时 30 分钟（14:30 - 16:00，北京时间）。",
            "cause": "原因是一项配置错误。",
            "fix": "我们已恢复原有配置。",
            "data_statement": "我们核对了全部文件，数据完整。",
            "prevention": "为防止再次发生，我们正在增加自动测试。",
            "contact": "如有疑问请联系 support@example.com",
            "apology": "感谢您的耐心。",
        },
        "scheduled": {
            "problem": "5月12日我们将更换上传服务的一台服务器。",
            "started_at": "02:00 - 04:00（北京时间）",
            "impact": "期间您无法上传文件。",
            "cause": "旧服务器到达使用年限，我们将更换它。",
            "contact": "如有疑问请联系 support@example.com",
        },
    },
)
FR = Words(
    component="Envoi",
    title="Envoi de fichiers : délais dépassés",
    known="Environ 40 % des clients sont concernés, de nombreux à l'Est.",
    vague="de nombreux",
    provider="Cloudy a arrêté un de nos serveurs.",
    renamed=("Cet incident concerne tous les clients.", "Cette anomalie concerne tous les clients."),
    passive="Le service d'envoi est en cours d'examen.",
    sentence="Les envois s'interrompent.",
    bare="Les envois s'interrompent pour 40 % des comptes à l'Est.",
    hindsight="Si nous avions regardé la file, elle n'aurait pas débordé.",
    culprit="La livraison de Kim a cassé l'envoi.",
    wrong_sum=("L'incident a duré 2 h (14 h 30 - 16 h 00 CEST).", "2 h"),
    dated="12 mai 2031 - Incident de sécurité touchant l'envoi",
    share=("Environ 20 % des clients sont touchés.", "Environ 60 % des clients sont touchés."),
    posts={
        "investigating": {
            "problem": "L'envoi de fichiers s'interrompt, et nous savons que cela bloque votre travail.",
            "started_at": "14 h 30 CEST",
            "impact": "Tous les clients de la région Est sont concernés.",
            "action": "Nous vérifions le service d'envoi.",
            "next_update_at": "Prochaine information à 15 h 00 CEST au plus tard.",
        },
        "identified": {
            "problem": "L'envoi de fichiers s'interrompt avec une erreur après 30 secondes.",
            "impact": "Environ 40 % des utilisateurs de la région Est ne peuvent pas envoyer de fichiers.",
            "not_affected": "Le téléchargement fonctionne normalement.",
            "cause": "La cause est une erreur de configuration.",
            "action": "Nous rétablissons la configuration précédente du service d'envoi.",
            "workaround": "D'ici là, utilisez la région Sud.",
            "eta": "Nous prévoyons le retour à la normale à 16 h 00 CEST.",
            "next_update_at": "Prochaine information à 15 h 30 CEST.",
        },
        "monitoring": {
            "problem": "L'envoi était interrompu, et vos fichiers ont dû attendre.",
            "impact": "Environ 40 % des utilisateurs de la région Est étaient concernés.",
            "fix": "À 15 h 10 CEST, nous avons rétabli la configuration précédente.",
            "progress": "95 % des requêtes aboutissent à nouveau.",
            "remaining_impact": "Environ 5 % des utilisateurs du Nord attendent encore.",
            "action": "Nous surveillons le service d'envoi.",
            "next_update_at": "Prochaine information à 16 h 00 CEST.",
        },
        "resolved": {
            "problem": "L'envoi fonctionne à nouveau normalement pour tous les clients.",
            "duration": "L'incident a duré 1 h 30 min (14 h 30 - 16 h 00 CEST).",
            "cause": "La cause était une erreur de configuration.",
            "fix": "Nous avons rétabli la configuration précédente.",
            "data_statement": "Nous avons comparé tous les fichiers avec les copies ; il n'en manque pas.",
            "prevention": "Pour éviter que cela se répète, nous ajoutons un test automatique.",
            "contact": "Questions : support@example.com",
            "apology": "Merci de votre patience.",
        },
        "scheduled": {
            "problem": "Le 12 mai, nous allons remplacer un serveur du service d'envoi, avec une interruption.",
            "started_at": "02 h 00 - 04 h 00 CEST",
            "impact": "L'envoi de fichiers est indisponible pendant ce temps.",
            "cause": "L'ancien serveur arrive en fin de vie, nous allons donc le remplacer.",
            "contact": "Questions : support@example.com",
        },
    },
)
PL = Words(
    component="Przesyłanie",
    title="Przesyłanie plików: przekroczony czas",
    known="Dotyczy to około 40% klientów, wielu klientów na wschodzie.",
    vague="wielu klientów",
    provider="Cloudy zatrzymał jeden z naszych serwerów.",
    renamed=("Nieprawidłowość dotyczy wszystkich klientów.", "Problem dotyczy wszystkich klientów."),
    passive="Usługa przesyłania jest badana.",
    sentence="Przesyłanie się przerywa.",
    bare="Przesyłanie się przerywa dla 40% kont na wschodzie.",
    hindsight="Gdyby ktoś patrzył na kolejkę, nie zapełniłaby się.",
    culprit="Wdrożenie, które zrobił Kim, zepsuło przesyłanie.",
    wrong_sum=("Incydent trwał 2 godz. (14:30 - 16:00 CEST).", "2 godz."),
    dated="12 maja 2031 - Incydent bezpieczeństwa dotyczący przesyłania",
    share=("Dotyczy to około 20% klientów.", "Dotyczy to około 60% klientów."),
    posts={
        "investigating": {
            "problem": "Przesyłanie plików jest przerywane i wiemy, że to wstrzymuje Państwa pracę.",
            "started_at": "14:30 CEST",
            "impact": "Dotyczy to wszystkich klientów w regionie wschodnim.",
            "action": "Sprawdzamy usługę przesyłania.",
            "next_update_at": "Następna informacja do 15:00 CEST.",
        },
        "identified": {
            "problem": "Przesyłanie przerywa się z błędem po 30 sekundach.",
            "impact": "Około 40% użytkowników w regionie wschodnim nie może przesyłać plików.",
            "not_affected": "Pobieranie działa normalnie.",
            "cause": "Przyczyną jest błędna konfiguracja.",
            "action": "Wycofujemy zmianę konfiguracji usługi przesyłania.",
            "workaround": "Do tego czasu prosimy korzystać z regionu południowego.",
            "eta": "Przywrócimy do 16:00 CEST normalne działanie.",
            "next_update_at": "Następna informacja do 15:30 CEST.",
        },
        "monitoring": {
            "problem": "Przesyłanie było przerwane, a Państwa pliki musiały czekać.",
            "impact": "Dotyczyło to około 40% użytkowników w regionie wschodnim.",
            "fix": "O 15:10 CEST wycofaliśmy zmianę konfiguracji.",
            "progress": "95% żądań znów kończy się powodzeniem.",
            "remaining_impact": "Około 5% użytkowników na północy nadal czeka.",
            "action": "Obserwujemy usługę przesyłania.",
            "next_update_at": "Następna informacja do 16:00 CEST.",
        },
        "resolved": {
            "problem": "Przesyłanie działa ponownie prawidłowo u wszystkich klientów.",
            "duration": "Incydent trwał 1 godz. 30 min (14:30 - 16:00 CEST).",
            "cause": "Przyczyną była błędna konfiguracja.",
            "fix": "Wycofaliśmy zmianę konfiguracji.",
            "data_statement": "Porównaliśmy wszystkie pliki z kopiami; niczego nie brakuje.",
            "prevention": "Aby zapobiec powtórce, dodajemy automatyczny test.",
            "contact": "Pytania: support@example.com",
            "apology": "Dziękujemy za cierpliwość.",
        },
        "scheduled": {
            "problem": "12 maja wymienimy serwer usługi przesyłania, co oznacza przerwę.",
            "started_at": "02:00 - 04:00 CEST",
            "impact": "Przesyłanie plików będzie w tym czasie niedostępne.",
            "cause": "Stary serwer kończy okres pracy, więc wymienimy go.",
            "contact": "Pytania: support@example.com",
        },
    },
)
WORDS = {"en": EN, "zh-CN": ZH, "fr": FR, "pl": PL}
STAGES = tuple(EN.posts)


def model(language: str, stage: str = "investigating") -> Post:
    """Structured, without fault."""
    words = WORDS[language]
    broken = stage in ("investigating", "identified", "monitoring")
    return Post(
        title=words.title,
        fields=words.posts[stage],
        language=language,
        stage=stage,
        kind="maintenance" if stage == "scheduled" else "incident",
        severity=None if stage == "scheduled" else Severity.SEV2,
        components=(Component(words.component, "degraded_performance" if broken else "operational"),),
    )
