"""docs/protocol.md, Log: leaves, RFC 6962 trees, notes, checkpoints, cosignatures and tlog-proofs."""

import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .profile import LAST_SECOND, Malformed, Refused, from_base64, is_sound, sha256, to_base64

EMPTY_ROOT = sha256(b"")
NUMBER = r"(?:0|[1-9][0-9]{0,14})"


def leaf_hash(leaf):
    return sha256(b"\x00", leaf.encode())


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def leaf_of(salt, compact, audience):
    """The text of the leaf that commits to a compact JWS."""
    commitment = sha256(b"huxin-commit/v1\n", salt, compact.encode())
    return f"huxin-leaf/v1\n{to_base64(commitment)}\n{','.join(audience)}\n"


def read_leaf(text, owner):
    """(commitment, audience), or Malformed when it is no leaf of a log of `owner`."""
    match = re.fullmatch(r"huxin-leaf/v1\n([A-Za-z0-9+/]{43}=)\n(\*|[0-9]{6}(?:,[0-9]{6})*)\n", text)
    if not match:
        raise Malformed("no leaf")
    audience = match[2].split(",")
    if any(one >= two for one, two in zip(audience, audience[1:])) or owner in audience:
        raise Malformed("no audience of this log")
    return from_base64(match[1]), audience


def is_included(index, size, leaf, proof, root):
    """RFC 9162 section 2.1.3.2; `leaf` is a hash."""
    if index >= size:
        return False
    fn, sn, value = index, size - 1, leaf
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            value = node_hash(part, value)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = node_hash(value, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and value == root


def is_consistent(first, second, first_root, second_root, proof):
    """RFC 9162 section 2.1.4.2; from size 0 and between a size and itself the proof is empty."""
    if first > second:
        return False
    if first == second or first == 0:
        return not proof and first_root == (second_root if first else EMPTY_ROOT)
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for part in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(part, old), node_hash(part, new)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root


class Frontier:
    """A tree that grows: the roots of its maximal full subtrees, largest first, each with its size."""

    def __init__(self, size, hashes):
        widths = [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
        if len(widths) != len(hashes):
            raise Malformed("one hash for each bit of the size")
        self._parts = list(zip(widths, hashes))

    def add(self, leaf):
        width, value = 1, leaf_hash(leaf)
        while self._parts and self._parts[-1][0] == width:
            value, width = node_hash(self._parts.pop()[1], value), width * 2
        self._parts.append((width, value))

    def root(self):
        if not self._parts:
            return EMPTY_ROOT
        value = self._parts[-1][1]
        for _, left in reversed(self._parts[:-1]):
            value = node_hash(left, value)
        return value


class Vkey:
    """`<name>+<key id>+<base64(type || Ed25519 key)>`."""

    def __init__(self, text):
        match = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+(.+)", text)
        if not match or not is_name(match[1]):
            raise Malformed("no vkey")
        key = from_base64(match[3])
        if len(key) != 33 or key[0] not in (1, 4):
            raise Malformed("no Ed25519 key of type 1 or 4")
        if not is_sound(key[1:]):
            raise Malformed("an Ed25519 key of small order, or another spelling of one")
        self.text, self.name, self.type, self.public = text, match[1], key[0], key[1:]
        self.id = sha256(self.name.encode(), b"\n", key)[:4]
        if self.id.hex() != match[2]:
            raise Malformed("the key id is another's")

    def has_signed(self, signature, message):
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def is_name(text):
    return text != "" and "+" not in text and not re.search(r"\s", text)


class Note:
    """C2SP signed-note: its text, and (name, key id, signature, line) of each signature line."""

    def __init__(self, text):
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise Malformed("half a surrogate pair") from error
        body, blank, rest = text.rpartition("\n\n")
        if len(data) > 65536 or re.search("[\x00-\x09\x0b-\x1f]", text) or not blank or not rest.endswith("\n"):
            raise Malformed("no note")
        self.text = body + "\n"
        self.lines = rest[:-1].split("\n")
        self.signatures = [_read_line(line) for line in self.lines]
        if len(self.signatures) > 16:
            raise Malformed("more than 16 signatures")


def _read_line(line):
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not is_name(parts[1]):
        raise Malformed("no signature line")
    value = from_base64(parts[2])
    if len(value) < 5:
        raise Malformed("a signature without bytes")
    return parts[1], value[:4], value[4:], line


class Checkpoint:
    """The text of a checkpoint: origin, size, root."""

    def __init__(self, text):
        match = re.fullmatch(rf"([^\n]+)\n({NUMBER})\n([^\n]+)\n", text)
        if not match:
            raise Malformed("no checkpoint")
        self.origin, self.size, self.root = match[1], int(match[2]), from_base64(match[3])
        if len(self.root) != 32 or (self.size == 0 and self.root != EMPTY_ROOT):
            raise Malformed("no root")


def read_checkpoint(text):
    """(note, checkpoint) of a signed checkpoint, of which no signature was looked at."""
    try:
        note = Note(text)
    except Malformed as error:
        raise Refused("log/malformed-note", str(error)) from error
    try:
        return note, Checkpoint(note.text)
    except Malformed as error:
        raise Refused("log/malformed-checkpoint", str(error)) from error


def cosigned_at(vkey, signature, text):
    """The time of a cosignature/v1, or None when it is wrong."""
    if vkey.type != 4 or len(signature) != 72:
        return None
    time = int.from_bytes(signature[:8], "big")
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return time if time <= LAST_SECOND and vkey.has_signed(signature[8:], message) else None


def verify_lines(note, log_keys, witness_keys):
    """[(vkey, time)] of the cosignatures, and whether the log has signed. Lines of other keys are (None, line)."""
    signed, cosignatures, unknown = False, [], []
    for name, key_id, signature, line in note.signatures:
        known = [key for key in (*log_keys, *witness_keys) if (key.name, key.id) == (name, key_id)]
        if not known:
            unknown.append(line)
        for key in known:
            if key.type == 1:
                if len(signature) != 64 or not key.has_signed(signature, note.text.encode()):
                    raise Refused("log/bad-signature", line)
                signed = True
            else:
                time = cosigned_at(key, signature, note.text)
                if time is None:
                    raise Refused("log/bad-signature", line)
                cosignatures.append((key, time))
    if not signed:
        raise Refused("log/bad-signature", "the log has not signed")
    return cosignatures, unknown


class TlogProof:
    """C2SP tlog-proof: `extra`, `index`, `hashes`, `note` (text)."""

    def __init__(self, text):
        head, blank, self.note = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != "c2sp.org/tlog-proof@v1":
            raise Malformed("no tlog-proof")
        self.extra = None
        if lines and lines[0].startswith("extra "):
            self.extra = from_base64(lines.pop(0)[6:])
            if not self.extra:
                raise Malformed("an empty extra")
        match = re.fullmatch(rf"index ({NUMBER})", lines.pop(0)) if lines else None
        if not match:
            raise Malformed("no index")
        self.index = int(match[1])
        self.hashes = [from_base64(line) for line in lines]
        if len(self.hashes) > 63 or any(len(value) != 32 for value in self.hashes):
            raise Malformed("no proof")
