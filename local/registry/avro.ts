/**
 * The one place where the registry meets Avro. Compatibility is decided by avsc's resolver until
 * our own engine is there. The parser's modules are imported one by one, since `codegen/index.js`
 * would load the whole generator.
 */
import avsc from 'avsc';
import { parseJsonNode, toJson } from '../../codegen/model/json.js';
import { parseFiles } from '../../codegen/model/parse.js';
import { printSchema } from '../../codegen/model/print.js';
import { Problems } from '../../codegen/model/problem.js';
import { SourceText } from '../../codegen/model/source-text.js';
import { canonicalText } from './canonical-text.js';
import type {
  CompatibilityLevel,
  CompatibilityRequest,
  CompatibilityVerdict,
  SchemaDocument,
  SchemaEngine,
  SchemaForms,
} from './engine.js';

export const avroEngine: SchemaEngine = { parse, check };

/** Stands for the file name in problems. */
const CANDIDATE = 'schema';

function parse(document: SchemaDocument, role: 'candidate' | 'history'): SchemaForms {
  const source = new SourceText(CANDIDATE, document.schema);
  const references = document.references.map(
    (text, i) => new SourceText(`reference ${i + 1}`, text),
  );
  const { files, types, problems } = parseFiles([...references, source], { role });
  // What was accepted as a reference once is not judged again.
  const errors = problems.errors.filter(({ at }) => at.file === CANDIDATE);
  const root = files.at(-1)?.root;
  const json = parseJsonNode(source, new Problems());
  if (errors.length > 0 || root === undefined || json === undefined) {
    throw new Error(
      errors
        .map(({ at, message, fix }) => `${at.line}:${at.column} ${message}${fix ? ` ${fix}` : ''}`)
        .join('; '),
    );
  }
  const known = types.filter(({ origin }) => origin.source !== source).map(({ name }) => name);
  const plain = toJson(json);
  const whole = printSchema(root);
  return {
    canonical: canonicalText(plain, { known }),
    normalized: canonicalText(plain, { known, normalize: true }),
    resolved: canonicalText(whole, { known: [] }),
    resolvedNormalized: canonicalText(whole, { known: [], normalize: true }),
  };
}

type Direction = 'BACKWARD' | 'FORWARD';

const DIRECTIONS: Readonly<Record<CompatibilityLevel, readonly Direction[]>> = {
  NONE: [],
  BACKWARD: ['BACKWARD'],
  BACKWARD_TRANSITIVE: ['BACKWARD'],
  FORWARD: ['FORWARD'],
  FORWARD_TRANSITIVE: ['FORWARD'],
  FULL: ['BACKWARD', 'FORWARD'],
  FULL_TRANSITIVE: ['BACKWARD', 'FORWARD'],
};

function check({ level, candidate, history }: CompatibilityRequest): CompatibilityVerdict {
  const reach = level.endsWith('_TRANSITIVE') ? history : history.slice(-1);
  // Newest first, and the first that does not fit is reported, as Confluent's registry does.
  for (const old of [...reach].reverse()) {
    const messages = DIRECTIONS[level].flatMap((direction) => {
      const problem = direction === 'BACKWARD' ? refusal(candidate, old) : refusal(old, candidate);
      return problem === undefined ? [] : [`{${direction}: ${problem}}`];
    });
    if (messages.length > 0) return { compatible: false, messages, version: old.version };
  }
  return { compatible: true, messages: [] };
}

/** Why `reader` cannot read what `writer` wrote; `undefined` when it can. */
function refusal(reader: SchemaDocument, writer: SchemaDocument): string | undefined {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Most types kept: a transitive check meets the same history again and again. */
const MAX_TYPES = 1_000;
const types = new Map<string, avsc.Type>();

function typeOf(document: SchemaDocument): avsc.Type {
  const key = JSON.stringify([document.schema, ...document.references]);
  const known = types.get(key);
  if (known !== undefined) return known;
  const type = avsc.Type.forSchema(JSON.parse(parse(document, 'history').resolved));
  if (types.size >= MAX_TYPES) types.clear();
  types.set(key, type);
  return type;
}
