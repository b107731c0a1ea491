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
import { choiceOf, objectOf, onlyKeys, type Say, textOf } from './shape.js';

export interface LogicalTypes {
  readonly overrides: ReadonlyMap<string, LogicalOverride>;
  /** Names of Kafka Connect that count as logical types. */
  readonly semantics: SemanticNames;
  /** Those of them that no documentation names, and where. */
  readonly own: ReadonlyMap<string, Origin>;
}

/** The key under which presets stand: no logical type is called so. */
const PRESETS_KEY = 'presets';

const ROWS = LOGICAL_TYPES.map(({ name }) => name);

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
    if (row === undefined)
      this.say(
        keysOf(object).get(name) ?? value.origin,
        `"${name}" is no logical type.${didYouMean(name, ROWS)} Avro names: ${ROWS.join(', ')}.`,
      );
    const override = this.override(object, entry);
    if (override === undefined) return;
    if (row !== undefined && !canBe(row, override)) this.refuse(value, { name, override, row });
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
    const override = this.override(object, entry, ROWS);
    if (override === undefined) return;
    const on = known === undefined ? { long: true } : Object.fromEntries(known.on.map(present));
    if (!canBe({ on }, override)) this.refuse(value, { name, override, row: { on } });
    this.semantics.set(name, name);
    this.overrides.set(name, override);
  }

  private override(
    object: JsonRecord,
    { name, value }: Entry,
    others: readonly string[] = [],
  ): LogicalOverride | undefined {
    if (value.kind === 'object') return conversion(value, this.say);
    const choices = ['base', 'number', 'bigint', ...others];
    const word = choiceOf(object, { key: name, choices }, this.say);
    return word === 'base' || word === 'number' || word === 'bigint' ? word : undefined;
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

const present = (base: string): [string, true] => [base, true];

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
    const found = PRESETS.find((preset) => preset === given);
    if (found !== undefined) return [found];
    const meant = typeof given === 'string' ? didYouMean(given, PRESETS) : '';
    say(item.origin, `This is no preset.${meant} Known: ${PRESETS.join(', ')}.`);
    return [];
  });
}

/** Longs may be either, ints are numbers anyway; of anything else the word would change nothing. */
function canBe({ on }: Bases | LogicalRow, override: LogicalOverride): boolean {
  if (override === 'number') return 'long' in on || 'int' in on;
  return override !== 'bigint' || 'long' in on;
}

function conversion(node: JsonRecord, say: Say): CustomConversion | undefined {
  onlyKeys(node, ['module', 'conversion', 'type', 'typeModule'], say);
  const module = textOf(node, 'module', say);
  const name = textOf(node, 'conversion', say);
  const type = textOf(node, 'type', say);
  const typeModule = textOf(node, 'typeModule', say);
  if (module === undefined || name === undefined || type === undefined) {
    say(
      node.origin,
      'A conversion needs "module", "conversion" (an exported Conversion) and "type".',
    );
    return undefined;
  }
  return { module, conversion: name, type, ...(typeModule === undefined ? {} : { typeModule }) };
}
