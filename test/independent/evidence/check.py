"""docs/evidence.md, Verifying: one evidence file against the agreement that an auditor brings."""

from .agreement import Strikes, follow, read_version
from .claims import KINDS
from .form import Unusable, read_evidence
from .logs import Log
from .profile import Refused, canonical, digest
from .schema import Schema


class File:
    """What is being verified: the claim, its sections, the chain of versions, the logs, what was told."""

    def __init__(self, data, agreements, quorum, at):
        self.claim, self.sections = read_evidence(data)
        self.quorum, self.at, self.told = quorum, at, []
        self.chain = self._chain(agreements)
        applied = [one for one in self.chain if not at or one.payload["effective"]["from"] <= at]
        if not applied:
            raise Refused("agreement/not-in-force", f"no version begins before {at}")
        self.versions = {version.digest: version for version in applied}
        self.later = {version.digest for version in self.chain} - set(self.versions)
        self.strikes = Strikes(applied)
        self.logs, self._schemas, self._needed = {}, {}, set()
        for schema in self.sections.get("schemas", ()):
            self._schemas[digest(canonical(schema))] = Schema(schema)

    def _chain(self, brought):
        """The versions of the file and of the auditor, joined and verified."""
        joined, auditors = {}, []
        for general in brought:
            try:
                auditors.append(read_version(general))
            except Refused as error:
                raise Unusable(error.code, error.why) from error
        files = [read_version(general) for general in self.sections["agreements"]]
        for version, general in zip((*files, *auditors), (*self.sections["agreements"], *brought)):
            joined.setdefault(version.digest, (version, []))[1].append(general)
        if not files:
            raise Refused("evidence/missing", "no agreement")
        chain = follow(joined.values())
        if [version.digest for version in files] != [version.digest for version in chain[: len(files)]]:
            raise Refused("evidence/other-agreement", "not from version 1 on")
        if self.claim["agreement"] != files[-1].digest:
            raise Refused("evidence/claim-mismatch", "agreement")
        return chain

    def log(self, note):
        """The log of a signed checkpoint, which is the same wherever it stands in the file."""
        origin = note.partition("\n")[0]
        known = self.logs.get(origin)
        if known is None:
            known = self.logs[origin] = Log(self, note)
        if known.text != note:
            raise Refused("evidence/two-checkpoints", origin)
        return known

    def find_schema(self, name):
        self._needed.add(name)
        if name not in self._schemas:
            raise Refused("evidence/missing", f"schema {name}")
        return self._schemas[name]

    def member(self, name):
        return next((one for version in self.chain for one in version.payload["members"] if one["id"] == name), None)

    def judge_all(self):
        """Steps 3 to 5 and 8: governance, every entry shown, strikes, quorum and times."""
        for log in self.logs.values():
            log.check_strike()
            log.follow_governance()
            for index in sorted(log.entries):
                log.judge(log.entries[index])
        for log in self.logs.values():
            time = log.quorum_time(log.cosignatures, log.governing(log.last))
            for entry in (*log.governance.values(), *log.entries.values()):
                iat = entry.claims.get("iat")
                if type(iat) is int and iat > time:
                    self.tell(f"evidence/signed-later {log.origin} {entry.index}")
        self.check_schemas()

    def check_schemas(self):
        """A schema for each type shown, and no other."""
        for log in self.logs.values():
            for entry in (*log.governance.values(), *log.entries.values()):
                listed = [one for one in log.governing(entry.index).payload["catalogue"] if one["type"] == entry.type]
                self._needed |= {one["schema"] for one in listed}
        if set(self._schemas) - self._needed:
            raise Refused("evidence/surplus", "a schema")
        if self._needed - set(self._schemas):
            raise Refused("evidence/missing", "a schema")

    def check_repeats(self):
        """A `jti` occurs once in a log."""
        for log in self.logs.values():
            seen = set()
            for entry in (*log.governance.values(), *log.entries.values()):
                jti = entry.claims.get("jti")
                if jti in seen:
                    raise Refused("bulletin/duplicate", str(jti))
                seen.add(jti)

    def claims_to_be(self, **members):
        for name, value in members.items():
            if self.claim.get(name) != value:
                raise Refused("evidence/claim-mismatch", name)

    def tell(self, words):
        self.told.append(words)


def verify(data, agreements, quorum=None, at=None):
    """(exit code, grave codes, what is told, why): 0 good, 1 refused, 2 unusable."""
    file = None
    try:
        file = File(data, agreements, quorum, at)
        KINDS[file.claim["kind"]](file)
    except Unusable as error:
        return 2, [error.code], [], error.why
    except Refused as error:
        return 1, [error.code], file.told if file else [], error.why
    return 0, [], file.told, ""
