/** `huxin tls`: the certificate by which other nodes know this one, where no authority makes it, and its pin. */

import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSelfSigned } from '../certificate.ts';
import { random } from '../crypto.ts';
import { type Certificate, readCertificate } from '../tls.ts';
import type { Register } from './command.ts';
import { readText, writeNew } from './files.ts';
import { Misuse } from './terminal.ts';

interface CreateOptions {
  out: string;
  host: string[];
  days: string;
  key?: string;
}

const msPerDay = 86_400_000;

export const tls: Register = (program, { terminal, now }) => {
  const group = program.command('tls').description('TLS 证书 · TLS certificates');
  group
    .command('create')
    .description(
      '生成自签名证书和私钥，并输出填入协议的指纹 · make a self-signed certificate, print its pin for the agreement',
    )
    .requiredOption(
      '--out <folder>',
      '写入 certificate.pem 和 key.pem 的文件夹 · folder for certificate.pem and key.pem',
    )
    .requiredOption('--host <names...>', '域名或 IP 地址，可多个 · DNS names or IP addresses')
    .option('--days <number>', '有效天数 · days until it ends', '825')
    .option('--key <file>', '沿用这一 P-256 私钥，指纹不变 · use this P-256 key, so that the pin stays')
    .action(async ({ out, host, days, key: keyFile }: CreateOptions) => {
      const [first, ...others] = host;
      if (!first || !host.every(isHost)) throw noHost(host.find((one) => !isHost(one)) ?? '');
      const from = now();
      const key = keyFile === undefined ? makeKey() : await readKey(keyFile);
      const until = new Date(from.getTime() + readDays(days) * msPerDay);
      const pem = createSelfSigned({ key, hosts: [first, ...others], from, until, serial: random(16) });
      const files = { certificate: join(out, 'certificate.pem'), key: keyFile ?? join(out, 'key.pem') };
      await mkdir(out, { recursive: true, mode: 0o700 });
      await writeNew(files.certificate, pem);
      if (keyFile === undefined) await writeNew(files.key, key.export({ type: 'pkcs8', format: 'pem' }), 0o600);
      const certificate = await readCertificate(files.certificate);
      terminal.answer({ ...certificate, key: files.key }, () => formatPin(certificate));
      terminal.note({
        zh: `证书在 ${files.certificate}，私钥在 ${files.key}。请将上面的 certificatePins 填入协议中本成员之下。`,
        en: `The certificate is ${files.certificate}, its key ${files.key}. Put the line above into the agreement, under this member.`,
      });
    });
  group
    .command('pin')
    .description('输出证书的公钥指纹，填入协议 · print the pin of a certificate for the agreement')
    .argument('<certificate>', 'PEM 文件 · a PEM file')
    .action(async (file: string) => {
      const certificate = await readCertificate(file);
      terminal.answer(certificate, () => formatPin(certificate));
      terminal.note({
        zh: `${certificate.subject}，有效期至 ${certificate.notAfter}`,
        en: `${certificate.subject}, until ${certificate.notAfter}`,
      });
    });
};

/** The line of the agreement, indented as in a member's block: `  certificatePins: ["d6qz…="]`. */
function formatPin({ pin }: Certificate): string {
  return `  certificatePins: ["${pin}"]`;
}

function makeKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

async function readKey(file: string): Promise<KeyObject> {
  const text = await readText(file);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // said below: the cause may quote the key
  }
  throw new Misuse({
    zh: `${file} 不是 P-256 私钥（PEM，无口令）`,
    en: `${file} holds no P-256 key (PEM, no passphrase)`,
  });
}

function readDays(days: string): number {
  if (/^[1-9]\d{0,4}$/.test(days)) return Number(days);
  throw new Misuse({ zh: '--days 须为 1 到 99999 的整数', en: '--days is a whole number from 1 to 99999' });
}

function isHost(host: string): boolean {
  return (
    isIP(host) > 0 || /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(host)
  );
}

function noHost(host: string): Misuse {
  return new Misuse({
    zh: `--host：${host} 不是域名或 IP 地址`,
    en: `--host: ${host} is no DNS name and no IP address`,
  });
}
