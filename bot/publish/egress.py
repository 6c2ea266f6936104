"""Which addresses channels may lead to: none of ours, unless the configuration says so (SEC-090, SEC-093, SEC-096)."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
_NAT64 = ip_network("64:ff9b::/96")


class Forbidden(OSError):
    """An address that must not be reached. An OSError, so that clients take it for a connection that failed."""


@dataclass(frozen=True, slots=True)
class Egress:
    """``networks`` are internal ones that are allowed all the same; ``hosts``, if any, the only names allowed."""

    networks: tuple[Network, ...] = ()
    hosts: tuple[str, ...] = ()

    def check(self, address: str) -> None:
        """Raises Forbidden unless this is a literal address that may be reached."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            raise Forbidden("only an address that was looked up and checked is connected to") from None
        if any(found in network for network in self.networks):
            return
        if not all(_public(each) for each in (found, *_inside(found))):
            raise Forbidden("the address is internal; outbound.allow_networks can permit it")

    def check_host(self, host: str) -> None:
        """Raises Forbidden for a name that is not among the allowed ones."""
        name = host.rstrip(".").lower()
        if self.hosts and not any(name == one or name.endswith(f".{one}") for one in self.hosts):
            raise Forbidden(f"{name[:80]} is not among outbound.hosts")


def _public(address: IPv4Address | IPv6Address) -> bool:
    """`is_global` alone lets some multicast through."""
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inside(address: IPv4Address | IPv6Address) -> Sequence[IPv4Address]:
    """The IPv4 addresses that an IPv6 address wraps."""
    if isinstance(address, IPv4Address):
        return ()
    wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        wrapped.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in wrapped if each]
