"""Signs as the Bot Connector does, with keys of the tests' own; and as nobody should."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ISSUER = "https://api.botframework.com"
APP = "6f1d3f5a-9d0c-4c0e-8a46-3b1f0a7f2c11"
KEY = "the-connectors-key"


@cache
def key(name: str = KEY) -> rsa.RSAPrivateKey:
    """A key by its name; made once."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(name: str = KEY, endorsements: tuple[str, ...] | None = ("msteams",)) -> dict[str, Any]:
    """The key as the connector publishes it (learn.microsoft.com: Authentication, step 3)."""
    numbers = key(name).public_key().public_numbers()
    made: dict[str, Any] = {"kty": "RSA", "use": "sig", "kid": name, "x5t": name}
    made |= {"n": _of_number(numbers.n), "e": _of_number(numbers.e)}
    return made if endorsements is None else {**made, "endorsements": list(endorsements)}


def claims(service_url: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What the connector claims; a change to ``None`` leaves it out."""
    now = int(time.time())
    made = {"iss": ISSUER, "aud": APP, "nbf": now, "exp": now + 3600, "serviceurl": service_url}
    return {name: value for name, value in (made | changes).items() if value is not None}


def token(said: Mapping[str, Any], *, signed_by: str = KEY, **header: Any) -> str:  # noqa: ANN401
    """A JWT (RFC 7519); ``alg`` in the header decides how it is signed."""
    full = {"typ": "JWT", "alg": "RS256", "kid": KEY, "x5t": KEY} | header
    part = f"{_of_json(full)}.{_of_json(said)}"
    match full["alg"]:
        case "none":
            signature = b""
        case "HS256":
            # As if the public key, which everybody knows, were a shared secret.
            secret = json.dumps(jwk(signed_by)).encode()
            signature = hmac.digest(secret, part.encode(), "sha256")
        case _:
            signature = key(signed_by).sign(part.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{part}.{_of_bytes(signature)}"


def sign(activity: Mapping[str, Any]) -> str:
    """A token as the connector sends it with an activity."""
    return token(claims(str(activity.get("serviceUrl"))))


def _of_number(number: int) -> str:
    return _of_bytes(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _of_json(found: Mapping[str, Any]) -> str:
    return _of_bytes(json.dumps(found).encode())


def _of_bytes(found: bytes) -> str:
    return base64.urlsafe_b64encode(found).decode().rstrip("=")
