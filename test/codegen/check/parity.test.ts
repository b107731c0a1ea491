import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import type { Json } from '../../../runtime/json.js';

/** Verdicts of Apache Avro Java 1.12.1, where the corpus is at hand. */
const CORPUS = new URL('../../../../shared/corpus/', import.meta.url);
const given = existsSync(CORPUS) ? describe : describe.skip;

interface Row {
  readonly id: string;
  readonly reader: Json;
  readonly writer: Json;
  readonly expected: 'compatible' | 'incompatible';
  readonly incompatibilities: readonly { type: string; location: string }[] | null;
}

given("Java's verdicts (../shared/corpus)", () => {
  it.each(['compat-pairs.jsonl', 'compat-mutants.jsonl'])(
    '%s: verdict, types and locations',
    (file) => {
      const rows = readFileSync(new URL(file, CORPUS), 'utf8').split('\n').filter(Boolean);
      expect(rows.length).toBeGreaterThan(100);
      for (const row of rows) {
        // Safe: the corpus' rows have this form.
        const { id, reader, writer, expected, incompatibilities } = JSON.parse(row) as Row;
        const findings = compare(reader, writer, { categories: ['WIRE'] });
        const ours = findings.map(({ java }) => `${java?.type} ${java?.location}`);
        const java = incompatibilities?.map(({ type, location }) => `${type} ${location}`);
        expect([id, findings.length === 0 ? 'compatible' : 'incompatible']).toEqual([id, expected]);
        expect([id, [...new Set(ours)].sort()]).toEqual([id, [...new Set(java ?? ours)].sort()]);
      }
    },
  );
});
