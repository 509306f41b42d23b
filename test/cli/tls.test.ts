import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadTls } from '../../node/tls.ts';
import { runCli } from '../support/cli.ts';
import { makePair } from '../support/tls.ts';

let folder: string;
const now = () => new Date('2026-11-29T08:00:00Z');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-cli-tls-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('makes a certificate that a node can use, and prints the line for the agreement', async () => {
  const out = join(folder, 'tls');
  const said = await runCli(['tls', 'create', '--out', out, '--host', 'credit.sh.example', '127.0.0.1'], { now });
  expect(said).toMatchObject({ code: 0, err: expect.stringContaining('agreement') });
  const files = { certificate: join(out, 'certificate.pem'), key: join(out, 'key.pem') };
  expect((await stat(files.key)).mode & 0o777).toBe(0o600);
  const { certificate } = await loadTls(files);
  const block = '- id: "310000"\n  issuer: https://credit.sh.example\n'; // as `keys create` prints it
  expect(parse(block + said.out)).toMatchObject([{ id: '310000', certificatePins: [certificate.pin] }]);
  expect(certificate).toMatchObject({
    names: ['DNS:credit.sh.example', 'IP Address:127.0.0.1'],
    notBefore: '2026-11-29T08:00:00.000Z',
    notAfter: '2029-03-03T08:00:00.000Z', // 825 days on
  });
});

it('overwrites nothing', async () => {
  const create = ['tls', 'create', '--out', folder, '--host', 'localhost'];
  expect((await runCli(create)).code).toBe(0);
  const key = await readFile(join(folder, 'key.pem'), 'utf8');
  expect(await runCli(create)).toMatchObject({ code: 2, err: expect.stringContaining('certificate.pem') });
  expect(await readFile(join(folder, 'key.pem'), 'utf8')).toBe(key);
});

it('makes the next certificate for a key that stays, so that the pin stays', async () => {
  const first = await runCli(['tls', 'create', '--out', folder, '--host', 'localhost'], { now });
  const key = join(folder, 'key.pem');
  const again = ['tls', 'create', '--out', join(folder, '2029'), '--host', 'localhost', '--key', key, '--days', '30'];
  const next = await runCli([...again, '--json'], { now });
  expect(JSON.parse(next.out)).toMatchObject({ key, notAfter: '2026-12-29T08:00:00.000Z' });
  expect(first.out).toContain(JSON.parse(next.out).pin);
  expect((await loadTls({ certificate: join(folder, '2029/certificate.pem'), key })).certificate.pin).toBe(
    JSON.parse(next.out).pin,
  );
});

it('prints the pin of any certificate, and until when it is', async () => {
  const { cert } = makePair({ until: new Date('2030-01-02T03:04:05Z') });
  const file = join(folder, 'theirs.pem');
  await writeFile(file, cert);
  const said = await runCli(['tls', 'pin', file]);
  expect(said.out).toMatch(/^ {2}certificatePins: \["[A-Za-z0-9+/]{43}="\]\n$/);
  expect(said.err).toBe('CN=localhost, until 2030-01-02T03:04:05.000Z\n');
  const answer = JSON.parse((await runCli(['--json', 'tls', 'pin', file])).out);
  expect(answer).toMatchObject({ file, subject: new X509Certificate(cert).subject, pin: said.out.slice(21, 65) });
});

it.each([
  [['create', '--host', 'not a name']],
  [['create', '--host', 'https://credit.sh.example']],
  [['create', '--host', 'localhost', '--days', '0']],
  [['create', '--host', 'localhost', '--key', 'nowhere.pem']],
])('%j is misuse, and nothing is written', async ([command = '', ...words]) => {
  const out = join(folder, 'none');
  expect(await runCli(['tls', command, '--out', out, ...words])).toMatchObject({ code: 2, out: '' });
  await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('says what is wrong with a file that holds no certificate', async () => {
  const file = join(folder, 'key.pem');
  await writeFile(file, makePair().key);
  expect(await runCli(['tls', 'pin', file])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^The TLS file .*key\.pem cannot be used: it holds no PEM certificate/),
  });
});
