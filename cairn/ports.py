"""Whether a side can listen where it is told to. Asked before anything starts, so that the answer is one clear line."""

import errno
import socket
from dataclasses import dataclass

from policy.settings import Settings

COMPLAINTS = {
    errno.EADDRINUSE: "Port {port} on {host} is in use: is Cairn running twice? Stop the other, or set {setting}_PORT.",
    errno.EACCES: "This account may not listen on port {port}. Choose one above 1023 with {setting}_PORT.",
    errno.EADDRNOTAVAIL: "{host} is no address of this machine. Set {setting}_HOST.",
}
OTHERWISE = "Nothing can listen on port {port} of {host} ({error}). Set {setting}_HOST or {setting}_PORT."


class PortError(Exception):
    """The operator's to mend: a port is taken, or the address is not this machine's."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a side listens, and the beginning of the settings that say so."""

    host: str
    port: int
    setting: str


def of_web(settings: Settings) -> Address:
    """Where the web chat listens."""
    return Address(settings.web_host, settings.web_port, "CAIRN_WEB")


def of_desk(settings: Settings) -> Address:
    """Where the desk listens."""
    return Address(settings.desk_host, settings.desk_port, "CAIRN_DESK")


def check(*addresses: Address) -> None:
    """Listen at each for a moment. Raises PortError with a line for every one where that cannot be."""
    complaints = [complaint for address in addresses if (complaint := _complaint(address))]
    if complaints:
        raise PortError("\n".join(complaints))


def _complaint(address: Address) -> str | None:
    try:
        family, kind, number, _, where = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do after a restart
            tried.bind(where)
            tried.listen()
    except OSError as error:
        words = COMPLAINTS.get(error.errno or 0, OTHERWISE)
        return words.format(
            host=address.host, port=address.port, setting=address.setting, error=error.strerror or type(error).__name__
        )
    return None
