import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../codegen/model/print.js';
import {
  canonicalForm,
  fingerprintOf,
  readSchema,
  resolvingDecoder,
} from '../../../runtime/avro.js';
import { AvroError } from '../../../runtime/index.js';
import { parseJson, printJson } from '../../../runtime/json.js';
import { MAX_SCHEMA_TEXT } from '../../../runtime/limits.js';
import { arbitrarySchema } from '../../codegen/arbitrary-schema.js';
import { UserClickCodec } from '../../frozen/generated/com/mycompany/events/UserClick.js';

/** Line ends that stand between tokens become comments. */
const COMMENTS = ['// it\'s "no string\n', '/* "a": // b\n */', '/**/', '\n', '// \r', '/* * / */'];

const codeOf = (text: string): string => {
  try {
    readSchema(text);
    return 'read';
  } catch (error) {
    return error instanceof AvroError ? error.code : String(error);
  }
};

describe('comments in a schema', () => {
  it('are passed over, whatever stands in them, and text in strings is none', () => {
    fc.assert(
      fc.property(arbitrarySchema, fc.array(fc.nat(5), { minLength: 5 }), (json, tape) => {
        let at = 0;
        const text = JSON.stringify({ ...json, doc: 'http://a /* b */' }, null, 1).replaceAll(
          '\n',
          () => COMMENTS[tape[at++ % tape.length] ?? 0] ?? '',
        );
        expect(readSchema(text)).toEqual(readSchema(JSON.stringify(json)));
        // As codegen reads the same file.
        const { schema } = parseSchema(text, { role: 'history' });
        expect(canonicalForm(readSchema(text))).toBe(
          canonicalForm(readSchema(printJson(printSchema(schema)))),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('do not change defaults that look like them', () => {
    const url = 'http://a.test/*?"q"*/';
    const field = { name: 'url', type: 'string', default: url };
    const text = JSON.stringify({ type: 'record', name: 'R', fields: [field] });
    expect(readSchema(`// first\n${text}`)).toMatchObject({ fields: [{ default: url }] });
  });

  it('stand in what is referred to, too', () => {
    const fixed = '/* one */ {"type": "fixed", "name": "F", "size": 1}';
    expect(readSchema('"F" // see there', [fixed])).toMatchObject({ kind: 'fixed', size: 1 });
  });

  it('are passed over by fingerprints and resolving decoders', () => {
    const { schema, fingerprint } = UserClickCodec;
    const commented = `/* the writer's */\n${schema} // end`;
    expect(fingerprintOf(commented)).toBe(fingerprint);
    const click = { user_id: 'u1', url: 'https://example.test/', timestamp: new Date(0) };
    const bytes = UserClickCodec.encode(click);
    expect(resolvingDecoder(commented, UserClickCodec)(bytes)).toEqual(
      UserClickCodec.decode(bytes),
    );
  });

  it.each([
    ['one without its end', '"int" /* and'],
    ['one that only starts and ends', '"int" /*/'],
    ['half of one', '"int" / and'],
    ['a trailing comma', '["int", /* none */]'],
    ['nothing else', '// "int"'],
  ])('leave what is no JSON wrong: %s', (_, text) => {
    expect(codeOf(text)).toBe('AVRO_SCHEMA');
  });
});

describe('a schema text of a stranger', () => {
  // Each of these took hours at the longest text where a character was looked at again and again.
  it.each([
    ['quotes without an end', `"${'\\"'.repeat(MAX_SCHEMA_TEXT / 2 - 1)}`],
    ['comments without an end', '/*'.repeat(MAX_SCHEMA_TEXT / 2)],
    ['backslashes', '"\\\n'.repeat(MAX_SCHEMA_TEXT / 3)],
    ['slashes', '/'.repeat(MAX_SCHEMA_TEXT)],
    ['digits', '1'.repeat(MAX_SCHEMA_TEXT)],
  ])('is read once: %s', (_, text) => {
    expect(codeOf(text)).toBe('AVRO_SCHEMA');
  });

  it('may use characters for private use beside a large integer', () => {
    const all = Array.from({ length: 0x2000 }, (_, index) => 0xe000 + index);
    const escapes = (codes: readonly number[]): string =>
      codes.map((code) => `\\u${code.toString(16)}`).join('');
    const text = `["${' '.repeat(1_000_000)}${escapes(all.slice(1))}", 9007199254740993]`;
    expect(parseJson(text)).toMatchObject({ 1: 9_007_199_254_740_993n });
    // What looks like an escape and is none hides none.
    const behind = '["\\\\u","\\ue0001", 9007199254740993]';
    expect(parseJson(behind)).toEqual(['\\u', '\ue0001', 9_007_199_254_740_993n]);
    expect(() => parseJson(`["${escapes(all)}", 9007199254740993]`)).toThrow(SyntaxError);
  });
});
