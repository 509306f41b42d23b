#!/usr/bin/python3
"""Verifies an evidence file of Huxin: written from docs/evidence.md and docs/protocol.md alone, to hold the program against.

    verify.py EVIDENCE --agreement FILE [--quorum N] [--at DAY]
    verify.py --batch FILE      a JSON object a line: {"evidence", "agreement", "quorum"?, "at"?}, paths of files

Prints {"ok", "exit", "codes", "told", "why"} for each. Exits with 0 when nothing grave was found, 1 when something was,
2 when file or agreement cannot be used; a batch exits with 0.

Needs Debian's python3-jwcrypto and python3-jsonschema.
"""

import argparse
import json
import pathlib
import sys

from evidence.check import verify


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("evidence", nargs="?")
    parser.add_argument("--agreement")
    parser.add_argument("--quorum", type=int)
    parser.add_argument("--at")
    parser.add_argument("--batch")
    given = parser.parse_args()
    if given.batch:
        for line in pathlib.Path(given.batch).read_text(encoding="utf-8").splitlines():
            answer(**json.loads(line))
        return 0
    if given.evidence is None or given.agreement is None:
        parser.error("EVIDENCE and --agreement")
    return answer(given.evidence, given.agreement, given.quorum, given.at)


def answer(evidence, agreement, quorum=None, at=None):
    brought = read_agreements(agreement)
    if brought is None:
        code, codes, told, why = 2, ["agreement/invalid"], [], "no JSON"
    else:
        code, codes, told, why = verify(pathlib.Path(evidence).read_bytes(), brought, quorum, at)
    print(json.dumps({"ok": code == 0, "exit": code, "codes": codes, "told": told, "why": why}, ensure_ascii=False))
    return code


def read_agreements(path):
    """One General JWS or an array of them; None when there is none."""
    try:
        value = json.loads(pathlib.Path(path).read_bytes())
    except (ValueError, RecursionError):
        return None
    return (value if isinstance(value, list) else [value]) or None


if __name__ == "__main__":
    sys.exit(main())
