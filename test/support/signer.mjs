/**
 * A little signer for tests: `node signer.mjs KEYFILE [fault]`. KEYFILE is a plain key file of the key folder. With a
 * fault it misbehaves from its second signature on, unless `KEYFILE.healed` is there: `dies`, `hangs`, `babbles`, `lies`,
 * `declines`; `other` answers with another key after a restart. It notes each start in `KEYFILE.starts`.
 */

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [file = '', fault] = process.argv.slice(2);
appendFileSync(`${file}.starts`, `${process.pid} ${process.env.HUXIN_KEY_PASSPHRASE ?? ''}\n`);
const starts = readFileSync(`${file}.starts`, 'utf8').trim().split('\n').length;
let key = createPrivateKey({ key: JSON.parse(readFileSync(file, 'utf8')).jwk, format: 'jwk' });
if (fault === 'other' && starts > 1) key = generateKeyPairSync('ed25519').privateKey;
const isP256 = key.asymmetricKeyType === 'ec';
let signed = 0;

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { op, data } = JSON.parse(line);
  const isFaulty = op === 'sign' && ++signed > 1 && !existsSync(`${file}.healed`);
  if (op === 'public') say({ public: createPublicKey(key).export({ format: 'jwk' }) });
  else if (isFaulty && (fault === 'dies' || fault === 'other')) process.exit(3);
  else if (isFaulty && fault === 'hangs') continue;
  else if (isFaulty && fault === 'babbles') process.stdout.write('Segmentation fault\n');
  else if (isFaulty && fault === 'lies') say({ signature: Buffer.alloc(64, 7).toString('base64url') });
  else if (isFaulty && fault === 'declines') say({ error: 'the token was pulled out' });
  else {
    const bytes = sign(isP256 ? 'sha256' : null, Buffer.from(data, 'base64url'), { key, dsaEncoding: 'ieee-p1363' });
    say({ signature: bytes.toString('base64url') });
  }
}
