/** `tavro.json`: topics and options, checked with file, line and column. */
import { join } from 'node:path';
import { isThere, readFile } from '../../disk/directory.js';
import type { EmitOptions } from '../../emit/options.js';
import { DEFAULT_OPTIONS } from '../../emit/options.js';
import { CodegenError } from '../../error.js';
import { type JsonNode, parseJsonNode } from '../../model/json.js';
import { Problems, printProblem } from '../../model/problem.js';
import type { SemanticNames } from '../../model/semantic.js';
import { type Origin, placeOf, printPlace, type SourceText } from '../../model/source-text.js';
import { CHECK, type CheckConfig, NO_CHECK_CONFIG, readCheckConfig } from './check.js';
import { LOGICAL, type NamedModule, readLogicalTypes } from './logical-types.js';
import { DECIMALS, LONGS, readPerField } from './per-field.js';
import {
  NO_REGISTRY_CONFIG,
  REGISTRY,
  type RegistryConfig,
  readRegistryConfig,
} from './registry.js';
import { choice, mapOf, part, TEXT } from './setting.js';
import { objectOf, PartReader, type Say } from './shape.js';
import { checkSharedSubjects } from './shared-subjects.js';
import { readTopics, TOPICS, type TopicConfig } from './topics.js';

export interface Config {
  readonly file: string;
  /** The file's text; absent where there is no file. */
  readonly source?: SourceText;
  readonly topics: readonly TopicConfig[];
  readonly emit: EmitOptions;
  /** The fields that `longs.fields` names, and where. */
  readonly longFields: ReadonlyMap<string, Origin>;
  /** Those that `decimals.fields` names. */
  readonly decimalFields: ReadonlyMap<string, Origin>;
  /** Names of Kafka Connect that count as logical types. */
  readonly semantics: SemanticNames;
  /** Those of them that no documentation names, and where `logicalTypes` does. */
  readonly ownSemantics: ReadonlyMap<string, Origin>;
  /** The modules that it names, and where. */
  readonly modules: readonly NamedModule[];
  readonly unionDefault: 'any' | 'first';
  /** Whether names outside Avro's grammar are refused. */
  readonly names: 'avro' | 'lenient';
  /** Severities and waivers of the gate. */
  readonly check: CheckConfig;
  /** How subjects are named and schemas registered. */
  readonly registry: RegistryConfig;
}

export const CONFIG_FILE = 'tavro.json';

const UNION_DEFAULT = 'any';
const NAMES = 'avro';

/** All that the file may say. */
export const CONFIG = part({
  $schema: {
    is: TEXT,
    doc: 'The JSON Schema of this file, from its folder: editors complete and check by it.',
    example: '../node_modules/tavro/docs/editor/tavro.schema.json',
  },
  topics: { is: mapOf(TOPICS), doc: 'The topics by their names, with what each carries.' },
  longs: {
    is: LONGS.is,
    default: DEFAULT_OPTIONS.longs,
    doc: 'How longs appear: exact (`bigint`), or as numbers that refuse values beyond 2^53 (`number`).',
    example: { default: 'bigint', fields: { 'acme.Order.quantity': 'number' } },
  },
  decimals: {
    is: DECIMALS.is,
    default: DEFAULT_OPTIONS.decimals,
    doc: 'What becomes of digits beyond the scale of a decimal that is shown as text when it is written: an error (`refuse`), or they are rounded (`half-even` and `half-up` to the nearest, halves to the even neighbour or away from 0; `down` drops them).',
    example: 'half-even',
  },
  logicalTypes: {
    is: LOGICAL,
    doc: 'How values of logical types appear, and which names of Kafka Connect count as one: `base` as what they stand on, `number` or `bigint`, or by a conversion of yours.',
    example: {
      presets: ['connect', 'debezium'],
      'timestamp-millis': 'number',
      decimal: {
        module: '../conversions.js',
        conversion: 'decimalJs',
        type: 'Decimal',
        typeModule: 'decimal.js',
      },
    },
  },
  unionDefault: {
    is: choice(['any', 'first']),
    default: UNION_DEFAULT,
    doc: 'Which branch of a union its default must fit: `any` as from Avro 1.12 on, or the `first` as before.',
    example: 'first',
  },
  names: {
    is: choice(['avro', 'lenient']),
    default: NAMES,
    doc: 'Names that the grammar of Avro does not have, such as `order-id`, are errors (`avro`) or warnings (`lenient`).',
    example: 'lenient',
  },
  importExtension: {
    is: choice(['js', 'ts', 'none']),
    default: DEFAULT_OPTIONS.importExtension,
    doc: 'How relative imports of generated code end.',
    example: 'ts',
  },
  runtime: {
    is: { ...TEXT, names: 'module' },
    default: DEFAULT_OPTIONS.runtime,
    doc: 'Where generated code imports its part of the runtime from: a package, or a path from the folder of `tavro.json` that starts with a dot. `read` and `write` are taken from beside it.',
    example: 'tavro/generated-code',
  },
  check: { is: CHECK, doc: 'Severities of the rules of the gate, and waivers.' },
  registry: { is: REGISTRY, doc: 'How subjects are named and schemas registered.' },
});

