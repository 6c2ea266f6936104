"""The port that we are reached at."""

import socket

from bot.mistake import Mistake


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done. Raises Mistake when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise Mistake(f"Nothing can listen at {host} port {port}: {error.strerror}. Try another --port.") from None
