/** The `logicalTypes` part of `tavro.json`: how their values appear, and which names count as some. */
import { didYouMean } from '../../../runtime/nearest-name.js';
import type { CustomConversion, LogicalOverride } from '../../emit/options.js';
import { type JsonNode, type JsonRecord, keysOf } from '../../model/json.js';
import { LOGICAL_TYPES, type LogicalRow } from '../../model/logical.js';
import {
  DOCUMENTED_NAMES,
  documentedName,
  PRESETS,
  type Preset,
  type SemanticNames,
} from '../../model/semantic.js';
import type { Origin } from '../../model/source-text.js';
import {
  type Choice,
  choice,
  either,
  listOf,
  type Part,
  part,
  type Setting,
  type Shared,
  TEXT,
} from './setting.js';
import { choiceOf, objectOf, PartReader, type Say } from './shape.js';

export interface LogicalTypes {
  readonly overrides: ReadonlyMap<string, LogicalOverride>;
  /** Names of Kafka Connect that count as logical types. */
  readonly semantics: SemanticNames;
  /** Those of them that no documentation names, and where. */
  readonly own: ReadonlyMap<string, Origin>;
  /** The modules of conversions. */
  readonly modules: readonly NamedModule[];
}

/** A module that an option names, and where. */
export interface NamedModule {
  readonly key: string;
  readonly module: string;
  readonly origin: Origin;
}

/** The key under which presets stand: no logical type is called so. */
const PRESETS_KEY = 'presets';

const ROWS = LOGICAL_TYPES.map(({ name }) => name);
const PRESET: Choice<Preset> = { ...choice(PRESETS), names: 'preset' };

const CONVERSION = part({
  module: {
    is: { ...TEXT, names: 'module' },
    isRequired: true,
    doc: 'A package, or a path from the folder of `tavro.json` that starts with a dot.',
    example: '../conversions.js',
  },
  conversion: {
    is: TEXT,
    isRequired: true,
    doc: 'The name of a `Conversion` that it exports.',
    example: 'decimalJs',
  },
  type: {
    is: TEXT,
    isRequired: true,
    doc: 'The type of the values: a name that `typeModule` exports, or the text of a TypeScript type.',
    example: 'Decimal',
  },
  typeModule: {
    is: { ...TEXT, names: 'module' },
    doc: 'Where the type comes from.',
    example: 'decimal.js',
  },
});

const CUSTOM: Shared = {
  form: 'shared',
  name: 'conversion',
  title: 'A conversion of your own',
  doc: 'How values of a logical type appear, by code of yours.',
  is: CONVERSION,
};

/** How values of a logical type appear where a project does not want the usual. */
const WORDS = choice(['base', 'number', 'bigint']);
type Word = (typeof WORDS.choices)[number];

/** The words that would change something, for what stands on some base types. */
function wordsFor({ on }: Bases): readonly Word[] {
  return WORDS.choices.filter((word) => canBe({ on }, word));
}

function settingFor(bases: Bases, doc: string, rows: readonly string[] = []): Setting {
  const words = [...rows, ...wordsFor(bases)];
  return {
    is: either(choice(words), CUSTOM),
    doc,
    example: words.at(rows.length > 0 ? 0 : -1) ?? 'base',
  };
}

function shownAs({ on }: LogicalRow): string {
  const types = new Set(Object.values(on).map(({ type }) => type));
  return [...types]
    .map((type) => (type === 'long' ? 'as `longs` says' : `\`${type}\``))
    .join(' or ');
}

/** The part. Names of Connect's schemas are those of Java's classes; Avro's logical types have no dot. */
export const LOGICAL: Part = {
  names: 'logical type',
  ...part(
    {
      [PRESETS_KEY]: {
        is: listOf(PRESET),
        doc: 'Documented names of Kafka Connect that count as logical types of the same base and unit.',
        example: [...PRESETS],
      },
      ...Object.fromEntries(
        LOGICAL_TYPES.map((row): [string, Setting] => [
          row.name,
          settingFor(
            row,
            `On ${Object.keys(row.on).join(' or ')}; ${shownAs(row)} where nothing is said.`,
          ),
        ]),
      ),
      ...Object.fromEntries(
        DOCUMENTED_NAMES.map(({ name, on, preset, rows }): [string, Setting] => [
          name,
          settingFor(
            basesOf(on),
            `A \`connect.name\`, on ${on.join(' or ')}; it counts where this or the preset \`${preset}\` says so.`,
            rows,
          ),
        ]),
      ),
    },
    {
      key: '<connect.name>',
      pattern: /\./,
      names: 'connect.name',
      doc: 'A name of your own that a schema has as its `connect.name`: it holds a dot.',
      value: either(
        {
          ...choice([...WORDS.choices, ...ROWS]),
          called: "`base`, `number`, `bigint`, one of Avro's logical types",
        },
        CUSTOM,
      ),
    },
  ),
};

/** Reads the part; what is wrong with it goes to `say`. */
export function readLogicalTypes(node: JsonNode | undefined, say: Say): LogicalTypes {
  const reader = new LogicalTypesReader(say);
  if (node !== undefined) reader.read(objectOf(node, 'logicalTypes', say));
  return reader;
}

class LogicalTypesReader implements LogicalTypes {
  readonly overrides = new Map<string, LogicalOverride>();
  readonly semantics = new Map<string, string>();
  readonly own = new Map<string, Origin>();
  readonly modules: NamedModule[] = [];
  private readonly say: Say;

