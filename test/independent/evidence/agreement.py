"""docs/protocol.md, Agreement, Amendments and Strikes: signed versions, and the chain that they make."""

import copy
import functools
import json
import pathlib
import re
from urllib.parse import urlsplit

from .bulletin import GOVERNANCE
from .profile import Jws, Malformed, Refused, digest, from_base64, from_base64url, read_canonical, read_jwk, thumbprint
from .schema import Schema
from .tlog import Vkey
from .uscc import is_uscc

_ROOT = pathlib.Path(__file__).resolve().parents[3]
_FORM = Schema(json.loads((_ROOT / "schemas/agreement.json").read_text(encoding="utf-8")))


class Version:
    """One version with who has signed it."""

    def __init__(self, payload, name):
        self.payload, self.digest, self.signed_by = payload, name, set()
        self.number, self.previous = payload["version"], payload.get("previous")
        self.strikes = payload.get("strikes", [])

    def member(self, name):
        return next((member for member in self.payload["members"] if member["id"] == name), None)

    def ids(self):
        return {member["id"] for member in self.payload["members"]}


def read_version(general):
    """The payload of a General JWS, whole in form; its signatures are verified by `verify_signatures`."""
    try:
        if not isinstance(general, dict) or set(general) != {"payload", "signatures"}:
            raise Malformed("payload and signatures, nothing else")
        signatures = general["signatures"]
        whole = isinstance(signatures, list) and all(
            isinstance(one, dict)
            and set(one) == {"protected", "signature"}
            and all(isinstance(value, str) for value in one.values())
            for one in signatures
        )
        if not whole or not signatures:
            raise Malformed("no signatures")
        payload, name = _read_payload(general["payload"])
    except Malformed as error:
        raise Refused("agreement/invalid", str(error)) from error
    return Version(payload, name)


@functools.lru_cache(64)
def _read_payload(text):
    data = from_base64url(text)
    if len(data) > 131072:
        raise Malformed("longer than 128 KiB")
    payload = read_canonical(data)
    mistake = _FORM.mistake(payload) or _contradiction(payload)
    if mistake:
        raise Malformed(mistake)
    return payload, digest(data)


def verify_signatures(version, general, previous):
    """Who has signed, each signature by itself; `previous` is the Version before, None for version 1."""
    keys = {thumbprint(key): (name, key) for name, key in _signatories(version, previous).items()}
    signed = set()
    for one in general["signatures"]:
        try:
            jws = Jws(f"{one['protected']}.{general['payload']}.{one['signature']}", "credit-agreement+jws")
        except Malformed as error:
            raise Refused("agreement/bad-signature", str(error)) from error
        name, key = keys.get(jws.kid, (None, None))
        if name is None or name in signed or not jws.is_signed_by(key):
            raise Refused("agreement/bad-signature", name or "unknown key")
        signed.add(name)
    return signed


def _signatories(version, previous):
    """Member id to agreement key: of members of the version before the key listed there, of joiners their own."""
    members = [*version.payload["members"], *(previous.payload["members"] if previous else ())]
    if previous:
        members = [one for one in version.payload["members"] if previous.member(one["id"]) is None]
        members += previous.payload["members"]
    return {member["id"]: member["keys"]["agreement"] for member in members}


def is_in_force(version, previous):
    """Whether enough have signed; that the version before is in force is for the caller."""
    if previous is None:
        return version.number == 1 and version.ids() <= version.signed_by
    before = previous.ids()
    if not (version.ids() - before) <= version.signed_by:
        return False
    required = previous.payload["governance"]["required"]
    signed = len(before & version.signed_by)
    if signed >= (len(before) if required == "all" else required):
        return True
    rest = before - {strike["member"] for strike in version.strikes}
    return _only_strikes(version, previous) and rest <= version.signed_by and 2 * len(rest) > len(before)


def _only_strikes(version, previous):
    """Whether the versions differ in version, previous, effective and strikes alone, but for members that are struck."""
    old, new = copy.deepcopy(previous.payload), copy.deepcopy(version.payload)
    gone = {one["member"] for one in version.strikes if one["kind"] == "member"} - version.ids()
    if not version.strikes:
        return False
    old["members"] = [member for member in old["members"] if member["id"] not in gone]
    for payload in (old, new):
        for name in ("version", "previous", "effective", "strikes"):
            payload.pop(name, None)
    if gone:
        kept = []
        for entry in old["catalogue"]:
            had = bool(entry["flows"])
            for flow in entry["flows"]:
                for side in ("from", "to"):
                    flow[side] = [one for one in flow[side] if one not in gone]
            entry["flows"] = [flow for flow in entry["flows"] if flow["from"] and flow["to"]]
            if entry["flows"] or not had:
                kept.append(entry)
        old["catalogue"] = kept
        count = len(old["members"])
        quorum, required = old["exchange"]["witnessQuorum"], old["governance"]["required"]
        old["exchange"]["witnessQuorum"] = min(quorum, max(count - 1, 0))
        if required != "all":
            old["governance"]["required"] = min(required, count)
    return old == new


