"""docs/evidence.md, Verifying 6 and 7: receipts, and what each kind of file claims."""

from .bulletin import MARKS, OPENERS
from .completeness import verify_completeness
from .fork import verify_fork
from .logs import check_included, read_proof, show_with_governance
from .profile import Refused, utf16
from .receipts import check_receipt, good, in_audience, read_receipts, word_of


def verify_bulletin(file):
    entry = show_with_governance(file, file.sections["bulletin"])
    receipts = read_receipts(file)
    file.judge_all()
    good(entry)
    for receipt in receipts:
        good(receipt.entry)
        check_receipt(file, receipt, [entry])
    file.check_repeats()
    givers = sorted({receipt.giver for receipt in receipts})
    _claims_entry(file, entry, receivers=givers)
    for receipt in receipts:
        word = word_of(receipt.body, entry.index)
        file.tell(f"{receipt.giver}: {word}")
        if word.startswith("refused"):
            file.tell("evidence/wrong-verdict")
    for receiver in entry.audience:
        if receiver not in givers:
            file.tell(f"{receiver}: no receipt in the file")


def _claims_entry(file, entry, **more):
    file.claims_to_be(
        issuer=entry.log.owner, log=entry.log.origin, index=entry.index, jti=entry.claims.get("jti"), **more
    )


def verify_refusal(file):
    entry = show_with_governance(file, file.sections["bulletin"])
    receipts = read_receipts(file)
    _one(receipts)
    file.judge_all()
    (receipt,) = receipts
    good(receipt.entry)
    check_receipt(file, receipt, [entry])
    file.check_repeats()
    _claims_entry(file, entry, receiver=receipt.giver)
    if word_of(receipt.body, entry.index) != f"refused {file.claim['code']}":
        raise Refused("evidence/not-refused", word_of(receipt.body, entry.index))
    if file.claim["code"] == entry.code:
        file.tell(f"the refusal was right: {entry.code}")
    elif file.claim["code"] == "bulletin/duplicate" and entry.code is None:
        file.tell("whether a lower entry bears the same jti cannot be seen from this file")
    else:
        file.tell("evidence/wrong-verdict")


def _one(receipts):
    if len(receipts) != 1:
        raise Refused("evidence/surplus" if receipts else "evidence/missing", f"{len(receipts)} receipts")


def verify_withheld(file):
    value = file.sections["leaf"]
    proof, log = read_proof(file, value["tlogProof"], salted=False)
    audience = check_included(log, proof, value["leaf"])
    log.last = max(log.last, proof.index)
    receipts = read_receipts(file)
    _one(receipts)
    file.judge_all()
    (receipt,) = receipts
    good(receipt.entry)
    check_receipt(file, receipt, [], leaf=(log, proof.index, audience))
    if receipt.giver not in audience:
        raise Refused("evidence/not-refused", "a leaf that does not name the receiver")
    file.check_repeats()
    file.claims_to_be(issuer=log.owner, log=log.origin, index=proof.index, receiver=receipt.giver)
    if word_of(receipt.body, proof.index) != "withheld":
        raise Refused("evidence/not-refused", word_of(receipt.body, proof.index))
    file.tell("whether content came later cannot be seen from this file")


def verify_record(file):
    bulletins = [show_with_governance(file, value) for value in file.sections["bulletins"]]
    if not bulletins:
        raise Refused("evidence/missing", "no bulletin")
    places = [(utf16(entry.log.origin), entry.index) for entry in bulletins]
    if any(one >= two for one, two in zip(places, places[1:])):
        raise Refused("evidence/surplus", "bulletins in another order")
    receipts = read_receipts(file)
    file.judge_all()
    for entry in bulletins:
        good(entry)
    for receipt in receipts:
        good(receipt.entry)
        check_receipt(file, receipt, bulletins)
    file.check_repeats()
    issuer, txn = file.claim["issuer"], file.claim["txn"]
    for entry in bulletins:
        own = entry.log.owner == issuer and entry.claims.get("txn") == txn
        record = entry.body.get("record") if entry.type in MARKS else None
        if not own and record != f"{issuer}.{txn}":
            raise Refused("evidence/surplus", f"{entry.log.origin} {entry.index} is of another record")
    own = [entry for entry in bulletins if entry.log.owner == issuer]
    if not own or own[0].type not in OPENERS:
        raise Refused("evidence/missing", "what opens the record")
    file.claims_to_be(bulletins=len(bulletins), receipts=len(receipts))
    for receipt in receipts:
        for entry in bulletins:
            if receipt.speaks_of(entry.log, entry.index) and in_audience(receipt.giver, entry.audience):
                word = word_of(receipt.body, entry.index)
                file.tell(f"{receipt.giver} on {entry.log.origin} {entry.index}: {word}")
                if word.startswith("refused"):
                    file.tell("evidence/wrong-verdict")
    file.tell("that there is no further bulletin of the record cannot be proved by a file like this")


KINDS = {
    "bulletin": verify_bulletin,
    "refusal": verify_refusal,
    "withheld": verify_withheld,
    "record": verify_record,
    "completeness": verify_completeness,
    "fork": verify_fork,
}
