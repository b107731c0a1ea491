/**
 * The one place where the registry meets Avro: the parser of the generator and the engine of the
 * gate. Their modules are imported one by one, since `codegen/index.js` loads the whole generator.
 */

import { comparePair, rulesOf } from '../../codegen/check/compare-pair.js';
import { javaFindings } from '../../codegen/check/java.js';
import { pairsOf, type ReadingPair, versionsOf } from '../../codegen/check/modes.js';
import { parseJsonNode, toJson } from '../../codegen/model/json.js';
import { parseFiles } from '../../codegen/model/parse.js';
import { printSchema } from '../../codegen/model/print.js';
import { Problems } from '../../codegen/model/problem.js';
import type { Schema } from '../../codegen/model/schema.js';
import { SourceText } from '../../codegen/model/source-text.js';
import { canonicalText } from './canonical-text.js';
import type {
  CompatibilityRequest,
  CompatibilityVerdict,
  SchemaDocument,
  SchemaEngine,
  SchemaForms,
} from './engine.js';
import { type Direction, explain, explainFinding } from './explain.js';

export const avroEngine: SchemaEngine = { parse, check };

/** Stands for the file name in problems. */
const CANDIDATE = 'schema';

const NAMES_FIX = 'The subject takes it with {"validateNames": false} in its config.';

/** A document that was read. */
interface Reading {
  readonly source: SourceText;
  readonly root: Schema;
  /** Full names of the types that it takes from its references. */
  readonly known: readonly string[];
}

function parse(document: SchemaDocument, role: 'candidate' | 'history'): SchemaForms {
  const { source, root, known } = read(document, role);
  const json = parseJsonNode(source, new Problems());
  const plain = json === undefined ? null : toJson(json);
  const whole = printSchema(root);
  return {
    canonical: canonicalText(plain, { known }),
    normalized: canonicalText(plain, { known, normalize: true }),
    resolved: canonicalText(whole, { known: [] }),
    resolvedNormalized: canonicalText(whole, { known: [], normalize: true }),
  };
}

function read({ schema, references }: SchemaDocument, role: 'candidate' | 'history'): Reading {
  const source = new SourceText(CANDIDATE, schema);
  const sources = references.map((text, i) => new SourceText(`reference ${i + 1}`, text));
  const { files, types, problems } = parseFiles([...sources, source], { role });
  // What was accepted as a reference once is not judged again.
  const errors = problems.errors.filter(({ at }) => at.file === CANDIDATE);
  const root = files.at(-1)?.root;
  if (errors.length > 0 || root === undefined) {
    const shown = errors.map(({ at, code, message, fix = '' }) => {
      // A file's fix speaks of tavro.json: here it is the subject's settings that take a name.
      const way = code === 'NAME_INVALID' && fix !== '' ? NAMES_FIX : fix;
      return `${at.line}:${at.column} ${message} ${way}`;
    });
    throw new Error(shown.map((line) => line.trim()).join('; '));
  }
  const known = types.filter(({ origin }) => origin.source !== source).map(({ name }) => name);
  return { source, root, known };
}

function check({ level, candidate, history }: CompatibilityRequest): CompatibilityVerdict {
  // Newest first, and the first that does not fit is reported, as Confluent's registry does.
  for (const old of versionsOf(level, history)) {
    const messages = pairsOf<SchemaDocument>(level, [old], candidate).flatMap((pair) =>
      refusals(pair, pair.reader === candidate ? 'BACKWARD' : 'FORWARD'),
    );
    if (messages.length > 0) return { compatible: false, messages, version: old.version };
  }
  return { compatible: true, messages: [] };
}

/** Most incompatibilities that one answer names: types that share parts have them without number. */
const MAX_MESSAGES = 1_000;

const WIRE = rulesOf(['WIRE']);

/** Why the reader cannot read what the writer writes, in the words of a direction; empty when it can. */
function refusals(pair: ReadingPair<SchemaDocument>, direction: Direction): string[] {
  const reader = { schema: graphOf(pair.reader) };
  const writer = { schema: graphOf(pair.writer) };
  const findings = comparePair(reader, writer, { rules: WIRE });
  if (findings.length === 0) return [];
  const java = javaFindings(reader.schema, writer.schema);
  return typeof java === 'string' || java.length === 0
    ? findings.map((finding) => explainFinding(finding, direction))
    : java.slice(0, MAX_MESSAGES).map((found) => explain(found, direction));
}

/** Most schemas kept: a transitive check meets the same history again and again. */
const MAX_GRAPHS = 1_000;
const graphs = new Map<string, Schema>();

function graphOf(document: SchemaDocument): Schema {
  const key = JSON.stringify([document.schema, ...document.references]);
  const known = graphs.get(key);
  if (known !== undefined) return known;
  const { root } = read(document, 'history');
  if (graphs.size >= MAX_GRAPHS) graphs.clear();
  graphs.set(key, root);
  return root;
}
