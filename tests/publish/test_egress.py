"""Addresses of our own networks, in every spelling, are not reached (SEC-090, SEC-091)."""

import asyncio
import socket
import threading
from ipaddress import ip_network

import pytest

from bot.publish.egress import Egress, Forbidden
from bot.publish.guard import Watch, current, watched

_V4 = """127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 169.254.0.1
169.254.169.254 100.64.0.1 100.127.255.255 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255"""
_V6 = """:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 fe80::1 fe80::1%eth0 fc00::1
fd00:ec2::254 ff02::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2001:0:7f00:1::"""
_NAMES = "localhost 127.1 2130706433 0x7f.0.0.1 0177.0.0.1 metadata.google.internal ①②⑦.0.0.1"
INTERNAL = [*_V4.split(), *_V6.split()]
NO_ADDRESS = [*_NAMES.split(), ""]
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111"]


@pytest.mark.parametrize("address", [*INTERNAL, *NO_ADDRESS])
def test_sec_090_what_is_ours_or_no_address_is_refused(address: str) -> None:
    with pytest.raises(Forbidden):
        Egress().check(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    Egress().check(address)


def test_an_allowed_network_is_reached_and_no_other() -> None:
    egress = Egress((ip_network("10.1.0.0/16"),))
    egress.check("10.1.2.3")
    with pytest.raises(Forbidden):
        egress.check("10.2.2.3")


def test_sec_096_a_host_of_the_list_counts_with_what_is_below_it() -> None:
    egress = Egress(hosts=("example.com",))
    for good in ("example.com", "Hooks.Example.com", "example.com."):
        egress.check_host(good)
    for bad in ("example.org", "badexample.com", "example.com.evil.org"):
        with pytest.raises(Forbidden):
            egress.check_host(bad)
    Egress().check_host("anything.example")


def _connect(host: str, port: int, family: socket.AddressFamily = socket.AF_INET) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        connection.connect((host, port))


def test_sec_091_the_address_that_is_connected_to_is_checked_and_a_name_is_not_taken_for_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            watch = Watch(Egress())
            with watched(watch), pytest.raises(Forbidden):
                _connect(host, port)
            assert watch.refused
            assert not watch.connected
        listener.settimeout(0.1)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_only_the_internet_can_be_reached() -> None:
    watch = Watch(Egress())
    with watched(watch), socket.socket(socket.AF_UNIX) as connection, pytest.raises(Forbidden):
        connection.connect("/run/any.sock")
    assert watch.refused == "only the internet can be reached"


def test_other_threads_and_later_connections_are_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with watched(Watch(Egress())):
            other = threading.Thread(target=_connect, args=("127.0.0.1", port))
            other.start()
            other.join()
            listener.accept()[0].close()
        assert current() is None
        _connect("127.0.0.1", port)
        listener.accept()[0].close()


async def test_a_watch_that_was_cut_lets_nobody_connect_any_more() -> None:
    watch = Watch(Egress((ip_network("127.0.0.0/8"),)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        watch.cut()

        def late() -> None:
            with watched(watch):
                _connect("127.0.0.1", listener.getsockname()[1])

        with pytest.raises(Forbidden, match="time is over"):
            await asyncio.to_thread(late)
