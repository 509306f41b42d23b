#!/usr/bin/python3
"""Runs test/vectors: prints a JSON line `{"file", "says"}` for each, `says` being the code or what a good one comes to."""

import glob
import json
import pathlib

from evidence import tlog
from evidence.agreement import is_in_force, read_version, verify_signatures
from evidence.bulletin import Law, judge, read_claims
from evidence.profile import Malformed, Refused, canonical, digest, from_base64, thumbprint, to_base64
from evidence.schema import Schema

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_VECTORS = _ROOT / "test/vectors"
_SCHEMAS = {}
for _path in glob.glob(str(_ROOT / "schemas/bulletin/*.json")):
    _schema = json.loads(pathlib.Path(_path).read_text(encoding="utf-8"))
    _SCHEMAS[digest(canonical(_schema))] = Schema(_schema)


def say_bulletin(vector, _file):
    governing, owner = vector["governing"], vector["owner"]
    _, audience = tlog.read_leaf(vector["leaf"], None)
    if tlog.leaf_of(from_base64(vector["salt"]), vector["jws"], audience) != vector["leaf"]:
        return "the salt does not open the leaf"
    law = Law(
        version={**governing, "members": [{"id": name} for name in governing["members"]]},
        digest=governing["digest"],
        after=governing.get("after"),
        keys={thumbprint(key): key for key in governing["keys"]},
        owner=owner["id"],
        issuer=owner["issuer"],
        find_schema=_SCHEMAS.__getitem__,
    )
    code = judge(vector["jws"], audience, law)
    if code is None and read_claims(vector["jws"])[1]["jti"] in vector["seen"]:
        code = "bulletin/duplicate"
    return code or "taken"


def say_agreement(vector, file):
    def read(known):
        version = read_version(known["jws"])
        before = None
        if version.number > 1:
            if "previous" not in known:
                raise Refused("agreement/unknown-previous")
            before, _ = read(read_json(file.with_name(f"{known['previous']}.json")))
        version.signed_by = verify_signatures(version, known["jws"], before)
        return version, before

    try:
        version, before = read(vector)
    except Refused as error:
        return error.code
    return {
        "digest": version.digest,
        "signedBy": sorted(version.signed_by),
        "inForce": is_in_force(version, before),
    }


def say_log(vector, file):
    kind = file.stem if file.parent.name == "valid" else file.stem.partition("-")[0]
    try:
        good = _LOG[kind](vector)
    except Malformed:
        return "refused"
    except Refused as error:
        return error.code
    return "good" if good else "refused"


def _is_included(one, leaf, root):
    return type(one["index"]) is int and tlog.is_included(one["index"], one["size"], leaf, _hashes(one["proof"]), root)


def _hashes(texts):
    values = [from_base64(text) for text in texts]
    if any(len(value) != 32 for value in values):
        raise Malformed("no hash")
    return values


def _leaf_hashes():
    return [tlog.leaf_hash(one["leaf"]) for one in read_json(_VECTORS / "log/valid/leaves.json")["entries"]]


def _root(size):
    tree = tlog.Frontier(0, [])
    for leaf in read_json(_VECTORS / "log/valid/leaves.json")["entries"][:size]:
        tree.add(leaf["leaf"])
    return tree.root()


def _leaves(vector):
    return all(
        tlog.leaf_of(from_base64(one["salt"]), vector["jws"], one["audience"].split(",")) == one["leaf"]
        and tlog.read_leaf(one["leaf"], None) == (from_base64(one["commitment"]), one["audience"].split(","))
        and to_base64(tlog.leaf_hash(one["leaf"])) == one["leafHash"]
        for one in vector["entries"]
    )


def _checkpoint(vector):
    key = tlog.Vkey(vector["log"])
    witnesses = [tlog.Vkey(text) for text in vector.get("witnesses", ())]
    note, point = tlog.read_checkpoint(vector["note"])
    if point.origin != key.name:
        raise Refused("log/malformed-checkpoint", "another origin")
    cosignatures, _ = tlog.verify_lines(note, [key], witnesses)
    wanted = {"size": point.size, "root": to_base64(point.root), "times": [time for _, time in cosignatures]}
    return all(vector.get(name, value) == value for name, value in wanted.items())


def _tlog_proof(vector):
    if isinstance(vector, dict) and "size" not in vector:
        return bool(tlog.TlogProof(vector["tlogProof"]))
    proof = tlog.TlogProof(vector["tlogProof"])
    point = tlog.read_checkpoint(proof.note)[1]
    leaf = _leaf_hashes()[proof.index]
    return (proof.note, proof.index, to_base64(proof.extra)) == (vector["note"], vector["index"], vector["extra"]) and (
        tlog.is_included(proof.index, point.size, leaf, proof.hashes, point.root)
    )


def _consistency(one):
    roots = from_base64(one["fromRoot"]), from_base64(one["toRoot"])
    return tlog.is_consistent(one["from"], one["to"], *roots, _hashes(one["proof"]))


def _inclusions(vector):
    return all(_is_included(one, _leaf_hashes()[one["index"]], _root(one["size"])) for one in vector)


def _consistencies(vector):
    roots = [{**one, **{f"{end}Root": to_base64(_root(one[end])) for end in ("from", "to")}} for one in vector]
    return all(map(_consistency, roots))


def _keys(vector):
    return tlog.Vkey(vector["log"]["vkey"]).type == 1 and all(
        tlog.Vkey(one["vkey"]).type == 4 for one in vector["witnesses"]
    )


_LOG = {
    "keys": _keys,
    "leaves": _leaves,
    "roots": lambda vector: all(to_base64(_root(one["size"])) == one["root"] for one in vector),
    "checkpoint": _checkpoint,
    "checkpoint-cosigned": _checkpoint,
    "tlog-proof": _tlog_proof,
    "tlog": _tlog_proof,
    "leaf": lambda vector: bool(tlog.read_leaf(vector["leaf"], vector.get("owner"))),
    "note": lambda vector: bool(tlog.Note(vector["note"])),
    "vkey": lambda vector: bool(tlog.Vkey(vector["vkey"])),
    "inclusion": lambda vector: _inclusions(vector)
    if isinstance(vector, list)
    else _is_included(
        vector["inclusion"], from_base64(vector["inclusion"]["leafHash"]), from_base64(vector["inclusion"]["root"])
    ),
    "consistency": lambda vector: _consistencies(vector)
    if isinstance(vector, list)
    else _consistency(vector["consistency"]),
}


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def main():
    for folder, say in (("bulletin", say_bulletin), ("agreement", say_agreement), ("log", say_log)):
        for file in sorted((_VECTORS / folder).rglob("*.json")):
            if file.parent.name in ("valid", "invalid") and not file.stem.startswith("add-checkpoint"):
                says = say(read_json(file), file)
                print(json.dumps({"file": str(file.relative_to(_VECTORS)), "says": says}))


if __name__ == "__main__":
    main()
