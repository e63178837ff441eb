"""Sees where this process connects to, which names it looks up, and where it writes."""

import datetime as dt
import ipaddress
import os
import socket
import ssl
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class Seen:
    """Where this process went."""

    connections: list[tuple[str, int]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    """Files and folders that were opened for writing, made or put somewhere; as they were named."""

    def written_outside(self, folder: Path) -> Iterator[Path]:
        """Where it wrote but in the folder and to Python's own compiled files."""
        for each in dict.fromkeys(self.written):
            # A file without a name is opened by its folder, and nobody finds it.
            path = Path(os.path.realpath(each))
            inside = any(path.is_relative_to(one) for one in (folder.resolve(), *_NO_FILES))
            if not (inside or path.parent.name == "__pycache__" or each == tempfile.gettempdir()):
                yield path


_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_PUTS: Final = {"os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1}
"""What makes something or puts it somewhere, and which of its arguments says where."""
_NO_FILES: Final = (Path("/proc"), Path(os.devnull))
_WATCHERS: list[Seen] = []
_HOOKED: list[bool] = []


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(given[1], tuple):
        for each in _WATCHERS:
            each.connections.append((str(given[1][0]), int(given[1][1])))
    elif event == "socket.getaddrinfo" and given[0] is not None:
        for each in _WATCHERS:
            name = given[0]
            each.names.append(name.decode() if isinstance(name, bytes) else str(name))
    elif event in _PUTS or (event == "open" and given[2] & _WRITES):
        where = given[_PUTS.get(event, 0)]
        for each in _WATCHERS:
            if isinstance(where, str | bytes | os.PathLike):
                each.written.append(os.fsdecode(where))


@contextmanager
def watching() -> Iterator[Seen]:
    """Watches meanwhile. The interpreter tells of each, whoever makes it (PEP 578)."""
    if not _HOOKED:
        sys.addaudithook(_hear)
        _HOOKED.append(True)
    seen = Seen()
    _WATCHERS.append(seen)
    try:
        yield seen
    finally:
        _WATCHERS.remove(seen)


def is_an_address(name: str) -> bool:
    """Whether no name has to be looked up for it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@dataclass
class Resolver(AbstractResolver):
    """Finds the platform's names on this computer, and keeps what else was asked for."""

    ports: Mapping[str, int]
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del port, family
        self.asked.append(host)
        if host not in self.ports:
            raise OSError(None, "no such host")
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self.ports[host],
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def certificates(names: tuple[str, ...]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server of these names, and for clients who trust it and nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    server, client = (
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder) / "both.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        both.write_bytes(private + made.public_bytes(Encoding.PEM))
        server.load_cert_chain(both)
        client.load_verify_locations(both)
    return server, client
