"""docs/evidence.md, Verifying 6: receipts, and docs/protocol.md, Receipt: what they say of an entry."""

from .logs import show_with_governance
from .profile import Malformed, Refused, from_base64, utf16
from .tlog import is_consistent


class Receipt:
    """A receipt shown: its entry, its giver (the owner of the log that holds it), its body, the proof."""

    def __init__(self, entry, consistency):
        self.entry, self.giver, self.consistency = entry, entry.log.owner, consistency

    @property
    def body(self):
        return self.entry.body

    def speaks_of(self, log, index):
        """Whether its range or what it settles holds an entry."""
        body = self.body
        settled = [one["index"] for one in body["settled"]]
        return body["log"] == log.origin and (body["from"] <= index < body["to"] or index in settled)


def read_receipts(file):
    receipts = []
    for value in file.sections["receipts"]:
        entry = show_with_governance(file, value)
        try:
            proof = [from_base64(text) for text in value["consistency"]]
        except Malformed as error:
            raise Refused("evidence/inconsistent", str(error)) from error
        receipts.append(Receipt(entry, proof))
    places = [(utf16(one.entry.log.origin), one.entry.index) for one in receipts]
    if any(one >= two for one, two in zip(places, places[1:])):
        raise Refused("evidence/surplus", "receipts in another order")
    return receipts


def good(entry):
    """Refuses with the code of a bad entry."""
    if entry.code:
        raise Refused(entry.code, f"{entry.log.origin} {entry.index}")


def check_consistent(receipt, log):
    """That what a receipt speaks of is a beginning of the file's checkpoint of that log."""
    body, point = receipt.body, log.checkpoint
    if not body["from"] <= body["to"] <= body["size"] <= point.size or not is_consistent(
        body["size"], point.size, from_base64(body["root"]), point.root, receipt.consistency
    ):
        raise Refused("evidence/inconsistent", f"the receipt of {receipt.giver} at {receipt.entry.index}")


def check_receipt(file, receipt, entries, leaf=None):
    """That it is a receipt, of the file's tree, to the log's owner, and speaks of what is shown."""
    shown = [(entry.log, entry.index, entry.audience) for entry in entries] + ([leaf] if leaf else [])
    logs = {log.origin: log for log, _, _ in shown}
    if receipt.entry.type != "receipt" or receipt.body["log"] not in logs:
        raise Refused("evidence/foreign-receipt", "of nothing that is shown")
    log = logs[receipt.body["log"]]
    check_consistent(receipt, log)
    if receipt.entry.audience != [log.owner]:
        raise Refused("evidence/foreign-receipt", "not to the log's owner")
    if not any(
        receipt.speaks_of(at, index) and in_audience(receipt.giver, audience) for at, index, audience in shown
    ):
        raise Refused("evidence/foreign-receipt", "of no entry that is shown to its giver")


def in_audience(member, audience):
    return member in audience or audience == ["*"]


def word_of(body, index):
    """What a receipt says of an index that it speaks of."""
    for name in ("settled", "withheld", "refused", "noted"):
        for one in body[name]:
            if name == "withheld":
                if one == index:
                    return "withheld"
            elif one["index"] == index:
                code = one.get("code")
                if code is None:
                    return "taken"
                return f"noted {code}" if code.startswith("registry/") else f"refused {code}"
    return "taken"
