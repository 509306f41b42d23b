import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUploadForm } from '../../node/console/multipart.ts';

const type = 'multipart/form-data; boundary=----x7';

/** The bytes in pieces of those lengths, over and over. */
async function* inPieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const length = lengths[n % lengths.length] ?? 1;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

async function read(bytes: Uint8Array, lengths: readonly number[] = [64], contentType = type) {
  const { fields, file } = await readUploadForm(contentType, inPieces(bytes, lengths));
  const content: Uint8Array[] = [];
  for await (const chunk of file?.bytes ?? []) content.push(Uint8Array.from(chunk));
  return { fields: Object.fromEntries(fields), ...(file && { name: file.name, content: Buffer.concat(content) }) };
}

/** As the platform itself writes a form. */
async function written(form: FormData): Promise<{ bytes: Uint8Array; contentType: string }> {
  const response = new Response(form);
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    contentType: response.headers.get('content-type') ?? '',
  };
}

describe('a form with a file', () => {
  it('is read whatever the file holds and wherever the stream is cut', async () => {
    const alphabet = fc.constantFrom(13, 10, 45, 120, 55, 0, 255);
    await fc.assert(
      fc.asyncProperty(
        fc.array(alphabet, { maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (content, lengths) => {
          const head = '------x7\r\ncontent-disposition: form-data; name="type"\r\n\r\n处罚\r\n------x7\r\n';
          const fileHead =
            'Content-Type: text/csv\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n';
          const body = Buffer.from(content).toString('latin1').replaceAll('\r\n------x7', '');
          const bytes = Buffer.concat([
            Buffer.from(head + fileHead),
            Buffer.from(body, 'latin1'),
            Buffer.from('\r\n------x7--\r\n'),
          ]);
          expect(await read(bytes, lengths)).toEqual({
            fields: { type: '处罚' },
            name: 'a.csv',
            content: Buffer.from(body, 'latin1'),
          });
        },
      ),
      { seed: 32 },
    );
  });

  it('is read as the platform writes it, names in Chinese and with quotes', async () => {
    const form = new FormData();
    form.set('type', 'penalty');
    form.set('file', new File(['行,列\r\n'], '行政"处罚".csv'));
    const { bytes, contentType } = await written(form);
    expect(await read(bytes, [7], contentType)).toEqual({
      fields: { type: 'penalty' },
      name: '行政"处罚".csv',
      content: Buffer.from('行,列\r\n'),
    });
  });

  it('has no file when none was chosen', async () => {
    const empty = '------x7\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n';
    const type = '------x7\r\nContent-Disposition: form-data; name="type"\r\n\r\npenalty\r\n------x7--\r\n';
    expect(await read(Buffer.from(empty + type))).toEqual({ fields: { type: 'penalty' } });
  });

  const field = '------x7\r\ncontent-disposition: form-data; name="a"\r\n\r\n';
  it.each([
    ['without an end', `${field}b`],
    ['cut within a head', '------x7\r\ncontent-disp'],
    ['without a name', '------x7\r\ncontent-disposition: form-data\r\n\r\nb\r\n------x7--'],
    ['with a field that is too long', `${field}${'b'.repeat(20_000)}\r\n------x7--`],
    [
      'with too many fields',
      `${Array.from({ length: 40 }, (_, i) => `${field.replace('"a"', `"a${i}"`)}b\r\n`).join('')}------x7--`,
    ],
    ['with a head that is too long', `------x7\r\nx: ${'y'.repeat(9_000)}\r\n\r\n`],
    ['of another boundary', '------y\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n------y--'],
  ])('is refused %s', async (_, text) => {
    await expect(read(Buffer.from(text))).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('is refused when the file ends before its form does', async () => {
    const text = '------x7\r\ncontent-disposition: form-data; name="a"; filename="b"\r\n\r\nhalf of it';
    await expect(read(Buffer.from(text))).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it.each(['text/csv', 'multipart/form-data', `multipart/form-data; boundary=${'x'.repeat(99)}`])(
    'is no form when it says it is %s',
    async (contentType) => {
      await expect(read(Buffer.from(''), [1], contentType)).rejects.toMatchObject({
        code: 'input/unsupported-media-type',
      });
    },
  );
});
