/** The corpus of real schemas with Java's verdicts, where a checkout has it beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { describe } from '@jest/globals';
import { isSelfEvident } from '../../codegen/emit/appearance.js';
import { caseName } from '../../codegen/model/cases.js';
import { LOGICAL_TYPES } from '../../codegen/model/logical.js';
import { parseSchema } from '../../codegen/model/parse-schema.js';
import type { Schema } from '../../codegen/model/schema.js';
import type { GeneratedCodec } from '../../runtime/generated-code.js';
import { isArray, isObject, type Json } from '../../runtime/json.js';
import { byName } from '../codegen/by-name.js';
import { type Generated, generate, importAllCodecs } from '../codegen/generated-project.js';

const FOLDER = new URL('../../../shared/corpus/', import.meta.url);

/** Runs where the corpus is; elsewhere the name of what is skipped says so. */
export const describeCorpus: typeof describe.skip = existsSync(FOLDER) ? describe : describe.skip;

/** The rows of a file, each as `Row` says: the corpus' README lists the keys. */
export function corpusRows<Row>(file: string): readonly Row[] {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  // Safe: the corpus is fixed, and a test that reads a missing key fails.
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

export function isRecord(schema: Json): boolean {
  return isObject(schema) && schema.type === 'record';
}

/** Only named types have codecs: any other becomes a record's only field, in the same bytes. */
export function onlyField(schema: Json): Json {
  return { type: 'record', name: 'OnlyField', fields: [{ name: 'v', type: schema }] };
}

export interface CorpusCodec {
  readonly codec: GeneratedCodec<unknown, unknown>;
  readonly root: Schema;
  readonly generated: Generated;
}

export interface ReadAs {
  readonly schema: Json;
  readonly writer?: Json;
}

/** Generated codecs, in one bundle, that show base values; with decoders of `writer` where given. */
export async function corpusCodecs(
  name: string,
  pairs: readonly ReadAs[],
): Promise<readonly CorpusCodec[]> {
  const logicalTypes = new Map(LOGICAL_TYPES.map((row) => [row.name, 'base' as const]));
  const all = pairs.map(({ schema, writer }) => {
    if (writer === undefined) return generate([schema], { logicalTypes });
    const older = parseSchema(writer, { role: 'history' }).schema;
    const { schema: root } = parseSchema(schema, { role: 'history' });
    const versions = byName('name' in root ? [[root.name, [older]]] : []);
    return generate([schema], { logicalTypes, versions });
  });
  const codecs = await importAllCodecs(name, all);
  return all.map((generated, i) => {
    const root = generated.model.files[0]?.root;
    const codec = root !== undefined && 'name' in root ? codecs[i]?.get(root.name) : undefined;
    if (root === undefined || codec === undefined) throw new Error('no codec');
    return { codec, root, generated };
  });
}

/** The corpus' lossless form of a value -> what a generated codec gives for it. */
export function fromTagged(tagged: Json, schema: Schema, generated: Generated): unknown {
  const within = (value: Json | undefined, inner: Schema) =>
    fromTagged(value ?? null, inner, generated);
  switch (schema.kind) {
    case 'long':
      return BigInt(String(tagged));
    case 'float':
    case 'double':
      return floating(isObject(tagged) ? String(tagged.bits) : '', schema.kind);
    case 'bytes':
    case 'fixed':
      return Uint8Array.from(Buffer.from(String(tagged), 'hex'));
    case 'array':
      return isArray(tagged) ? tagged.map((item) => within(item, schema.items)) : [];
    case 'map':
      return Object.fromEntries(
        (isArray(tagged) ? tagged : []).map((entry) =>
          isArray(entry) ? [String(entry[0]), within(entry[1], schema.values)] : [],
        ),
      );
    case 'record': {
      const record = isObject(tagged) ? tagged : {};
      return Object.fromEntries(
        schema.fields.map(({ name, type }) => [name, within(record[name], type)]),
      );
    }
    case 'union': {
      const { i, v } = isObject(tagged) ? tagged : {};
      const index = Number(i);
      const branch = schema.branches[index];
      if (branch === undefined) throw new Error('no branch');
      const value = within(v, branch);
      const isBare = isSelfEvident(schema, generated.project, 'bigint');
      return isBare || value === null ? value : { case: caseName(schema, index), value };
    }
    default:
      return tagged;
  }
}

function floating(bits: string, kind: 'float' | 'double'): number {
  const bytes = Buffer.from(bits, 'hex');
  return kind === 'float' ? bytes.readFloatBE() : bytes.readDoubleBE();
}
