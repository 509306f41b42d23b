"""docs/evidence.md, The file: one JSON object, every value on a line of its own in its RFC 8785 form."""

import json
import pathlib
import re

from .profile import Malformed, Refused, canonical, digest, read_canonical, utf16
from .schema import Schema

_ROOT = pathlib.Path(__file__).resolve().parents[3]
_SCHEMA = json.loads((_ROOT / "schemas/evidence.json").read_text(encoding="utf-8"))
_LISTS = ("agreements", "schemas", "receipts", "bulletins", "governance", "entries")
_SECTIONS = {
    "bulletin": "agreements schemas bulletin receipts",
    "refusal": "agreements schemas bulletin receipts",
    "withheld": "agreements schemas leaf receipts",
    "record": "agreements schemas bulletins receipts",
    "completeness": "agreements schemas completeness governance receipts entries",
    "fork": "agreements fork",
}
_LONGEST = 4 << 20


class Unusable(Exception):
    """What is no evidence at all: exit code 2."""

    def __init__(self, code, why=""):
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why


def _schema_of(name):
    return Schema({**_SCHEMA["$defs"][name], "$defs": _SCHEMA["$defs"]})


_CHECKS = {name: _schema_of(name) for name in ("claim", "leaf", "bulletin", "completeness", "fork", *_LISTS)}


class _Lines:
    def __init__(self, data):
        self.number = 0
        if not data.endswith(b"\n"):
            self.number = data.count(b"\n") + 1
            raise self.wrong("the last line has no end")
        self._lines = data[:-1].split(b"\n")

    def wrong(self, why):
        return Unusable("evidence/malformed", f"line {self.number}: {why}")

    def next(self):
        if self.number == len(self._lines):
            self.number += 1
            raise self.wrong("the file ends too early")
        self.number += 1
        line = self._lines[self.number - 1]
        if len(line) > _LONGEST:
            raise self.wrong("longer than 4 MiB")
        return line

    def expect(self, text):
        if self.next() != text.encode():
            raise self.wrong(f"not {text}")

    def value(self, name, data):
        try:
            value = read_canonical(data)
        except Malformed as error:
            raise self.wrong(str(error)) from error
        mistake = _CHECKS[name].mistake(value)
        if mistake:
            raise self.wrong(mistake)
        return value

    def end(self):
        if self.number != len(self._lines):
            self.number += 1
            raise self.wrong("more after the end")


def read_evidence(data):
    """(claim, sections by name) of the bytes of a file; raises Unusable."""
    lines = _Lines(data)
    first = re.fullmatch(rb'\{"mediaType":"application/vnd\.huxin\.evidence\+json;version=([0-9]+)",', lines.next())
    if not first:
        raise lines.wrong("no evidence")
    if first[1] != b"1":
        raise Unusable("evidence/unknown-version", first[1].decode())
    line = lines.next()
    if not line.startswith(b'"claim":') or not line.endswith(b","):
        raise lines.wrong("no claim")
    claim = lines.value("claim", line[8:-1])
    names = _SECTIONS[claim["kind"]].split()
    sections = {}
    for name in names:
        comma = "" if name == names[-1] else ","
        sections[name] = _read_list(lines, name, comma) if name in _LISTS else _read_one(lines, name, comma)
    lines.expect("}")
    lines.end()
    _check_orders(sections)
    return claim, sections


def _read_one(lines, name, comma):
    line, start = lines.next(), f'"{name}":'.encode()
    if not line.startswith(start) or not line.endswith(b"}" + comma.encode()):
        raise lines.wrong(f"no {name}")
    return lines.value(name, line[len(start) : len(line) - len(comma)])


def _read_list(lines, name, comma):
    lines.expect(f'"{name}":[')
    close, values = f"]{comma}".encode(), []
    line = lines.next()
    while line != close:
        more = line.endswith(b",")
        values.append(lines.value(name, line[:-1] if more else line))
        line = lines.next()
        if more == (line == close):
            raise lines.wrong("a comma too many or too few")
    return values


def ascends(texts):
    return all(utf16(one) < utf16(two) for one, two in zip(texts, texts[1:]))


def _check_orders(sections):
    for general in sections["agreements"]:
        if not ascends([one["protected"] for one in general["signatures"]]):
            raise Refused("evidence/surplus", "signatures of an agreement in another order")
    if not ascends([digest(canonical(schema)) for schema in sections.get("schemas", ())]):
        raise Refused("evidence/surplus", "schemas in another order")
