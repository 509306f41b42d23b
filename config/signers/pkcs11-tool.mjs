#!/usr/bin/env node
/**
 * A signer for the setting `signers`: a key in a PKCS#11 module, by way of OpenSC's `pkcs11-tool`. It runs once a
 * signature, which a module on the same machine answers in tens of milliseconds; take it for a pattern where more is
 * needed. Bulletin keys are P-256 here; the Ed25519 keys of log and witness want a release of OpenSC that signs EDDSA in one
 * call, which 0.23 (Debian 12) does not. The PIN is in a file that only the node's user may read.
 *
 *     pkcs11-tool.mjs --module /usr/lib/softhsm/libsofthsm2.so --token huxin --label bulletin --pin-file /etc/huxin/pin
 */

import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values: given } = parseArgs({ options: { module: text, token: text, label: text, 'pin-file': text } });
const pin = readFileSync(given['pin-file'] ?? '', 'utf8').trim();

/** What the tool writes to stdout. */
function run(args, input) {
  const place = ['--module', given.module, '--token-label', given.token, '--label', given.label];
  const { error, status, stdout, stderr } = spawnSync('pkcs11-tool', [...place, ...args], {
    input,
    env: { ...process.env, SIGNER_PIN: pin },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.toString().trim().split('\n').pop());
  return stdout;
}

function readPublic() {
  const read = run(['--read-object', '--type', 'pubkey']);
  return createPublicKey(read.includes('BEGIN') ? read : { key: read, format: 'der', type: 'spki' });
}

function sign(data) {
  const isP256 = key.asymmetricKeyType === 'ec';
  const input = isP256 ? createHash('sha256').update(data).digest() : data;
  const mechanism = isP256 ? 'ECDSA' : 'EDDSA';
  return run(['--login', '--pin', 'env:SIGNER_PIN', '--sign', '--mechanism', mechanism], input); // r || s, as JOSE wants it
}

function answer({ op, data }) {
  if (op === 'public') return { public: key.export({ format: 'jwk' }) };
  if (op === 'sign') return { signature: sign(Buffer.from(data, 'base64url')).toString('base64url') };
  return { error: `no such operation: ${op}` };
}

const key = readPublic();
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
