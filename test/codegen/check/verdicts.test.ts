import { expect, it } from '@jest/globals';
import { type Judge, judgeVersions, refusal } from '../../../codegen/check/verdicts.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';

const A = { name: 'a', type: 'int' };
const B = { name: 'b', type: 'int' };

const judged = (version: number, ...fields: Json[]) => {
  const { schema } = parseSchema({ type: 'record', name: 'R', fields });
  return { version, identity: identityOf(schema), schema };
};

/** Its third version reads its second, not its first; nothing else is refused. */
const HISTORY = [judged(1, A), judged(2, A, { ...B, default: 0 }), judged(4, A, B)];
const WHY = "b: The reader's field b of R has no default, and the writer does not have the field.";

it('says which version cannot read which, and why not; JSON can hold it', () => {
  const reads = judgeVersions(HISTORY);
  expect(reads).toEqual({ versions: [1, 2, 4], refused: { v4: { v1: WHY } } });
  expect(JSON.parse(JSON.stringify(reads))).toEqual(reads);
});

it.each([
  [1, { v4: { v1: WHY } }],
  [2, {}],
  // The newest is always retained.
  [9, {}],
])('speaks of writers from version %s on', (oldest, refused) => {
  expect(judgeVersions(HISTORY, oldest)).toEqual({ versions: [1, 2, 4], refused });
});

it('asks of pairs with retained writers that differ, and of no other', () => {
  const asked: string[] = [];
  const judge: Judge = (reader, writer) => {
    asked.push(`${reader.version} ${writer.version}`);
    return undefined;
  };
  // Versions 1 and 3 are one schema.
  judgeVersions([judged(1, A), judged(2, A, B), judged(3, A), judged(4, B)], 3, judge);
  expect(asked).toEqual(['1 4', '2 3', '2 4', '3 4', '4 3']);
});

it('keeps the last versions of many', () => {
  const many = Array.from({ length: 70 }, (_, n) => judged(n + 1, { name: `f${n}`, type: 'int' }));
  const { versions, refused } = judgeVersions(many, 69);
  expect([versions.length, versions.at(0), versions.at(-1)]).toEqual([50, 21, 70]);
  expect(Object.keys(refused.v21 ?? {})).toEqual(['v69', 'v70']);
});

it('names three problems and counts the others', () => {
  const fields = ['c', 'd', 'e', 'f', 'g'].map((name) => ({ name, type: 'int' }));
  const why = refusal(judged(2, ...fields), judged(1, A)) ?? '';
  expect(why).toMatch(/^c: .* d: .* e: .* And 2 more\.$/);
});

it('looks into types that lead to each other, which no version has alone', () => {
  const version = (number: number, ...more: Json[]) =>
    judged(number, {
      name: 'node',
      type: {
        type: 'record',
        name: 'Node',
        fields: [
          {
            name: 'links',
            type: {
              type: 'array',
              items: {
                type: 'record',
                name: 'Link',
                fields: [{ name: 'to', type: 'Node' }, ...more],
              },
            },
          },
        ],
      },
    });
  const { refused } = judgeVersions([version(1), version(2, B)]);
  expect(refused).toEqual({ v2: { v1: expect.stringMatching(/^node\.links\[\]\.b: /) } });
});
