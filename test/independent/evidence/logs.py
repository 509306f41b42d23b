"""docs/evidence.md, Verifying 3 to 5: the logs of a file, what governs each of their entries, and what is said of these."""

from .agreement import is_in_force, read_version, verify_signatures
from .bulletin import Law, body_of, judge, read_claims, type_of
from .form import ascends
from .profile import Malformed, Refused, day_begins, day_of, read_jwk, thumbprint, to_base64
from .tlog import TlogProof, Vkey, is_included, leaf_hash, leaf_of, read_checkpoint, read_leaf, verify_lines


class Entry:
    """An entry shown: its log and index, JWS and leaf, and its claims where they can be read."""

    def __init__(self, log, index, jws, leaf, audience):
        self.log, self.index, self.jws, self.leaf, self.audience = log, index, jws, leaf, audience
        self.claims = claims_of(jws)
        self.code = None

    @property
    def after(self):
        return self.claims["agreement"].get("after") if self.claims else None

    @property
    def type(self):
        """The name of its type, None of what cannot be read or is of no known type."""
        return type_of(self.claims) if self.claims else None

    @property
    def body(self):
        return body_of(self.claims)


def claims_of(compact):
    """The claims of a JWS, nothing of one that has not the form of a bulletin."""
    try:
        return read_claims(compact)[1]
    except Malformed:
        return {}


def is_key(members):
    """Whether a JWK that its schema allows is a key; one that is none puts nothing in force."""
    try:
        read_jwk(members)
    except Malformed:
        return False
    return True


class State:
    """What governs from an entry on."""

    def __init__(self, version, keys):
        self.version, self.keys = version, {thumbprint(key): key for key in keys}


class Log:
    def __init__(self, file, note_text):
        self.file, self.text = file, note_text
        self.note, self.checkpoint = read_checkpoint(note_text)
        self.origin = self.checkpoint.origin
        self.governance, self.entries, self.last = {}, {}, -1
        self.states, self.erased, self.closed = [], {}, None
        self.whole_from = self.checkpoint.size  # every leaf from there on is in the file
        self._find_owner()
        self.cosignatures = self.verify_note(self.note)

    def _find_owner(self):
        listing = [(member, version) for version in self.file.chain for member in version.payload["members"]]
        owners = [member for member, _ in listing if member["origin"] == self.origin]
        if not owners:
            raise Refused("evidence/other-agreement", f"no version lists {self.origin}")
        self.owner, self.issuer = owners[0]["id"], owners[0]["issuer"]
        self._keys = [Vkey(text) for text in {member["keys"]["log"] for member in owners}]
        self._witnesses = {
            member["keys"]["witness"]: member["id"] for member, _ in listing
        }  # vkey to the member that it counts for
        self._others = {one["vkey"] for version in self.file.chain for one in version.payload.get("witnesses", ())}

    def verify_note(self, note):
        """[(member, time)] of the cosignatures that count."""
        keys = [Vkey(text) for text in (*self._witnesses, *self._others - set(self._witnesses))]
        cosignatures, unknown = verify_lines(note, self._keys, keys)
        if unknown:
            raise Refused("evidence/unknown-signature", unknown[0])
        known = {(key.name, key.id) for key in self._keys}
        own = [(name, key_id) in known for name, key_id, _, _ in note.signatures]
        signers = {(name, key_id) for name, key_id, _, _ in note.signatures}
        if own != [True] + [False] * (len(own) - 1) or not ascends(note.lines[1:]) or len(signers) < len(own):
            raise Refused("evidence/surplus", "signature lines in another order, or two by one key")
        struck = self.file.strikes.witnesses
        counted = [(self._witnesses.get(key.text), time) for key, time in cosignatures if key.text not in struck]
        return [(member, time) for member, time in counted if member not in (None, self.owner)]

    def quorum_time(self, cosignatures, governing):
        """When the last cosignature of the quorum was made, the earliest of each member counting."""
        needed = self.file.quorum or governing.payload["exchange"]["witnessQuorum"]
        times = {}
        for member, time in cosignatures:
            times[member] = min(time, times.get(member, time))
        if len(times) < needed:
            raise Refused("evidence/no-quorum", f"{self.origin}: {len(times)} of {needed}")
        time = sorted(times.values())[needed - 1]
        if self.file.at and time >= day_begins(self.file.at) + 86400:
            raise Refused("evidence/too-late", self.origin)
        return time

    def check_strike(self):
        strike = self.file.strikes.logs.get(self.origin)
        if strike is None:
            return
        size, root = self.checkpoint.size, to_base64(self.checkpoint.root)
        if size > strike["size"] or (size == strike["size"] and root != strike["root"]):
            raise Refused("log/struck", self.origin)

    def add(self, entry):
        self.last = max(self.last, entry.index)
        (self.governance if entry.audience == ["*"] else self.entries)[entry.index] = entry

    def follow_governance(self):
        """Judges the governance entries in their order."""
        state, after = None, None
        for index in sorted(self.governance):
            entry = self.governance[index]
            new = self._adopted(entry, state)
            if new:
                law = self._law(new, after, index)
                entry.code = judge(entry.jws, entry.audience, law)
                if entry.code is None and day_of(entry.claims["iat"]) < new.version.payload["effective"]["from"]:
                    entry.code = "agreement/not-in-force"
                state = new if entry.code is None else state
            elif state:
                entry.code = judge(entry.jws, entry.audience, self._law(state, after, index))
                if entry.code is None:
                    state = self._act(entry, state)
            if state is None:
                raise Refused("agreement/not-in-force", f"{self.origin} begins with no valid adoption")
            if self.closed is not None and self.last > self.closed:
                raise Refused("log/closed", self.origin)
            after = index
            self.states.append((index, state))

    def _adopted(self, entry, state):
        """What a whole adoption would put in force, None when the entry is none or its version cannot follow."""
        if entry.type != "adoption":
            return None
        try:
            general = entry.body["agreement"]
            carried = read_version(general)
            before = self.file.versions.get(carried.previous)
            carried.signed_by = verify_signatures(carried, general, before)
        except (Refused, KeyError, TypeError):
            return None
        if carried.digest in self.file.later:
            raise Refused("evidence/too-late", f"{self.origin} {entry.index} adopts a later version")
        version = self.file.versions.get(carried.digest)
        if version is None and before and is_in_force(carried, before):
            raise Refused("evidence/missing", f"version {carried.number}, which {self.origin} {entry.index} adopts")
        if version is None:
            return None
        member = next((one for one in version.payload["members"] if one["issuer"] == self.issuer), None)
        follows = state is None or version.previous == state.version.digest
        if not follows or member is None or member["origin"] != self.origin:
            return None
        return State(version, member["keys"]["bulletin"])

    def _act(self, entry, state):
        if entry.type == "adoption":
            entry.code = "agreement/not-in-force"
        elif entry.type == "key":
            return State(state.version, filter(is_key, entry.body["keys"]))
        elif entry.type == "erasure":
            for index in entry.body["indexes"]:
                if index < entry.index:
                    self.erased[index] = entry.index
        elif entry.type == "closing":
            self.closed = entry.index
        return state

    def _law(self, state, after, index):
        ends = self.file.strikes.keys
        keys = {kid: key for kid, key in state.keys.items() if index < ends.get((self.owner, kid), index + 1)}
        struck = [one["member"] for one in state.version.strikes if one["kind"] == "member"]
        return Law(
            version=state.version.payload,
            digest=state.version.digest,
            after=after,
            keys=keys,
            owner=self.owner,
            issuer=self.issuer,
            find_schema=self.file.find_schema,
            struck=struck,
        )

    def judge(self, entry):
        """Sets the code of an entry that is no governance; its law is that of its index."""
        below = [(index, state) for index, state in self.states if index < entry.index]
        if not below:
            raise Refused("evidence/missing", f"no governance below {self.origin} {entry.index}")
        after, state = below[-1]
        entry.code = judge(entry.jws, entry.audience, self._law(state, after, entry.index))

    def governing(self, index):
        """The Version that governs an index; where no governance of the log is shown, the newest."""
        known = [state.version for at, state in self.states if at <= index]
        return known[-1] if known else self.file.chain[-1]


