"""Who sent a request: the only place that looks at addresses."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

Networks = Sequence[IPv4Network | IPv6Network]
TRUSTED = web.AppKey("trusted", Networks)

_FORWARDED = "X-Forwarded-For"
_PASSED_ON = ("Forwarded", _FORWARDED, "X-Forwarded-Host", "X-Real-IP", "Via")
_LONGEST_CHAIN = 20


def source(request: web.Request) -> str:
    """The peer's address, or whom the proxies that we trust name; empty where there is none (SEC-109).

    Anybody may send the header, and a proxy adds the address it sees at its end. So it is read from the right, and only
    as far as those who wrote it are trusted.
    """
    peer, trusted = request.remote or "", request.config_dict.get(TRUSTED, ())
    address = _address(peer)
    if address is None or not _is_in(address, trusted):
        return peer
    written = ",".join(request.headers.getall(_FORWARDED, []))
    for each in reversed(written.rsplit(",", _LONGEST_CHAIN)[-_LONGEST_CHAIN:]):
        named = _address(each.strip())
        if named is None:
            break
        address = named
        if not _is_in(address, trusted):
            break
    return str(address)


def is_direct(request: web.Request) -> bool:
    """Did this very machine ask, with nobody in between? A proxy here passes on what comes from anywhere (SEC-149)."""
    peer = _address(request.remote or "")
    return peer is not None and peer.is_loopback and not any(name in request.headers for name in _PASSED_ON)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Some proxies write the port behind it."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    return any(address in network for network in networks)
