/**
 * The one way this program says no. A code is `noun/what-is-wrong`, stable, for machines, the same on the wire, in the
 * API and in the logs; its sentences are in `sentences.ts`, its HTTP status in `http/problem.ts`.
 */

export const problemCodes = [
  // docs/protocol.md: verdicts on a bulletin
  'bulletin/malformed',
  'bulletin/too-large',
  'bulletin/unknown-key',
  'bulletin/bad-signature',
  'bulletin/foreign',
  'bulletin/unknown-type',
  'bulletin/schema',
  'bulletin/duplicate',
  'bulletin/audience-mismatch',
  'bulletin/wrong-agreement',
  'agreement/not-in-force',
  'agreement/flow-not-allowed',
  'subject/invalid-uscc',
  'subject/natural-person',
  // docs/protocol.md: taken and noted
  'registry/unknown-record',
  'registry/illegal-step',
  'registry/effect-failed',
  // bulletins, the agreement
  'bulletin/not-found',
  'bulletin/not-refused',
  'bulletin/mend-first',
  'bulletin/other-effect',
  'agreement/invalid',
  'agreement/bad-signature',
  'agreement/unknown-member',
  'agreement/unknown-purpose',
  'agreement/unknown-schema',
  'agreement/unknown-previous',
  'agreement/not-found',
  'agreement/not-next',
  'agreement/signed-another',
  'agreement/too-many-drafts',
  'agreement/signed-twice',
  // the log
  'log/malformed-note',
  'log/malformed-checkpoint',
  'log/bad-signature',
  'log/fork',
  'log/shrunk',
  'log/out-of-range',
  'log/unknown',
  'log/head-changed',
  'log/locked',
  'log/closed',
  'log/struck',
  // cosignatures for whoever asks
  'witness/malformed',
  'witness/not-trusted',
  'witness/bad-proof',
  'witness/not-ready',
  'witness/ahead',
  // sheets and imports
  'sheet/unknown-format',
  'sheet/legacy-xls',
  'sheet/wps-et',
  'sheet/encrypted',
  'sheet/truncated',
  'sheet/too-large',
  'sheet/encoding',
  'sheet/no-header',
  'import/column-missing',
  'import/column-twice',
  'import/column-unknown',
  'import/value-missing',
  'import/value-unreadable',
  'import/value-not-listed',
  'import/value-too-long',
  'import/code-not-text',
  'import/cell-error',
  'import/row-twice',
  'import/day-in-future',
  'import/day-order',
  'import/amount-doubtful',
  'import/retention-ended',
  'import/natural-person-row',
  'import/no-rows',
  'import/natural-person-form',
  'import/unknown-type',
  'import/not-found',
  'import/wrong-state',
  'import/failed',
  'import/forgotten',
  'import/empty',
  // registry
  'registry/not-found',
  'registry/changed-meanwhile',
  'registry/other-subject',
  'registry/not-ours',
  'registry/day-in-future',
  'registry/day-order',
  'registry/nothing-changed',
  'registry/reason-missing',
  'registry/document-missing',
  'registry/expired',
  'registry/too-early',
  'registry/not-repairable',
  'registry/repaired-recently',
  'registry/condition-missing',
  'registry/not-by-rule',
  'registry/not-extendable',
  'registry/not-later',
  'registry/beyond-cap',
  'registry/unknown-objection',
  'registry/already-decided',
  'registry/erased',
  'registry/not-on-list',
  'registry/purpose-not-allowed',
  'registry/as-of-in-future',
  'proposal/not-found',
  'proposal/same-person',
  'proposal/decided',
  'proposal/needed',
  // who asks
  'question/not-found',
  'auth/missing-token',
  'auth/unknown-token',
  'auth/role-not-allowed',
  'auth/not-your-authority',
  'auth/signed-out',
  'auth/foreign-page',
  // peers
  'request/malformed',
  'request/unknown-key',
  'request/bad-signature',
  'request/wrong-audience',
  'request/wrong-target',
  'request/expired',
  'request/clock-skew',
  'request/replayed',
  'request/body-mismatch',
  'request/wrong-certificate',
  'peer/unreachable',
  'peer/bad-answer',
  'peer/wrong-certificate',
  'peer/not-found',
  // HTTP input
  'input/invalid',
  'input/too-large',
  'input/unsupported-media-type',
  'input/rate-limited',
  'input/no-such-route',
  'input/no-such-method',
  // the node itself
  'config/invalid',
  'key/unreadable',
  'key/exists',
  'key/not-in-agreement',
  'tls/unreadable',
  'key/no-passphrase',
  'key/wrong-passphrase',
  'key/unusable-passphrase',
  'key/not-found',
  'key/last',
  'key/signer-failed',
  'store/unreachable',
  'store/newer-schema',
  'store/older-schema',
  'store/busy',
  'store/unwritable',
  'store/not-empty',
  'backup/exists',
  'backup/unreadable',
  'backup/not-verified',
  'backup/other-member',
  'erasure/unwritable-ledger',
  // docs/evidence.md
  'evidence/malformed',
  'evidence/unknown-version',
  'evidence/other-agreement',
  'evidence/claim-mismatch',
  'evidence/missing',
  'evidence/surplus',
  'evidence/unknown-signature',
  'evidence/two-checkpoints',
  'evidence/no-quorum',
  'evidence/not-included',
  'evidence/not-opened',
  'evidence/inconsistent',
  'evidence/foreign-receipt',
  'evidence/not-refused',
  'evidence/content-missing',
  'evidence/receipts-apart',
  'evidence/root-differs',
  'evidence/outside-days',
  'evidence/too-late',
  'evidence/no-fork',
  'evidence/wrong-verdict',
  'evidence/signed-later',
  'evidence/not-held',
  'evidence/refused-bulletin',
  'evidence/several-refused',
  'evidence/finding-not-found',
  'webhook/not-configured',
  'webhook/not-taken',
  'token/not-found',
  'node/unreachable',
  'node/untrusted-certificate',
  'node/address-in-use',
  'node/bad-answer',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** What is safe to show beside a code: never a secret, never a person. */
export type Facts = Readonly<Record<string, unknown>>;

/** An expected refusal. Everything else that is thrown is a bug or an outage. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly facts: Facts;

  constructor(code: ProblemCode, facts: Facts = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.facts = facts;
  }
}

/** Whether that was thrown as an expected refusal. */
export function isProblem(error: unknown): error is Problem {
  return error instanceof Problem;
}

/** Why a text is no evidence file: the `reason` of evidence/malformed; some come with a `detail`. */
export type MalformedReason =
  | 'not-evidence'
  | 'agreement'
  | 'byte-order-mark'
  | 'carriage-return'
  | 'expected'
  | 'comma'
  | 'no-comma'
  | 'no-json'
  | 'unsaid'
  | 'not-canonical'
  | 'shape'
  | 'too-long'
  | 'no-line-feed'
  | 'not-utf8'
  | 'cut-off'
  | 'no-end'
  | 'after-end';
