"""docs/protocol.md, Notation, Keys and Profile: base64, RFC 8785, digests, thumbprints and compact JWS."""

import base64
import functools
import hashlib
import json
import re
from datetime import date

from jwcrypto import jwk, jws
from jwcrypto.common import JWException

GREATEST = 2**53 - 1
LAST_SECOND = 253402271999  # 9999-12-31T23:59:59 in China
DEEPEST = 32
CHINA = 8 * 3600


class Refused(Exception):
    """A grave finding: its code, and words for people."""

    def __init__(self, code, why=""):
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why


class Malformed(ValueError):
    """Bytes that are not of the profile; whoever asked gives it a code."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def from_base64(text):
    """Bytes of strict RFC 4648 section 4."""
    return _decode(text, r"[A-Za-z0-9+/]*={0,2}", base64.b64decode, to_base64)


def from_base64url(text):
    """Bytes of strict RFC 4648 section 5 without padding."""

    def decode(value):
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))

    return _decode(text, r"[A-Za-z0-9_-]*", decode, to_base64url)


def _decode(text, pattern, decode, encode):
    if not isinstance(text, str) or not re.fullmatch(pattern, text):
        raise Malformed("not base64")
    try:
        value = decode(text)
    except ValueError as error:
        raise Malformed("not base64") from error
    if encode(value) != text:
        raise Malformed("base64 in another spelling")
    return value


def to_base64(value):
    return base64.b64encode(value).decode()


def to_base64url(value):
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def utf16(text):
    """Key for ordering texts by UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def canonical(value):
    """RFC 8785 bytes of what the profile allows: no fractions."""
    return _write(value).encode()


def _write(value):
    if isinstance(value, dict):
        names = sorted(value, key=utf16)
        return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_write(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def read_canonical(data):
    """The JSON value of bytes that are their own RFC 8785 form and within the profile."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_number, parse_constant=_no_number)
        _check(value, 1)
        if canonical(value) != data:
            raise Malformed("not its RFC 8785 form")
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no JSON of the profile: {error}") from error
    return value


def _no_number(text):
    raise Malformed(f"the number {text}")


def _check(value, depth):
    if isinstance(value, str):
        if re.search("[\x00-\x09\x0b-\x1f\ud800-\udfff]", value):
            raise Malformed("a control character or half a surrogate pair")
    elif isinstance(value, int) and abs(value) > GREATEST:
        raise Malformed("an integer beyond 2^53 - 1")
    elif isinstance(value, (dict, list)):
        if depth > DEEPEST:
            raise Malformed("nested too deep")
        for name in value if isinstance(value, dict) else ():
            _check(name, depth)
        for part in value.values() if isinstance(value, dict) else value:
            _check(part, depth + 1)


def digest(data):
    return "sha-256:" + to_base64url(sha256(data))


def is_day(text):
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def day_begins(day):
    """NumericDate of the beginning of a day in China."""
    return (date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal()) * 86400 - CHINA


def day_of(seconds):
    """The day in China, as a text that sorts; the years before 1 sort first."""
    ordinal = (seconds + CHINA) // 86400 + date(1970, 1, 1).toordinal()
    return date.fromordinal(ordinal).isoformat() if ordinal >= 1 else ""


SMALL_ORDER = {0, 1, 2**255 - 20} | {
    int.from_bytes(bytes.fromhex(y), "little")
    for y in (
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    )
}


def is_sound(public):
    """Whether 32 bytes are the one spelling of an Ed25519 key that is not of small order."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return y < 2**255 - 19 and y not in SMALL_ORDER


def read_jwk(members):
    """A jwcrypto key of exactly kty, crv, x and for P-256 y."""
    wanted = {"EC": {"kty", "crv", "x", "y"}, "OKP": {"kty", "crv", "x"}}
    curves = {"EC": "P-256", "OKP": "Ed25519"}
    kind = members.get("kty")
    if kind not in wanted or set(members) != wanted[kind] or members["crv"] != curves[kind]:
        raise Malformed("no P-256 or Ed25519 public key")
    if any(len(from_base64url(members[name])) != 32 for name in ("x", "y") if name in members):
        raise Malformed("a coordinate that is not 32 bytes")
    if kind == "OKP" and not is_sound(from_base64url(members["x"])):
        raise Malformed("an Ed25519 key of small order, or another spelling of one")
    try:
        key = jwk.JWK(**members)
        key.get_op_key("verify")
    except (JWException, ValueError) as error:
        raise Malformed("no point of the curve") from error
    return key


def thumbprint(members):
    return _thumbprint(tuple(members.items()))


@functools.lru_cache(4096)
def _thumbprint(members):
    return jwk.JWK(**dict(members)).thumbprint()


class Jws:
    """A compact JWS of the profile: header, payload, and what is signed."""

    def __init__(self, text, typ):
        parts = text.split(".")
        if len(parts) != 3 or not all(parts):
            raise Malformed("not three parts")
        decoded = [from_base64url(part) for part in parts]
        self.header, self.payload = read_canonical(decoded[0]), read_canonical(decoded[1])
        if not isinstance(self.header, dict) or not isinstance(self.payload, dict):
            raise Malformed("header and payload are objects")
        if set(self.header) != {"alg", "kid", "typ"} or self.header["typ"] != typ:
            raise Malformed("another header")
        if self.header["alg"] not in ("ES256", "EdDSA"):
            raise Malformed("another algorithm")
        kid = self.header["kid"]
        if not isinstance(kid, str) or len(from_base64url(kid)) != 32:
            raise Malformed("kid is no thumbprint")
        if len(decoded[2]) != 64:
            raise Malformed("the signature is not 64 bytes")
        self.kid = kid
        self._text = text

    def is_signed_by(self, members):
        algorithm = self.header["alg"]
        return algorithm == ("ES256" if members["kty"] == "EC" else "EdDSA") and _verify(
            self._text, algorithm, tuple(members.items())
        )


@functools.lru_cache(4096)
def _verify(text, algorithm, members):
    try:
        token = jws.JWS()
        token.allowed_algs = [algorithm]
        token.deserialize(text, read_jwk(dict(members)))
    except (JWException, ValueError):
        return False
    return True