/**
 * Reads `tavro.json` of a schemas folder; without one there are no topics and the defaults hold.
 * @throws CodegenError `CONFIG_INVALID` with every problem, each with file:line:column.
 */
export async function readConfig(folder: string): Promise<Config> {
  const path = join(folder, CONFIG_FILE);
  if (!isThere(path))
    return {
      file: path,
      topics: [],
      emit: DEFAULT_OPTIONS,
      longFields: new Map(),
      decimalFields: new Map(),
      semantics: new Map(),
      ownSemantics: new Map(),
      modules: [],
      unionDefault: UNION_DEFAULT,
      names: NAMES,
      check: NO_CHECK_CONFIG,
      registry: NO_REGISTRY_CONFIG,
    };
  return parseConfig(readFile(path));
}

/** Parses the text of a `tavro.json`. */
export function parseConfig(source: SourceText): Config {
  const problems = new Problems();
  const node = parseJsonNode(source, problems);
  if (node === undefined)
    throw new CodegenError('CONFIG_INVALID', problems.list.map(printProblem).join('\n'));
  const wrong: string[] = [];
  const say: Say = (origin, message) => wrong.push(`${printPlace(placeOf(origin))}: ${message}`);
  // What is given twice counts once, and nobody sees which.
  const twice = problems.list.filter(({ code }) => code === 'JSON_DUPLICATE_KEY');
  wrong.push(...twice.map(({ at, message }) => `${printPlace(at)}: ${message}`));
  const config = { ...configOf(node, source.file, say), source };
  if (wrong.length > 0) throw new CodegenError('CONFIG_INVALID', wrong.join('\n'));
  return config;
}

function configOf(node: JsonNode, file: string, say: Say): Config {
  const read = new PartReader(objectOf(node, CONFIG_FILE, say), CONFIG, say);
  read.text('$schema');
  const registry = readRegistryConfig(read.at('registry'), say);
  const given = read.at('topics');
  const topics =
    given === undefined ? [] : readTopics(objectOf(given, 'topics', say), registry, say);
  checkSharedSubjects(topics, say);
  const logicalTypes = readLogicalTypes(read.at('logicalTypes'), say);
  const runtime = read.text('runtime');
  const longs = readPerField(read.at('longs'), LONGS, say);
  const decimals = readPerField(read.at('decimals'), DECIMALS, say);
  return {
    file,
    topics,
    unionDefault: read.choice('unionDefault') ?? UNION_DEFAULT,
    names: read.choice('names') ?? NAMES,
    emit: {
      runtime: runtime ?? DEFAULT_OPTIONS.runtime,
      importExtension: read.choice('importExtension') ?? DEFAULT_OPTIONS.importExtension,
      longs: longs.default,
      fieldLongs: longs.fields,
      decimals: decimals.default,
      fieldDecimals: decimals.fields,
      logicalTypes: logicalTypes.overrides,
    },
    longFields: longs.origins,
    semantics: logicalTypes.semantics,
    ownSemantics: logicalTypes.own,
    modules: [
      ...(runtime === undefined
        ? []
        : [{ key: 'runtime', module: runtime, origin: read.origin('runtime') }]),
      ...logicalTypes.modules,
    ],
    decimalFields: decimals.origins,
    check: readCheckConfig(read.at('check'), say),
    registry,
  };
}
