/**
 * What the doctor makes of the agreement's certificate pins: whether this node shows its own to those it calls, and sees
 * those of its callers. Whether a certificate is the pinned one: `check-machine.ts`.
 */

import type { Member } from '../agreement/agreement.ts';
import type { Verdict } from './check-up.ts';

export interface PinSetting {
  members: readonly Pick<Member, 'id' | 'name' | 'certificatePins'>[];
  /** Our own member id. */
  me: string;
  /** The configuration's `tls`. */
  tls?: { endedBy: 'node' | 'proxy'; clientCertificates: 'pinned' | 'none' } | undefined;
}

/** Nothing where the agreement pins nobody. */
export function decidePins({ members, me, tls }: PinSetting): Verdict[] {
  const pinned = members.filter(({ certificatePins = [] }) => certificatePins.length > 0);
  const others = pinned.filter(({ id }) => id !== me).map(({ name }) => name);
  const shows: Verdict[] =
    pinned.some(({ id }) => id === me) && !tls
      ? [
          {
            grade: 'warning',
            found: {
              zh: '协议列有本成员的证书指纹，而本节点访问其他成员时不出示证书：核对指纹的成员会拒绝',
              en: 'the agreement pins a certificate of ours and this node shows none when it calls: members that check refuse it',
            },
            cure: {
              zh: '配置 tls 的证书和私钥；前面有代理处理 TLS 的写 endedBy: proxy（docs/tls.zh-CN.md）',
              en: 'set certificate and key under tls, with endedBy: proxy where a proxy speaks TLS with callers (docs/tls.md)',
            },
          },
        ]
      : [];
  if (others.length === 0) return shows;
  if (tls?.endedBy === 'node' && tls.clientCertificates === 'pinned') {
    const found = {
      zh: `来访成员的证书由本节点核对（${others.length} 个成员列有指纹）`,
      en: `certificates of calling members are checked here (${others.length} with pins)`,
    };
    return [...shows, { grade: 'ok', found }];
  }
  const found = {
    zh: `本节点看不到来访者的证书：${others.map(({ zh }) => zh).join('、')}的指纹由前面的代理核对，代理不核对就无人核对；请求的签名照常核验`,
    en: `this node does not see the certificates of callers: the pins of ${others.map(({ en }) => en).join(', ')} are checked by the proxy before it or by nobody; signatures of requests are checked as ever`,
  };
  return [...shows, { grade: 'unknown', found }];
}
