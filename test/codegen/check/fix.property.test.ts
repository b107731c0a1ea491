/** After `check --fix`, what was written before is read into fields of the same name, whatever was edited. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkHistory } from '../../../codegen/check/compare.js';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import type { Finding } from '../../../codegen/check/finding.js';
import { lint } from '../../../codegen/check/lint.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { isNamed, type Schema, visit } from '../../../codegen/model/schema.js';
import { fixAll } from '../../../codegen/project/fix-all.js';
import { toAvroJson } from '../../../runtime/avro-json/print.js';
import { transcoder } from '../../../runtime/codec/resolve.js';
import type { Json } from '../../../runtime/json.js';
import { encodeJson } from '../../../runtime/schema/default.js';
import { type Leaf, leavesOf, numbered, type Versions, versions } from './renamed-versions.js';

const RUNS = 300;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tavro-fix-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const history = (json: Json): Schema => parseSchema(json, { role: 'history' }).schema;

/** Runs `--fix` on a candidate after its history; answers what it made of it and what it fixed. */
async function fix({
  before,
  candidate,
}: Versions): Promise<{ text: string; fixed: readonly Finding[] }> {
  const file = join(folder, 'candidate.avsc');
  writeFileSync(file, JSON.stringify(candidate, null, 2));
  const { fixed } = await fixAll(async () => {
    const { schema } = parseSchema(readFileSync(file, 'utf8'), { file, role: 'history' });
    const types = new Set<string>();
    visit(schema, (one) => void (isNamed(one) && types.add(one.name)));
    const findings = [
      ...checkHistory({ compatibility: 'FULL_TRANSITIVE', history: before, candidate: schema }),
      ...lint(schema, { rules: rulesOf(['LINT']) }),
    ];
    return { folder, findings, files: new Set([file]), types };
  });
  return { text: readFileSync(file, 'utf8'), fixed };
}

/** The leaves of a datum as a reader reads them; `undefined` where it does not. */
function read(writer: Schema, reader: Schema, bytes: Uint8Array): readonly Leaf[] | undefined {
  try {
    return leavesOf(reader, JSON.parse(toAvroJson(reader, transcoder(writer, reader)(bytes))));
  } catch {
    return undefined;
  }
}

/** Names as somebody reads them: `endTime` and `end_time` are one. */
const spoken = (path: readonly string[]): string =>
  path.map((name) => name.toLowerCase().replaceAll('_', '')).join('.');

