"""docs/evidence.md, Verifying, fork: one key signed two histories."""

from .logs import Log
from .profile import Malformed, Refused, from_base64, utf16
from .tlog import is_consistent, is_included, leaf_hash, read_leaf

_MEMBERS = {
    "two-roots": {"notes"},
    "not-a-beginning": {"consistency", "notes", "root"},
    "stray-leaf": {"consistency", "inclusion", "index", "leaf", "note", "root", "size"},
}


def verify_fork(file):
    fork, form = file.sections["fork"], file.claim["form"]
    if set(fork) != _MEMBERS[form]:
        raise Refused("evidence/claim-mismatch", "form")
    logs = [Log(file, note) for note in fork.get("notes", [fork.get("note")])]
    for log in logs:
        file.claims_to_be(log=log.origin, member=log.owner)
    try:
        contradict = _CHECKS[form](fork, *logs)
    except Malformed as error:
        raise Refused("evidence/no-fork", str(error)) from error
    if not contradict:
        raise Refused("evidence/no-fork", form)


def _two_roots(fork, one, two):
    if utf16(fork["notes"][0]) >= utf16(fork["notes"][1]):
        raise Refused("evidence/surplus", "notes in another order")
    return one.checkpoint.size == two.checkpoint.size and one.checkpoint.root != two.checkpoint.root


def _not_a_beginning(fork, one, two):
    small, large, root = one.checkpoint, two.checkpoint, from_base64(fork["root"])
    if small.size > large.size:
        raise Refused("evidence/surplus", "sizes do not ascend")
    proof = [from_base64(text) for text in fork["consistency"]]
    joined = small.size < large.size and is_consistent(small.size, large.size, root, large.root, proof)
    return joined and small.root != root


def _stray_leaf(fork, log):
    root, point, index = from_base64(fork["root"]), log.checkpoint, fork["index"]
    inclusion, consistency = ([from_base64(text) for text in fork[name]] for name in ("inclusion", "consistency"))
    return (
        is_included(index, fork["size"], leaf_hash(fork["leaf"]), inclusion, root)
        and is_consistent(fork["size"], point.size, root, point.root, consistency)
        and _is_stray(fork["leaf"], index, log.owner)
    )


def _is_stray(leaf, index, owner):
    try:
        _, audience = read_leaf(leaf, owner)
    except Malformed:
        return True
    return index == 0 and audience != ["*"]


_CHECKS = {"two-roots": _two_roots, "not-a-beginning": _not_a_beginning, "stray-leaf": _stray_leaf}