def read_proof(file, text, *, salted):
    """(TlogProof, Log) of a tlogProof in the file."""
    try:
        proof = TlogProof(text)
        if (proof.extra is not None) != salted or (salted and len(proof.extra) != 32):
            raise Malformed("no salt of 32 bytes" if salted else "a salt too many")
    except Malformed as error:
        raise Refused("log/malformed-note", str(error)) from error
    return proof, file.log(proof.note)


def show(file, value):
    """The Entry of `jws` and `tlogProof`, included in its log; its `leaf` only where these do not give it."""
    proof, log = read_proof(file, value["tlogProof"], salted=True)
    aud = claims_of(value["jws"]).get("aud")
    rebuilt = leaf_of(proof.extra, value["jws"], aud) if aud else None
    leaf = value.get("leaf", rebuilt)
    if leaf is None:
        raise Refused("evidence/missing", f"the leaf of {log.origin} {proof.index}, whose JWS cannot be read")
    if "leaf" in value and leaf == rebuilt:
        raise Refused("evidence/surplus", "a leaf that JWS and salt give")
    audience = check_included(log, proof, leaf)
    if not value["jws"].isascii() or leaf_of(proof.extra, value["jws"], audience) != leaf:
        raise Refused("evidence/not-opened", f"{log.origin} {proof.index}")
    return Entry(log, proof.index, value["jws"], leaf, audience)


def check_included(log, proof, leaf):
    """The audience of a leaf that is in the tree."""
    point = log.checkpoint
    if not is_included(proof.index, point.size, leaf_hash(leaf), proof.hashes, point.root):
        raise Refused("evidence/not-included", f"{log.origin} {proof.index}")
    try:
        _, audience = read_leaf(leaf, log.owner)
    except Malformed as error:
        raise Refused("log/fork", f"{log.origin} {proof.index} is no leaf of this log") from error
    return audience


def show_with_governance(file, value):
    """An entry with the governance below it that was not shown before."""
    entry = show(file, value)
    log = entry.log
    last = max(log.governance, default=-1)
    for part in value["governance"]:
        below = show(file, part)
        if below.index in log.governance or below.log is not log or below.index >= entry.index:
            raise Refused("evidence/surplus", f"governance {below.index} with {entry.index}")
        if below.audience != ["*"]:
            raise Refused("evidence/surplus", f"{below.index} is no governance")
        if below.index < max(last, log.last):
            raise Refused("evidence/surplus", "governance in another order")
        last = below.index
        log.add(below)
    log.add(entry)
    check_chain(log, entry)
    return entry


def check_chain(log, entry):
    """That nothing is lacking which the `after` of an entry, or of one below it, names."""
    below = sorted(index for index in log.governance if index < entry.index)
    chain = [log.governance[index] for index in below] + [entry]
    for nearest, one in zip([-1, *below], chain):
        if one.index > 0 and (nearest == -1 or nearest < (one.after or 0) < min(one.index, log.whole_from)):
            raise Refused("evidence/missing", f"governance {one.after or 0} of {log.origin}")

