/** What the schema of the settings cannot see: other files, addresses, and that plain HTTP stays on loopback. */

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLoopback, isSafeAddress } from './base/loopback.ts';
import { type Finding, valueAt } from './settings.ts';

/** @param folder from which relative paths start */
export function checkValues(value: unknown, folder: string): Finding[] {
  const findings: Finding[] = [];
  const host = valueAt(value, '/listen/host');
  const speaksTls = valueAt(value, '/tls') !== undefined && valueAt(value, '/tls/endedBy') !== 'proxy';
  if (typeof host === 'string' && !isLoopback(host) && !speaksTls) {
    findings.push({
      pointer: '/listen/host',
      zh: `listen.host：${host} 不是本机回环地址；明文 HTTP 只用于 127.0.0.1、::1、localhost，其他地址须配置 tls 的证书和私钥`,
      en: `listen.host: ${host} is not loopback; plain HTTP is for 127.0.0.1, ::1 and localhost only: elsewhere set certificate and key under tls`,
    });
  }
  const proxy = valueAt(value, '/proxy');
  if (typeof proxy === 'string' && !isProxyAddress(proxy)) {
    findings.push({
      pointer: '/proxy',
      zh: 'proxy：须为 http://主机:端口，不带路径',
      en: 'proxy: must be http://host:port without a path',
    });
  }
  const webhook = valueAt(value, '/webhook/url');
  if (typeof webhook === 'string' && !isSafeAddress(webhook)) {
    findings.push({
      pointer: '/webhook/url',
      zh: 'webhook.url：须为 https 地址，或本机回环上的 http 地址',
      en: 'webhook.url: must be an address of https, or of http on loopback',
    });
  }
  const expect = (name: string, kind: 'file' | 'folder') => {
    const path = valueAt(value, `/${name}`);
    if (typeof path !== 'string' || path === '') return;
    const found = statSync(resolve(folder, path), { throwIfNoEntry: false });
    if (kind === 'file' ? found?.isFile() : found?.isDirectory()) return;
    findings.push({
      pointer: `/${name}`,
      zh: `${name.replace('/', '.')}：没有这个${kind === 'file' ? '文件' : '文件夹'}：${resolve(folder, path)}`,
      en: `${name.replace('/', '.')}: there is no such ${kind}: ${resolve(folder, path)}`,
    });
  };
  expect('keys', 'folder');
  expect('agreement', 'file');
  expect('schemas', 'folder');
  expect('codes', 'file');
  expect('rules', 'folder');
  expect('holidays', 'folder');
  expect('tls/certificate', 'file');
  expect('tls/key', 'file');
  return findings;
}

function isProxyAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, pathname, search, hash } = new URL(address);
  return protocol === 'http:' && `${pathname}${search}${hash}` === '/';
}
