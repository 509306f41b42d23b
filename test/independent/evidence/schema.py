"""JSON Schema 2020-12 as docs/protocol.md reads it: patterns are ECMA-262 with the flag u, formats are asserted."""

import re

from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError

from .profile import is_day

_formats = FormatChecker(formats=())
for _name in ("date", "day"):
    _formats.checks(_name)(lambda value: not isinstance(value, str) or is_day(value))


def _pattern(_validator, pattern, instance, _schema):
    if isinstance(instance, str) and not re.search(_translate(pattern), instance, re.ASCII):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _translate(pattern):
    """In ECMA-262 `$` is the very end and a point no line terminator."""
    parts = re.findall(r"\\.|\[(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL)
    return "".join({"$": r"\Z", ".": "[^\n\r\u2028\u2029]"}.get(part, part) for part in parts)


_Validator = validators.extend(Draft202012Validator, {"pattern": _pattern})


class Schema:
    def __init__(self, schema):
        local = {name: value for name, value in schema.items() if name != "$id"}  # references stay inside the file
        self._check = _Validator(local, format_checker=_formats)

    def mistake(self, value):
        """Words about what is wrong, or None."""
        error = next(self._check.iter_errors(value), None)
        return None if error is None else f"/{'/'.join(map(str, error.absolute_path))} {error.message[:200]}"
