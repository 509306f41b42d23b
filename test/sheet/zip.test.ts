import { describe, expect, it } from 'vitest';
import { readZip } from '../../node/sheet/zip.ts';
import { zipFile } from '../support/sheets.ts';

async function contentOf(bytes: Uint8Array, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const entries = await readZip(bytes, 1 << 20);
  for await (const chunk of entries.get(name)?.open() ?? []) text += decoder.decode(chunk, { stream: true });
  return text;
}

describe('a ZIP file', () => {
  it('gives its entries, again and again, with a comment behind the directory', async () => {
    const bytes = zipFile({ 'a/甲.txt': '甲', 'b.txt': 'b'.repeat(300_000), empty: '' });
    const commented = Buffer.concat([bytes, Buffer.from('a comment')]);
    commented.writeUInt16LE(9, bytes.length - 2);
    for (const file of [bytes, new Uint8Array(commented)]) {
      expect([...(await readZip(file, 1 << 20)).keys()]).toEqual(['a/甲.txt', 'b.txt', 'empty']);
      expect(await contentOf(file, 'a/甲.txt')).toBe('甲');
      expect(await contentOf(file, 'b.txt')).toBe('b'.repeat(300_000));
      expect(await contentOf(file, 'b.txt')).toBe('b'.repeat(300_000));
      expect(await contentOf(file, 'empty')).toBe('');
    }
  });

  it('may leave its sizes to the ZIP64 field', async () => {
    const plain = Buffer.from(zipFile({ 'a.txt': 'abc' }));
    const directory = plain.indexOf('PK\x01\x02', 0, 'latin1');
    const end = plain.indexOf('PK\x05\x06', 0, 'latin1');
    const entry = Buffer.from(plain.subarray(directory, end));
    const field = Buffer.alloc(28);
    field.writeUInt16LE(1, 0);
    field.writeUInt16LE(24, 2);
    field.writeBigUInt64LE(BigInt(entry.readUInt32LE(24)), 4);
    field.writeBigUInt64LE(BigInt(entry.readUInt32LE(20)), 12);
    for (const at of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, at);
    entry.writeUInt16LE(28, 30);
    const end64 = Buffer.alloc(56);
    end64.write('PK\x06\x06', 'latin1');
    end64.writeBigUInt64LE(44n, 4);
    end64.writeBigUInt64LE(1n, 24);
    end64.writeBigUInt64LE(1n, 32);
    end64.writeBigUInt64LE(BigInt(entry.length + field.length), 40);
    end64.writeBigUInt64LE(BigInt(directory), 48);
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 'latin1');
    locator.writeBigUInt64LE(BigInt(directory + entry.length + field.length), 8);
    const tail = Buffer.from(plain.subarray(end));
    tail.writeUInt32LE(0xffffffff, 12);
    tail.writeUInt32LE(0xffffffff, 16);
    const bytes = Buffer.concat([plain.subarray(0, directory), entry, field, end64, locator, tail]);
    expect(await contentOf(new Uint8Array(bytes), 'a.txt')).toBe('abc');
  });

  it('is refused when its directory says more than there is', async () => {
    const bytes = Buffer.from(zipFile({ 'a.txt': 'abc' }));
    const end = bytes.length - 22;
    for (const [at, value] of [
      [16, 0x7fffffff],
      [10, 500],
    ] as const) {
      const wrong = Buffer.from(bytes);
      wrong.writeUInt16LE(value & 0xffff, end + at);
      if (at === 16) wrong.writeUInt32LE(value, end + at);
      await expect(readZip(new Uint8Array(wrong), 1 << 20)).rejects.toMatchObject({ code: 'sheet/truncated' });
    }
    await expect(readZip(new Uint8Array(), 1)).rejects.toMatchObject({ code: 'sheet/truncated' });
    await expect(readZip(new Uint8Array(bytes), 2)).rejects.toMatchObject({ code: 'sheet/too-large' });
  });

  it('is refused when an entry is not the one that was packed', async () => {
    const bytes = Buffer.from(zipFile({ 'a.txt': 'abc' }));
    bytes.writeUInt32LE(1, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 16); // another checksum
    await expect(contentOf(new Uint8Array(bytes), 'a.txt')).rejects.toMatchObject({ code: 'sheet/truncated' });
  });

  it('is refused when it leaves a doubt which entry is meant, and read with a web page behind it', async () => {
    const bytes = Buffer.from(zipFile({ a: 'abc', b: 'def' }));
    const page = Buffer.concat([bytes, Buffer.from('<html></html>')]);
    expect(await contentOf(new Uint8Array(page), 'b')).toBe('def');
    bytes.write('a', bytes.lastIndexOf('b'));
    await expect(readZip(new Uint8Array(bytes), 1 << 20)).rejects.toMatchObject({ code: 'sheet/truncated' });
  });

  it('is refused when its entries are too many, or what is said of them too long', async () => {
    const names = Array.from({ length: 10_001 }, (_, i) => [`${i}`, '']);
    const folders = names.map(([name]) => [`${name}/`, '']);
    for (const all of [names, folders])
      await expect(readZip(zipFile(Object.fromEntries(all)), 1 << 20)).rejects.toMatchObject({
        code: 'sheet/too-large',
      });
    expect((await readZip(zipFile(Object.fromEntries(names.slice(1))), 1 << 20)).size).toBe(10_000);
    const many = Buffer.from(zipFile(Object.fromEntries(names.slice(0, 17))));
    const from = many.indexOf('PK\x01\x02', 0, 'latin1');
    const [, ...entries] = many
      .subarray(from, many.length - 22)
      .toString('latin1')
      .split('PK\x01\x02');
    const longer = entries.map((text) => {
      const entry = Buffer.concat([Buffer.from(`PK\x01\x02${text}`, 'latin1'), Buffer.alloc(65_532)]);
      entry.writeUInt16LE(65_532, 30);
      return entry;
    });
    const end = Buffer.from(many.subarray(-22));
    end.writeUInt32LE(Buffer.concat(longer).length, 12);
    const file = new Uint8Array(Buffer.concat([many.subarray(0, from), ...longer, end]));
    await expect(readZip(file, 1 << 20)).rejects.toMatchObject({ code: 'sheet/too-large' });
  });

  it('may have many entries open at once, and left before their end', async () => {
    const entry = (await readZip(zipFile({ a: new Uint8Array(1_000_000) }), 1 << 20)).get('a');
    const open = Array.from({ length: 50 }, () => entry?.open()[Symbol.asyncIterator]());
    for (const one of open) expect((await one?.next())?.value?.length).toBeGreaterThan(0);
    for (const one of open) await one?.return?.();
  });

  it('is refused when an entry is packed in another way, or is not where it should be', async () => {
    const bytes = Buffer.from(zipFile({ a: 'abc' }));
    const directory = bytes.indexOf('PK\x01\x02', 0, 'latin1');
    const other = Buffer.from(bytes);
    other.writeUInt16LE(93, directory + 10);
    await expect(contentOf(new Uint8Array(other), 'a')).rejects.toMatchObject({
      code: 'sheet/unknown-format',
      facts: { name: 'a', method: 93 },
    });
    const moved = Buffer.from(bytes);
    moved.write('XX', 0);
    await expect(contentOf(new Uint8Array(moved), 'a')).rejects.toMatchObject({ code: 'sheet/truncated' });
  });
});