def follow(versions):
    """A chain from version 1 without a gap, verified. `versions` are (Version, [General JWS]); raises Refused."""
    chain = []
    for version, generals in sorted(versions, key=lambda one: one[0].number):
        before = chain[-1] if chain else None
        if version.number != len(chain) + 1 or version.previous != (before.digest if before else None):
            raise Refused("evidence/other-agreement", f"version {version.number} does not follow")
        if before and before.payload["id"] != version.payload["id"]:
            raise Refused("evidence/other-agreement", "another id")
        for general in generals:
            version.signed_by |= verify_signatures(version, general, before)
        if not is_in_force(version, before):
            raise Refused("agreement/not-in-force", f"version {version.number}")
        chain.append(version)
    return chain


def _contradiction(payload):
    """What must hold between the parts and does not: words, or None."""
    members, ids = payload["members"], {member["id"] for member in payload["members"]}
    effective = payload["effective"]
    if (payload["version"] == 1) == ("previous" in payload):
        return "previous, of every version but the first"
    if effective.get("until", "9999-12-31") < effective["from"]:
        return "the period is reversed"
    for name in ("id", "authority", "issuer", "endpoint", "origin"):
        if len({member[name] for member in members}) != len(members):
            return f"{name} twice"
    quorum, required = payload["exchange"]["witnessQuorum"], payload["governance"]["required"]
    if not len(members) - 1 < 2 * quorum <= 2 * (len(members) - 1):
        return "the witness quorum is no majority of the others"
    if required != "all" and not len(members) < 2 * required <= 2 * len(members):
        return "required is no majority"
    return _mistake_of_keys(payload) or next(filter(None, map(_mistake_of_member, members)), None) or _mistake_of_flows(
        payload, ids
    )


def _mistake_of_member(member):
    bare = member["issuer"].partition("://")[2]
    if not is_uscc(member["authority"]):
        return "the authority is no USCC"
    for url in (member["issuer"], member["endpoint"]):
        parts = urlsplit(url)
        if parts.scheme == "http" and not re.fullmatch(r"localhost|127(\.[0-9]{1,3}){3}", parts.hostname or ""):
            return "http beyond loopback"
    if not re.fullmatch(re.escape(bare) + r"/log(/([2-9]|[1-9][0-9]+))?", member["origin"]):
        return "the origin is not the issuer's"
    log, witness = Vkey(member["keys"]["log"]), Vkey(member["keys"]["witness"])
    if (log.name, log.type) != (member["origin"], 1) or (witness.name, witness.type) != (f"{bare}/witness", 4):
        return "a vkey of another name or type"
    return None


def _mistake_of_keys(payload):
    if any("keys" not in member for member in payload["members"]):
        return "a member without keys"
    raw = []
    for member in payload["members"]:
        keys = member["keys"]
        raw += [_raw(key) for key in (*keys["bulletin"], keys["agreement"])]
        raw += [Vkey(keys["log"]).public, Vkey(keys["witness"]).public]
    raw += [Vkey(witness["vkey"]).public for witness in payload.get("witnesses", ())]
    raw += [_raw(auditor["key"]) for auditor in payload.get("auditors", ())]
    return None if len(set(raw)) == len(raw) else "a key twice"


def _raw(key):
    read_jwk(key)
    return from_base64url(key["x"]) + from_base64url(key.get("y", ""))


def _mistake_of_flows(payload, ids):
    types = [entry["type"] for entry in payload["catalogue"]]
    purposes = [purpose["id"] for purpose in payload["purposes"]]
    if len(set(types)) != len(types) or len(set(purposes)) != len(purposes):
        return "a type or purpose twice"
    if not {"receipt", "adoption"} <= set(types):
        return "receipt and adoption must stand in the catalogue"
    for entry in payload["catalogue"]:
        if bool(entry["flows"]) == (entry["type"] in ("receipt", *GOVERNANCE)):
            return f"flows of {entry['type']}"
        pairs = []
        for flow in entry["flows"]:
            for side in ("from", "to"):
                if not set(flow[side]) <= ids | {"*"} or ("*" in flow[side] and len(flow[side]) > 1):
                    return f"an unknown member in a flow of {entry['type']}"
            if not set(flow["purposes"]) <= set(purposes):
                return f"an unknown purpose in a flow of {entry['type']}"
            senders, receivers = (ids if flow[side] == ["*"] else flow[side] for side in ("from", "to"))
            pairs += [(one, two) for one in senders for two in receivers if one != two or flow["to"] != ["*"]]
        if len(set(pairs)) != len(pairs):
            return f"a pair of members in two flows of {entry['type']}"
    return _mistake_of_strikes(payload)


def _mistake_of_strikes(payload):
    for strike in payload.get("strikes", ()):
        if strike["kind"] == "log":
            from_base64(strike["root"])
        if strike["kind"] == "witness-key":
            Vkey(strike["key"])
    return None


class Strikes:
    """What the versions strike; the earliest end counts."""

    def __init__(self, versions):
        self.keys, self.logs, self.witnesses = {}, {}, set()
        for strike in (strike for version in versions for strike in version.strikes):
            if strike["kind"] == "bulletin-key":
                name = (strike["member"], strike["kid"])
                self.keys[name] = min(strike["size"], self.keys.get(name, strike["size"]))
            elif strike["kind"] == "log":
                known = self.logs.get(strike["origin"])
                if known is None or strike["size"] < known["size"]:
                    self.logs[strike["origin"]] = strike
            elif strike["kind"] == "witness-key":
                self.witnesses.add(strike["key"])
