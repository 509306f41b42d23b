/** A bulletin's evidence as a folder for other people's tools; a page of words says what each file is. */

import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import { hash } from '../crypto.ts';
import type { ClaimOf, Part } from '../evidence/evidence.ts';
import { compileEvidenceSchema, readEvidence } from '../evidence/read.ts';
import { buildTlogFolder } from '../evidence/tlog-folder.ts';
import { loadSchemas, shippedSchemas } from '../shipped.ts';
import { writeNew } from './files.ts';
import { Misuse } from './terminal.ts';

const readme = `本文件夹供通用工具核对一条通报：是否由签发方签署、是否在日志之中、由谁见证。
协议是否允许、接收方如何答复，须用 huxin verify 核对证据文件。
先与纸质协议核对 log.vkey、witness.vkeys、quorum 和 issuer.jwk：文件夹自身不能证明它们。

This folder lets general tools check one bulletin: that its issuer signed it, that it stands in the log, who witnessed it.
Whether the agreement allowed it and what its receivers answered is for huxin verify and the evidence file.
First compare log.vkey, witness.vkeys, quorum and issuer.jwk with the agreement on paper: the folder cannot vouch for them.

log.vkey           日志公钥（C2SP signed-note，类型 1） · the log's key (C2SP signed-note, type 0x01)
witness.vkeys      见证公钥，每行一个（C2SP cosignature/v1，类型 4） · keys of the witnesses, one a line (type 0x04)
quorum             须有这么多个见证 · as many of them must have cosigned
bundle.tlog-proof  盐值（extra）、序号、包含证明、检查点（C2SP tlog-proof） · salt, index, proof and checkpoint
leaf               叶的原文 · the leaf, byte for byte
bulletin.jws       通报（RFC 7515 紧凑形式） · the bulletin, a compact JWS
issuer.jwk         签署它的公钥（RFC 7517） · the key that signed it

1. 检查点的签名以 log.vkey 核对，联署以 witness.vkeys 核对，至少 quorum 个。
   Open the checkpoint with log.vkey; count the cosignatures by witness.vkeys: at least quorum.
2. RFC 6962 的包含证明：SHA-256(0x00 || leaf) 在序号处通向检查点的根。
   The RFC 6962 inclusion proof leads from SHA-256(0x00 || leaf) at the index to the root of the checkpoint.
3. leaf 第二行 = base64(SHA-256("huxin-commit/v1\\n" || 盐值 || bulletin.jws))。
   The second line of leaf is base64(SHA-256("huxin-commit/v1\\n" || salt || bulletin.jws)).
4. bulletin.jws 以 issuer.jwk 核对签名，P-256 密钥例如：jose jws ver -i bulletin.jws -k issuer.jwk
   Check the signature of bulletin.jws with issuer.jwk, of a P-256 key for example: jose jws ver -i bulletin.jws -k issuer.jwk

只用 openssl 等通用工具的全部命令：docs/auditing.zh-CN.md · every command with openssl and the like: docs/auditing.md
`;

/**
 * @throws {Misuse} when something is there already, or it cannot be written
 * @throws {Problem} node/bad-answer when what came claims no bulletin, evidence/…
 */
export async function saveTlogFolder(
  folder: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ claim: ClaimOf<'bulletin'>; files: string[] }> {
  const schema = loadSchemas(shippedSchemas()).get('evidence') as { $defs: object }; // it comes with the program
  const { claim, parts } = await readEvidence(pieces, compileEvidenceSchema(schema));
  if (claim.kind !== 'bulletin') throw new Problem('node/bad-answer', { reason: `a ${claim.kind}` });
  const read: Part[] = [];
  for await (const part of parts) read.push(part);
  const files = { ...(await buildTlogFolder(claim, read, hash)), 'README.txt': readme };
  await checkAbsent(folder);
  const half = `${folder}.part`;
  await mkdir(half).catch(refuse(half));
  try {
    for (const [name, text] of Object.entries(files)) await writeNew(join(half, name), text);
    await rename(half, folder).catch(refuse(folder));
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    throw error;
  }
  return { claim, files: Object.keys(files) };
}

async function checkAbsent(folder: string): Promise<void> {
  const isThere = await readdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  if (isThere)
    throw new Misuse({ zh: `已存在，不予覆盖：${folder}`, en: `${folder} is there already and stays as it is` });
}

function refuse(folder: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw new Misuse({
      zh: `写不了文件夹 ${folder}（${error.code}）`,
      en: `cannot write the folder ${folder} (${error.code})`,
    });
  };
}