describe('check --fix', () => {
  it('never puts a value into a field of another name', async () => {
    const seen = { runs: 0, fixed: 0, values: 0, aliases: 0 };
    await fc.assert(
      fc.asyncProperty(versions(), async (all) => {
        seen.runs++;
        const { text, fixed } = await fix(all);
        seen.fixed += fixed.length;
        seen.aliases += fixed.filter(({ edit }) => edit?.kind === 'add-alias').length;
        const [was, reader] = [history(all.candidate), history(text)];
        for (const version of all.before) {
          const writer = history(version);
          const datum = numbered(writer);
          const bytes = encodeJson(writer, datum);
          if (bytes === undefined) throw new Error(`No datum: ${JSON.stringify(datum)}`);
          const written = new Map(
            leavesOf(writer, JSON.parse(toAvroJson(writer, bytes))).map((leaf) => [
              leaf.value,
              leaf,
            ]),
          );
          const leaves = read(writer, reader, bytes) ?? [];
          for (const { path, value } of leaves) {
            const source = written.get(value);
            if (source === undefined) continue;
            seen.values++;
            expect(spoken(path)).toBe(spoken(source.path));
          }
          // What could be read before still can, and nothing is lost that was there.
          const earlier = read(writer, was, bytes)?.filter(({ value }) => written.has(value)) ?? [];
          const values = new Set(leaves.map(({ value }) => value));
          expect(earlier.filter(({ value }) => !values.has(value))).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
    expect(seen.runs).toBeGreaterThanOrEqual(RUNS);
    expect(seen.aliases).toBeGreaterThan(RUNS / 4);
    expect(seen.values).toBeGreaterThan(RUNS);
  }, 120_000);
});

const record = (fields: readonly Json[]): Json => ({ type: 'record', name: 'R', fields });
const sensors = (...names: string[]): Json =>
  record(names.map((name) => ({ name, type: 'long', default: 0 })));

describe('what was swapped once', () => {
  it('reads three sensors whose case changed as what they are', async () => {
    const writer = sensors('sensor1ABC', 'sensor2ABC', 'sensor3ABC');
    const candidate = sensors('sensor1Abc', 'sensor2Abc', 'sensor3Abc');
    const { text, fixed } = await fix({ before: [writer], candidate });
    expect(fixed.map(({ rule }) => rule)).toEqual(Array(3).fill('field-case-changed'));
    const bytes = encodeJson(history(writer), { sensor1ABC: 1, sensor2ABC: 2, sensor3ABC: 3 });
    expect(read(history(writer), history(text), bytes ?? new Uint8Array())).toEqual([
      { path: ['sensor1Abc'], value: 1 },
      { path: ['sensor2Abc'], value: 2 },
      { path: ['sensor3Abc'], value: 3 },
    ]);
  });

  it('reads no account number as a note', async () => {
    const writer = record([{ name: 'iban', type: 'string' }]);
    const candidate = record([{ name: 'note', type: 'string', default: '' }]);
    const { text, fixed } = await fix({ before: [writer], candidate });
    expect([JSON.parse(text), fixed]).toEqual([candidate, []]);
    expect(
      checkHistory({ compatibility: 'BACKWARD', history: [writer], candidate }).map((one) => [
        one.rule,
        one.fix,
        one.edit,
      ]),
    ).toEqual([
      [
        'field-renamed',
        'If it is the same, add "aliases": ["iban"] to note. If not, say so with a waiver.',
        undefined,
      ],
    ]);
  });

  it('takes back an alias by which another version could no longer be read', async () => {
    // The second version had both spellings, so an alias makes its data ambiguous.
    const before = [sensors('userid'), sensors('userid', 'userId')];
    const candidate = sensors('userId');
    const { text, fixed } = await fix({ before, candidate });
    expect([JSON.parse(text), fixed]).toEqual([candidate, []]);
  });

  it('gives no type the names of two, and no two types the name of one', async () => {
    const enumOf = (name: string): Json => ({ type: 'enum', name, symbols: ['A'] });
    const holder = (a: Json, b: Json): Json =>
      record([
        { name: 'a', type: a },
        { name: 'b', type: b },
      ]);
    const one = holder(enumOf('n.OrderState'), 'n.OrderState');
    const two = holder(enumOf('n.Order_State'), enumOf('m.ORDER_STATE'));
    for (const [writer, candidate] of [
      [one, two],
      [two, one],
    ] as const)
      expect((await fix({ before: [writer], candidate })).fixed).toEqual([]);
  });

  it('reads no branch that was renamed as another of its union that was there before', async () => {
    const enumOf = (name: string): Json => ({ type: 'enum', name, symbols: ['A'] });
    const writer = [enumOf('n.State'), enumOf('m.State')];
    const candidate = [enumOf('n.Phase'), enumOf('m.State')];
    const { text, fixed } = await fix({ before: [writer], candidate });
    expect([JSON.parse(text), fixed]).toEqual([candidate, []]);
    expect(
      checkHistory({ compatibility: 'BACKWARD', history: [writer], candidate }).map((one) => [
        one.rule,
        one.fix,
        one.edit,
      ]),
    ).toEqual([
      [
        'union-branch-namespace',
        'Keep the branch n.State, or, if enum m.State is both now, add "aliases": ["n.State"] to that.',
        undefined,
      ],
    ]);
  });
});
