/** `huxin reissue`: a bulletin that a peer refused, mended and issued anew. */

import type { Reissued } from '../federation/reissue.ts';
import type { ToldBulletin } from './bulletin.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { readJsonObject } from './files.ts';
import { readLabels } from './labels.ts';
import { readPair } from './step-body.ts';
import { formatTable } from './table.ts';

interface ReissueOptions extends ClientOptions {
  set: string[];
  body?: string;
  reason?: string;
}

type Patch = { [name: string]: string | string[] | null | Patch };

export const reissue: Register = (program, { terminal, client }) => {
  const collect = (value: string, before: string[]) => [...before, value];
  withNode(program.command('reissue <jti>'))
    .description('补发被拒收的通报，可先改正 · issue a refused bulletin anew, mended where needed')
    .option(
      '--set <path=value>',
      '改正其中一项，可重复；空值即删去 · mend one member, repeatable; empty removes it',
      collect,
      [],
    )
    .option('--body <file>', '改正后的全部内容（JSON） · the whole mended body (JSON)')
    .option('--reason <text>', '改动的理由 · why it was changed')
    .action(async (jti: string, { set, body: file, reason, ...options }: ReissueOptions) => {
      const node = client(options);
      const path = `/api/v1/bulletins/${encodeURIComponent(jti)}`;
      const labels = await readLabels();
      const type = set.length > 0 ? await mendedType(await node.get<ToldBulletin>(path)) : '';
      const mending = {
        ...(file !== undefined && { body: await readJsonObject(file) }),
        ...(set.length > 0 && { patch: buildPatch(set, (at) => labels.isList(type, at)) }),
        ...(reason !== undefined && { reason }),
      };
      const done = await node.post<{ bulletins: Reissued[] }>(`${path}/reissue`, mending);
      terminal.answer(done, () => {
        const head = [
          { zh: '种类', en: 'type' },
          { zh: '接收方', en: 'addressed to' },
          { zh: '条目', en: 'entry' },
          { zh: '编号', en: 'jti' },
        ];
        const rows = done.bulletins.map(({ type, audience, index, jti }) => {
          return [terminal.pick(labels.titleOf(type)), audience.join(' '), String(index), jti];
        });
        return formatTable(head.map(terminal.pick), rows);
      });
    });
};

/** Of a correction the corrected body is mended. */
function mendedType({ type = '', claims }: ToldBulletin): string {
  const [body = {}] = Object.values(claims?.events ?? {});
  const inner = Object.entries(body as object).find(([, value]) => typeof value === 'object' && 'subject' in value);
  return type === 'correction' ? (inner?.[0] ?? type) : type;
}

/** The members that change (RFC 7396); an empty value takes one away. */
function buildPatch(pairs: readonly string[], isList: (path: string) => boolean): Patch {
  const patch: Patch = {};
  for (const pair of pairs) {
    const { path, value } = readPair(pair, isList);
    const last = path.pop() ?? '';
    let place = patch;
    for (const name of path) place = place[name] = { ...(place[name] as Patch | undefined) }; // a path leads through objects
    place[last] = value.length === 0 ? null : value;
  }
  return patch;
}
