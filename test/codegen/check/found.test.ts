/** Pairs that the gate once answered wrongly: `found/`, a file each. */
import { expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { transcoder } from '../../../runtime/codec/resolve.js';
import type { Json } from '../../../runtime/json.js';
import { foundBeside } from '../../found.js';
import { messagesOf } from './messages.js';

interface Pair {
  readonly reader: Json;
  readonly writer: Json;
  /** All that is to be said of the pair: rule and path, if it is not the root. */
  readonly findings: readonly string[];
}

it.each(foundBeside<Pair>(import.meta.url))('%s', (_, { reader, writer, findings }) => {
  const answer = compare(reader, writer);
  expect(answer.map(({ rule, path }) => `${rule} ${path}`.trim())).toEqual(findings);
  const [from, to] = [writer, reader].map((json) => parseSchema(json).schema);
  if (from === undefined || to === undefined) throw new Error('no pair');
  const decode = transcoder(from, to);
  const breaks = answer.filter(({ category }) => category === 'WIRE');
  if (breaks.length === 0) expect(messagesOf(from, [0, 1, 2, 3]).map(decode)).not.toEqual([]);
  for (const { witness } of breaks)
    if (witness !== undefined)
      expect(() => decode(Buffer.from(witness.bytes, 'hex'))).toThrow(witness.error);
});
