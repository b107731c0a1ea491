/** Real schemas and Java's verdicts, where the corpus is at hand (../shared/corpus). */
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { generateFiles } from '../../codegen/emit/generate.js';
import { DEFAULT_OPTIONS } from '../../codegen/emit/options.js';
import { parseFiles } from '../../codegen/model/parse.js';
import { parseSchema } from '../../codegen/model/parse-schema.js';
import { SourceText } from '../../codegen/model/source-text.js';
import { fingerprint } from '../../runtime/fingerprint.js';
import { corpusRows, describeCorpus } from '../runtime/corpus.js';
import { compile, writeScratch } from './generated-project.js';

interface Row {
  readonly file: string;
  readonly parses_in_java_1_12_1: boolean;
  /** Names that the file needs from elsewhere. */
  readonly unresolved: readonly string[];
}

const CORPUS = new URL('../../../shared/corpus/', import.meta.url);

describeCorpus('schemas of the corpus (../shared/corpus/schemas)', () => {
  const parsed = () =>
    corpusRows<Row>('schemas/INDEX.jsonl').map((row) => {
      const text = readFileSync(new URL(row.file, CORPUS), 'utf8');
      return { row, model: parseFiles([new SourceText(row.file, text)]) };
    });

  it('are taken where Java takes them, and refused with a place where it refuses them', () => {
    const rows = parsed();
    expect(rows.length).toBeGreaterThan(100);
    for (const { row, model } of rows) {
      const { errors } = model.problems;
      expect([row.file, errors.length === 0]).toEqual([row.file, row.parses_in_java_1_12_1]);
      for (const { at } of errors) {
        expect(at.file).toBe(row.file);
        expect(Math.min(at.line, at.column)).toBeGreaterThan(0);
      }
      const unknown = errors.filter(({ code }) => code === 'TYPE_UNKNOWN').map((e) => e.message);
      for (const name of row.unresolved) expect(unknown.join()).toContain(name);
    }
  });

  it.each(['typescript', 'typescript-6'])(
    'give code that compiles under all flags of %s',
    async (compiler) => {
      const files = parsed()
        .filter(({ model }) => model.problems.errors.length === 0)
        .flatMap(({ model }, i) =>
          generateFiles(model, [], DEFAULT_OPTIONS).map(({ path, text }) => ({
            path: `s${i}/${path}`,
            text,
          })),
        );
      expect(files.length).toBeGreaterThan(400);
      expect(await compile(await writeScratch(`corpus-${compiler}`, files), compiler)).toEqual([]);
    },
    120_000,
  );
});

describeCorpus('fingerprints of the corpus (../shared/corpus/canonical.jsonl)', () => {
  it("are Java's", () => {
    const rows = corpusRows<{
      schema: string;
      crc64_hex_le: string;
      md5: string;
      sha256: string;
    }>('canonical.jsonl');
    expect(rows.length).toBeGreaterThan(30);
    for (const { schema: text, crc64_hex_le, md5, sha256 } of rows) {
      const { schema } = parseSchema(text);
      expect({
        md5: fingerprint(schema, 'MD5'),
        sha256: fingerprint(schema, 'SHA-256'),
        crc: Buffer.from(fingerprint(schema), 'hex').reverse().toString('hex'),
      }).toEqual({ md5, sha256, crc: crc64_hex_le });
    }
  });
});
