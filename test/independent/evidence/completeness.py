"""docs/evidence.md, Verifying, completeness: all that an issuer addressed to a receiver in a range of its log."""

from .logs import Entry, check_chain, show
from .profile import Malformed, Refused, day_begins, from_base64
from .receipts import check_consistent, good, in_audience, read_receipts, word_of
from .tlog import Frontier, leaf_of, read_checkpoint, read_leaf


def verify_completeness(file):
    claim, part = file.claim, file.sections["completeness"]
    log = file.log(part["checkpoint"])
    file.claims_to_be(issuer=log.owner, log=log.origin, to=log.checkpoint.size)
    if claim["from"] > claim["to"] or file.member(claim["receiver"]) is None or claim["receiver"] == log.owner:
        raise Refused("evidence/claim-mismatch", "from or receiver")
    log.whole_from = claim["from"]
    frontier = _frontier(claim["from"], part["frontier"])
    before = frontier.root()
    _read_governance(file, log)
    receipts = read_receipts(file)
    leaves = _read_entries(file, log, frontier)
    log.last = max(log.last, claim["to"] - 1)
    for entry in sorted((*log.governance.values(), *log.entries.values()), key=lambda one: one.index):
        check_chain(log, entry)
    file.judge_all()
    _repeat(log)
    _check_receipts(file, log, receipts)
    words = _words(receipts, claim)
    absent = [at for at, to in leaves if claim["receiver"] in to and at not in log.entries]
    for index in absent:
        _check_absent(file, log, index, words)
    unseen = min([*range(min(claim["from"], 1)), *absent], default=claim["to"])
    for entry in (*log.governance.values(), *log.entries.values()):
        if entry.index >= claim["from"]:
            _compare(file, entry, words.get(entry.index), unseen)
    file.claims_to_be(bulletins=sum(claim["receiver"] in audience for _, audience in leaves))
    _check_days(file, log, part.get("before"), before)


def _frontier(size, texts):
    try:
        return Frontier(size, [from_base64(text) for text in texts])
    except Malformed as error:
        raise Refused("evidence/root-differs", str(error)) from error


def _read_governance(file, log):
    """The governance below the range, all of it, ascending."""
    for value in file.sections["governance"]:
        entry = show(file, value)
        if entry.log is not log or entry.audience != ["*"] or entry.index >= file.claim["from"]:
            raise Refused("evidence/surplus", f"governance {entry.index}")
        if entry.index <= max(log.governance, default=-1):
            raise Refused("evidence/surplus", "governance in another order")
        log.add(entry)


def _read_entries(file, log, frontier):
    """[(index, audience)] of the leaves of the range, which give the checkpoint's root."""
    first, receiver, leaves = file.claim["from"], file.claim["receiver"], []
    opened = []
    for index, value in enumerate(file.sections["entries"], first):
        frontier.add(value["leaf"])
        try:
            commitment, audience = read_leaf(value["leaf"], log.owner)
        except Malformed as error:
            raise Refused("log/fork", f"{index} is no leaf") from error
        leaves.append((index, audience))
        if "jws" in value:
            if not in_audience(receiver, audience):
                raise Refused("evidence/surplus", f"content of {index}")
            opened.append((index, value, commitment, audience))
        elif audience == ["*"]:
            raise Refused("evidence/missing", f"governance {index}")
    if len(leaves) != file.claim["to"] - first or frontier.root() != log.checkpoint.root:
        raise Refused("evidence/root-differs", log.origin)
    for index, value, commitment, audience in opened:
        try:
            opens = leaf_of(from_base64(value["salt"]), value["jws"], audience) == value["leaf"]
        except Malformed:
            opens = False
        if not opens or not value["jws"].isascii():
            raise Refused("evidence/not-opened", f"{log.origin} {index}")
        log.add(Entry(log, index, value["jws"], value["leaf"], audience))
    return leaves


def _repeat(log):
    """An entry whose `jti` a lower one bears is a duplicate, when nothing else is wrong with it."""
    seen = set()
    for entry in sorted((*log.governance.values(), *log.entries.values()), key=lambda one: one.index):
        jti = entry.claims.get("jti")
        if jti in seen and entry.code is None:
            entry.code = "bulletin/duplicate"
        seen.add(jti)


def _check_receipts(file, log, receipts):
    """The receiver's on this log; their ranges join, and cover the range as far as is claimed."""
    claim = file.claim
    for receipt in receipts:
        good(receipt.entry)
        if receipt.entry.type != "receipt" or receipt.giver != claim["receiver"] or receipt.body["log"] != log.origin:
            raise Refused("evidence/foreign-receipt", f"{receipt.entry.log.origin} {receipt.entry.index}")
        if receipt.entry.audience != [log.owner]:
            raise Refused("evidence/foreign-receipt", "not to the log's owner")
        check_consistent(receipt, log)
    ranges = [(one.body["from"], one.body["to"]) for one in receipts if one.body["from"] < one.body["to"]]
    if any(one[1] != two[0] for one, two in zip(ranges, ranges[1:])):
        raise Refused("evidence/receipts-apart", str(ranges))
    if ranges and ranges[0][0] > claim["from"]:
        raise Refused("evidence/receipts-apart", f"{claim['from']} is not covered")
    covered = min(max(ranges[-1][1] if ranges else 0, claim["from"]), claim["to"])
    file.claims_to_be(receipted=covered)


def _words(receipts, claim):
    """Index to the receiver's last word on it."""
    words = {}
    for receipt in receipts:
        body = receipt.body
        settled = [one["index"] for one in body["settled"]]
        for index in (*range(max(body["from"], claim["from"]), min(body["to"], claim["to"])), *settled):
            words[index] = word_of(body, index)
    return words


def _check_absent(file, log, index, words):
    if index in log.erased:
        file.tell(f"{index}: erased by {log.erased[index]}")
    elif words.get(index) == "withheld":
        file.tell(f"{index}: withheld")
    elif words.get(index) == "refused subject/natural-person":
        file.tell(f"{index}: refused for what it says of a person, and kept by nobody")
    else:
        raise Refused("evidence/content-missing", f"{log.origin} {index}")


def _compare(file, entry, word, first_unseen):
    """The verdict and the receiver's word; a bad bulletin that the receiver did not refuse is grave."""
    if word and word.startswith("refused"):
        unseen = word == "refused bulletin/duplicate" and entry.code is None and first_unseen < entry.index
        if word != f"refused {entry.code}" and not unseen:
            file.tell("evidence/wrong-verdict")
    elif entry.code and not (entry.audience == ["*"] and word is None):
        good(entry)


def _check_days(file, log, before, root):
    since, until = file.claim.get("since"), file.claim.get("until")
    first = file.claim["from"]
    if before is None and since and first != 0:
        raise Refused("evidence/missing", "nothing shows what was there before")
    if before is not None and since is None:
        raise Refused("evidence/surplus", "before")
    if before is not None:
        note, point = read_checkpoint(before)
        cosignatures = log.verify_note(note)
        if point.origin != log.origin or point.size != first or point.root != root:
            raise Refused("evidence/root-differs", "before")
        if log.quorum_time(cosignatures, log.governing(first - 1)) >= day_begins(since):
            raise Refused("evidence/outside-days", since)
    if until and log.quorum_time(log.cosignatures, log.governing(log.last)) < day_begins(until) + 86400:
        raise Refused("evidence/outside-days", until)
