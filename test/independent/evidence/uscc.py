"""GB 32100 and GB 11714 (unified social credit codes), GB 11643 (identity numbers): docs/protocol.md, Verdicts and Natural persons."""

import re
import unicodedata

from .profile import is_day

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LEFT_OUT = re.compile(f"[{_BLANKS}\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212-]")
_PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82}


def is_uscc(text):
    if not re.fullmatch(f"[{_ALPHABET}]{{18}}", text):
        return False
    organisation = sum(_ORGANISATION.index(c) * w for c, w in zip(text[8:16], (3, 7, 9, 10, 5, 8, 4, 2)))
    if text[16] != "0123456789X0"[(11 - organisation % 11)]:
        return False
    whole = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(text[:17]))
    return text[17] == _ALPHABET[-whole % 31] or bool(re.match(r"9135[0-9]{4}M000", text))


def holds_identity_number(text):
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text))
    return any(_is_identity_number(found) for found in re.findall(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])", plain))


def _is_identity_number(text):
    day = f"{text[6:10]}-{text[10:12]}-{text[12:14]}"
    if int(text[:2]) not in _PROVINCES or not "1800" <= text[6:10] <= "2099" or not is_day(day):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return text[17].upper() == "10X98765432"[sum(int(c) * w for c, w in zip(text, weights)) % 11]
