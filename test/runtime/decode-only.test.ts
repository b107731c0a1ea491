/** The condition `tavro-decode-only`: what writes is left out, and refused by name. */
import { expect, it } from '@jest/globals';
import { bundle } from '../../bench/size/bundle.js';
import { createCodec } from '../../runtime/decode-only/generated-code.js';
import * as refused from '../../runtime/decode-only/write.js';
import * as read from '../../runtime/wire/read.js';
import * as write from '../../runtime/wire/write.js';

const codec = createCodec<string, string>({
  name: 'string',
  fingerprint: '',
  schema: '"string"',
  write: refused.string,
  read: read.string,
});

it('decodes, and refuses to encode', () => {
  expect(codec.decode(Buffer.from('\u0004ab'))).toBe('ab');
  expect(codec.name).toBe('string');
  for (const encode of [() => codec.encode('ab'), () => codec.encodeFramed('ab', 1)])
    expect(encode).toThrow('This bundle only decodes');
});

it('has a refusal for each function that generated code writes with', () => {
  expect(Object.keys(refused).sort()).toEqual(Object.keys(write).sort());
});

it('leaves all that writes out of a bundle', async () => {
  const code = `export { UserClickCodec } from './test/frozen/generated/com/mycompany/events/UserClick.ts';`;
  const { files } = await bundle(code, { conditions: ['tavro-decode-only'] });
  expect(files).toContain('runtime/decode-only/refuse.ts');
  expect(files.filter((file) => /output|explain|watch|encoding/.test(file))).toEqual([]);
});
