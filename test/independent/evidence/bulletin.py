"""docs/protocol.md, Bulletin, Natural persons and Verdicts: what is said of one bulletin."""

import re

from .profile import LAST_SECOND, Jws, Malformed, day_of
from .uscc import holds_identity_number, is_uscc

_OPENING = (
    "subject.name subject.registrationNumber subject.organisationCode subject.taxNumber subject.institutionNumber "
    "subject.socialOrganisationNumber document.authority.name source.name rulePack legalBasis catalogueItem remarks "
)
_DOCUMENT = "document.authority.name reason remarks "
FREE_TEXT = {
    "penalty": _OPENING + "violation facts basis content licence",
    "dishonesty": _OPENING + "facts",
    "serious-list": _OPENING + "facts",
    "permit": _OPENING + "documentName certificate licenceNumber content",
    "grade": _OPENING + "authority.name scheme grade",
    "commendation": _OPENING + "honour content",
    "warning": _OPENING + "authority.name matter advice",
    "correction": _DOCUMENT + "legalBasis",
    "extension": _DOCUMENT + "rulePack",
    "repair": _DOCUMENT + "rulePack legalBasis",
    "revocation": _DOCUMENT + "legalBasis",
    "objection-decision": _DOCUMENT,
    "objection": _DOCUMENT + "receivedBy.name requested",
    "measure-feedback": "authority.name result remarks",
}
OPENERS = ("penalty", "dishonesty", "serious-list", "permit", "grade", "commendation", "warning")
MOVERS = ("correction", "extension", "repair", "revocation", "objection-decision")
MARKS = ("objection", "measure-feedback")
GOVERNANCE = ("adoption", "key", "erasure", "closing")
TYPES = (*OPENERS, *MOVERS, *MARKS, "receipt", "journal", *GOVERNANCE)
_ABOUT_A_RECORD = (*OPENERS, *MOVERS, *MARKS)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Law:
    """What governs one entry: the version (its payload) and its digest, the nearest governance entry below,
    the bulletin keys by thumbprint, and who the log's owner is. `find_schema(digest)` gives a Schema."""

    def __init__(self, *, version, digest, after, keys, owner, issuer, find_schema, struck=()):
        self.version, self.digest, self.after, self.keys = version, digest, after, keys
        self.owner, self.issuer, self.find_schema = owner, issuer, find_schema
        self.members = {member["id"] for member in version["members"]} - set(struck)

    def entry(self, name):
        return next((entry for entry in self.version["catalogue"] if entry["type"] == name), None)


def type_of(claims):
    """The name of a known type, or None."""
    (uri,) = claims["events"]
    match = re.fullmatch(r"urn:huxin:bulletin:([a-z-]+):1", uri)
    return match[1] if match and match[1] in TYPES else None


def body_of(claims):
    (body,) = claims["events"].values()
    return body


def read_claims(compact):
    """(Jws, claims) of what has the form of a bulletin."""
    jws = Jws(compact, "secevent+jwt")
    claims = jws.payload
    needed, allowed = {"iss", "iat", "jti", "aud", "agreement", "events"}, {"toe", "txn", "sub_id"}
    if not needed <= set(claims) <= needed | allowed:
        raise Malformed("other claims")
    wrong = [name for name, value in claims.items() if not _FORMS[name](value)]
    if wrong:
        raise Malformed(f"the form of {wrong[0]}")
    return jws, claims


def _is_time(value):
    return type(value) is int and abs(value) <= LAST_SECOND


def _is_uuid(value):
    return isinstance(value, str) and bool(_UUID.fullmatch(value))


def _is_audience(value):
    if value == ["*"]:
        return True
    if not isinstance(value, list) or not value:
        return False
    ids = all(isinstance(one, str) and re.fullmatch("[0-9]{6}", one) for one in value)
    return ids and all(one < two for one, two in zip(value, value[1:]))


def _is_agreement(value):
    if not isinstance(value, dict) or not {"digest"} <= set(value) <= {"digest", "after"}:
        return False
    after = value.get("after", 0)
    return isinstance(value["digest"], str) and type(after) is int and 0 <= after < 10**15


_FORMS = {
    "iss": lambda value: isinstance(value, str),
    "iat": _is_time,
    "jti": _is_uuid,
    "aud": _is_audience,
    "toe": _is_time,
    "txn": _is_uuid,
    "sub_id": lambda value: isinstance(value, dict)
    and set(value) == {"format", "uscc"}
    and value["format"] == "uscc"
    and isinstance(value["uscc"], str),
    "agreement": _is_agreement,
    "events": lambda value: isinstance(value, dict)
    and len(value) == 1
    and all(isinstance(body, dict) for body in value.values()),
}


def judge(compact, audience, law):
    """The code with which a bulletin is refused, or None. `bulletin/duplicate` is for who sees the whole log."""
    if len(compact) > 262144:
        return "bulletin/too-large"
    try:
        jws, claims = read_claims(compact)
    except Malformed:
        return "bulletin/malformed"
    if jws.kid not in law.keys:
        return "bulletin/unknown-key"
    if not jws.is_signed_by(law.keys[jws.kid]):
        return "bulletin/bad-signature"
    if claims["iss"] != law.issuer:
        return "bulletin/foreign"
    name, body = type_of(claims), body_of(claims)
    entry = law.entry(name) if name else None
    if entry is None:
        return "bulletin/unknown-type"
    wanted = {"toe", "txn", "sub_id"} if name in _ABOUT_A_RECORD else set()
    if set(claims) & {"toe", "txn", "sub_id"} != wanted or law.find_schema(entry["schema"]).mistake(body):
        return "bulletin/schema"
    aud = claims["aud"]
    is_governance = name in GOVERNANCE
    if aud != audience or law.owner in aud or (aud == ["*"]) != is_governance or (name == "receipt" and len(aud) > 1):
        return "bulletin/audience-mismatch"
    if claims["agreement"] != {"digest": law.digest, **({} if law.after is None else {"after": law.after})}:
        return "bulletin/wrong-agreement"
    effective = law.version["effective"]
    if name in (*OPENERS, *MARKS, "journal"):
        if not effective["from"] <= day_of(claims["iat"]) <= effective.get("until", "9999-12-31"):
            return "agreement/not-in-force"
    if not is_governance and name != "receipt" and not _may_flow(law, name, body, aud):
        return "agreement/flow-not-allowed"
    if "sub_id" in claims and not is_uscc(claims["sub_id"]["uscc"]):
        return "subject/invalid-uscc"
    if any(map(holds_identity_number, _free_texts(name, body))):
        return "subject/natural-person"
    return None


def _may_flow(law, name, body, aud):
    for receiver in aud:
        if receiver in law.members and not all(_leads(law, *part, receiver) for part in _parts(name, body)):
            return False
    return True


def _parts(name, body):
    """A body with its type; inside a correction there is another."""
    corrected = [(inner, body[inner]) for inner in OPENERS if inner in body] if name == "correction" else []
    return [(name, body), *corrected]


def _leads(law, name, body, receiver):
    entry = law.entry(name)
    for flow in entry["flows"] if entry else ():
        if set(flow["from"]) & {law.owner, "*"} and set(flow["to"]) & {receiver, "*"}:
            return not set(flow.get("omit", ())) & set(body)
    return False


def _free_texts(name, body):
    for part, value in _parts(name, body):
        for path in FREE_TEXT.get(part, "").split():
            found = value
            for step in path.split("."):
                found = found.get(step) if isinstance(found, dict) else None
            if isinstance(found, str):
                yield found

