import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isPinned, loadTls, openTls, readCertificate, type TlsFiles } from '../node/tls.ts';
import { makeKey, makePair, writePair } from './support/tls.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-tls-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function pinOfKey(pem: string): string {
  const spki = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}

it('reads certificate and key, and says when it ends and by which pin it is known', async () => {
  const until = new Date('2031-05-01T00:00:00Z');
  const pair = makePair({ hosts: ['credit.sh.example', '10.1.2.3'], until });
  const { certificate, cert, key } = await loadTls(await writePair(folder, pair));
  expect({ cert, key }).toEqual(pair);
  expect(certificate).toEqual({
    file: join(folder, 'certificate.pem'),
    subject: 'CN=credit.sh.example',
    issuer: 'CN=credit.sh.example',
    names: ['DNS:credit.sh.example', 'IP Address:10.1.2.3'],
    notBefore: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    notAfter: '2031-05-01T00:00:00.000Z',
    pin: pinOfKey(pair.key),
  });
  expect(await readCertificate(certificate.file)).toEqual(certificate);
});

it('keeps its pin when the key stays and the certificate is made anew', async () => {
  const key = makeKey();
  const pins = [];
  for (const hosts of [['localhost'], ['credit.sh.example']] as [string][]) {
    const { certificate } = await loadTls(await writePair(folder, makePair({ hosts, key })));
    pins.push(certificate.pin);
  }
  expect(pins[0]).toBe(pins[1]);
});

it('takes the first certificate of a chain as the own one', async () => {
  const [own, authority] = [makePair({ hosts: ['own.example'] }), makePair({ hosts: ['authority.example'] })];
  const { certificate } = await loadTls(await writePair(folder, { ...own, cert: own.cert + authority.cert }));
  expect(certificate.subject).toBe('CN=own.example');
});

it.each<[string, (files: TlsFiles) => Promise<unknown>, object]>([
  ['that is missing', ({ certificate }) => rm(certificate), { reason: 'missing' }],
  [
    'whose key others may read',
    ({ key }) => chmod(key, 0o640),
    { reason: 'too-open', cure: expect.stringMatching(/^chmod 600 .*key\.pem$/) },
  ],
  ['that is no certificate', ({ certificate }) => writeFile(certificate, 'nothing'), { reason: 'malformed' }],
  ['that is no key', ({ key }) => writeFile(key, makePair().cert), { reason: 'malformed' }],
  [
    'with a part of the chain that is none',
    ({ certificate }) =>
      writeFile(
        certificate,
        `${new X509Certificate(pair.cert)}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n`,
      ),
    { reason: 'malformed' },
  ],
  [
    'whose key has a passphrase',
    ({ key }) =>
      writeFile(
        key,
        makeKey().export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'huxin' }).toString(),
      ),
    { reason: 'encrypted' },
  ],
  ['with the key of another', ({ key }) => writeFile(key, makePair().key), { reason: 'mismatch' }],
])('refuses a file %s', async (_, spoil, facts) => {
  const files = await writePair(folder, pair);
  await spoil(files);
  await expect(loadTls(files)).rejects.toMatchObject({ code: 'tls/unreadable', facts });
});
const pair = makePair();

it('uses what it read until it is told to read again, and keeps it when the new is not in order', async () => {
  const files = await writePair(folder, makePair());
  const tls = await openTls(files);
  const first = tls.current();
  const next = makePair();
  await writePair(folder, next);
  expect(tls.current()).toBe(first);
  expect((await tls.reload()).cert).toBe(next.cert);
  expect(tls.current().cert).toBe(next.cert);
  await writeFile(files.key, makePair().key);
  await expect(tls.reload()).rejects.toMatchObject({ facts: { reason: 'mismatch' } });
  expect(tls.current().cert).toBe(next.cert);
});

it('refuses a new certificate that the agreement does not list, by the agreement of that moment', async () => {
  const [old, next] = [makePair(), makePair()];
  let pins = [pinOfKey(old.key)];
  const tls = await openTls(await writePair(folder, old), () => pins);
  await writePair(folder, next);
  await expect(tls.reload()).rejects.toMatchObject({ code: 'tls/unreadable', facts: { reason: 'not-pinned' } });
  expect(tls.current().cert).toBe(old.cert);
  pins = [...pins, pinOfKey(next.key)];
  expect((await tls.reload()).cert).toBe(next.cert);
});

it('knows a certificate by any of the pins, and every one where there are none', () => {
  expect(isPinned({ pin: 'a' }, [])).toBe(true);
  expect(isPinned({ pin: 'a' }, ['b', 'a'])).toBe(true);
  expect(isPinned({ pin: 'a' }, ['b'])).toBe(false);
});