  constructor(say: Say) {
    this.say = say;
  }

  read(object: JsonRecord): void {
    for (const preset of presetsOf(object.entries.get(PRESETS_KEY), this.say))
      for (const { name, rows } of DOCUMENTED_NAMES.filter((one) => one.preset === preset))
        this.semantics.set(name, rows[0] ?? name);
    for (const [name, value] of object.entries) {
      if (name === PRESETS_KEY) continue;
      // Names of Connect's schemas are those of Java's classes; Avro's logical types have no dot.
      if (name.includes('.')) this.semantic(object, { name, value });
      else this.logicalType(object, { name, value });
    }
  }

  private logicalType(object: JsonRecord, entry: Entry): void {
    const { name, value } = entry;
    const row = LOGICAL_TYPES.find((one) => one.name === name);
    if (row === undefined) {
      this.say(
        keysOf(object).get(name) ?? value.origin,
        `"${name}" is no logical type.${didYouMean(name, ROWS)} Avro names: ${ROWS.join(', ')}.`,
      );
      return;
    }
    const override = this.override(entry);
    if (override === undefined) return;
    if (!canBe(row, override)) this.refuse(value, { name, override, row });
    this.overrides.set(name, override);
  }

  /** A name of Kafka Connect: a logical type that it counts as, or how its values appear. */
  private semantic(object: JsonRecord, entry: Entry): void {
    const { name, value } = entry;
    const known = documentedName(name);
    if (known === undefined) this.own.set(name, keysOf(object).get(name) ?? value.origin);
    const row = value.kind === 'scalar' ? ROWS.find((one) => one === value.value) : undefined;
    if (row !== undefined) {
      if (known !== undefined && !known.rows.includes(row))
        this.say(value.origin, `${disagrees(name, row)} Take ${takes(known.rows)}.`);
      this.semantics.set(name, row);
      return;
    }
    const override = this.override(entry, ROWS);
    if (override === undefined) return;
    const bases = basesOf(known?.on ?? ['long']);
    if (!canBe(bases, override)) this.refuse(value, { name, override, row: bases });
    this.semantics.set(name, name);
    this.overrides.set(name, override);
  }

  private override(
    { name, value }: Entry,
    others: readonly string[] = [],
  ): LogicalOverride | undefined {
    if (value.kind === 'object') return this.conversion(value);
    const is = choice([...WORDS.choices, ...others]);
    const word = choiceOf(value, { key: name, is }, this.say);
    return WORDS.choices.find((one) => one === word);
  }

  private conversion(node: JsonRecord): CustomConversion | undefined {
    const read = new PartReader(node, CONVERSION, this.say);
    const [module, conversion] = [read.text('module'), read.text('conversion')];
    const [type, typeModule] = [read.text('type'), read.text('typeModule')];
    for (const key of ['module', 'typeModule'] as const) {
      const named = key === 'module' ? module : typeModule;
      if (named !== undefined) this.modules.push({ key, module: named, origin: read.origin(key) });
    }
    if (module === undefined || conversion === undefined || type === undefined) {
      const needed = ['module', 'conversion', 'type'] as const;
      if (needed.some((key) => read.lacks(key)))
        this.say(
          node.origin,
          'A conversion needs "module", "conversion" (an exported Conversion) and "type".',
        );
      return undefined;
    }
    return { module, conversion, type, ...(typeModule === undefined ? {} : { typeModule }) };
  }

  private refuse(
    { origin }: JsonNode,
    { name, override, row: { on } }: { name: string; override: LogicalOverride; row: Bases },
  ): void {
    this.say(
      origin,
      `"${name}" stands on ${Object.keys(on).join(' or ')}, whose values are no ${override}: take "base" or a conversion.`,
    );
  }
}

interface Entry {
  readonly name: string;
  readonly value: JsonNode;
}

type Bases = { readonly on: { readonly [base: string]: unknown } };

function basesOf(on: readonly string[]): Bases {
  return { on: Object.fromEntries(on.map((base) => [base, true])) };
}

function disagrees(name: string, row: string): string {
  const stands = Object.keys(LOGICAL_TYPES.find((one) => one.name === row)?.on ?? {});
  return `"${name}" is documented to hold something else than "${row}", which stands on ${stands.join(' or ')}.`;
}

function takes(rows: readonly string[]): string {
  return [...rows.map((row) => `"${row}"`), '"base" or a conversion'].join(', ');
}

function presetsOf(node: JsonNode | undefined, say: Say): readonly Preset[] {
  if (node === undefined) return [];
  if (node.kind !== 'list') {
    say(node.origin, `"${PRESETS_KEY}" must be a list of ${PRESETS.join(', ')}.`);
    return [];
  }
  return node.items.flatMap((item) => {
    const given = item.kind === 'scalar' ? item.value : undefined;
    const found = PRESET.choices.find((preset) => preset === given);
    if (found !== undefined) return [found];
    const meant = typeof given === 'string' ? didYouMean(given, PRESETS) : '';
    say(item.origin, `This is no preset.${meant} Known: ${PRESETS.join(', ')}.`);
    return [];
  });
}

/** Longs may be either, ints are numbers anyway; of anything else the word would change nothing. */
function canBe({ on }: Bases, override: LogicalOverride): boolean {
  if (override === 'number') return 'long' in on || 'int' in on;
  return override !== 'bigint' || 'long' in on;
}
