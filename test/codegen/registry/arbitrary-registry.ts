/** Random registries: what ksqlDB, Connect, Debezium, Java producers and whole companies leave in one. */
import fc from 'fast-check';
import { contextOf } from '../../../codegen/history/subject-names.js';
import type { Json } from '../../../runtime/json.js';
import type { SchemaReference } from '../../../runtime/registry/schemas.js';
import type { HeldVersion, ServedRegistry } from './served-registry.js';

const TOPICS = [
  'orders',
  'Orders',
  'acme.shop.orders',
  'acme_shop_orders',
  'pay-ments',
  'x-value',
  '9',
];
/** The full names of records: some differ by case only, some are outside the grammar, some nest. */
const RECORDS = [
  'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema',
  'io.confluent.connect.avro.ConnectDefault',
  'acme.Order',
  'acme.order',
  'acme.Money',
  'acme.Order.Line',
  'Plain',
  'app-1.public.orders.Value',
  'app_1.public.orders.Value',
  'app-1.public.orders.Envelope',
];
const PARTS = [
  'acme.State',
  'acme.Money',
  'acme.Zip',
  'Plain',
  'io.confluent.connect.avro.ConnectDefault1',
  'app-1.public.orders.Row',
  'acme.Hash',
];
const FIELDS = ['id', 'ID', 'order-id', 'name', 'class', 'state', 'next', 'total', 'größe'];
const UNUSABLE = "acme.it's";
const CONTEXT = ':.staging:';
const LEVELS = ['NONE', 'FULL_TRANSITIVE', 'BACKWARD', 'FORWARD'];

/** What a registry is drawn with. */
export class Draw {
  private readonly gen: fc.GeneratorValue;

  constructor(gen: fc.GeneratorValue) {
    this.gen = gen;
  }

  /** 0 to `below` - 1. */
  number(below: number): number {
    return this.gen(fc.nat, { max: below - 1 });
  }

  /** Once in so many times. */
  once(times: number): boolean {
    return this.number(times) === times - 1;
  }

  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    const item = items[this.number(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}

/** A type that the registry holds, and what names it: others may refer to it. */
interface Referable {
  readonly reference: SchemaReference;
  /** Names that it defines, with those that it refers to. */
  readonly names: ReadonlySet<string>;
}

/** A schema while it is drawn: each name is defined once in it. */
interface Open {
  readonly names: Set<string>;
  /** Records around: what they may refer to through lists or `null`. */
  readonly around: readonly string[];
  readonly depth: number;
  readonly references: SchemaReference[];
}

/** Draws into a registry. */
export class RegistryDraw {
  private readonly draw: Draw;
  private readonly registry: ServedRegistry;
  private readonly referable = new Map<string, Referable[]>();

  constructor(draw: Draw, registry: ServedRegistry) {
    this.draw = draw;
    this.registry = registry;
  }

  /** Some subjects, each with some versions. */
  subjects(most: number): void {
    const { draw } = this;
    for (let left = 1 + draw.number(most); left > 0; left--) this.subject();
  }

  /** What happens between two pulls. */
  change(): void {
    const { draw, registry } = this;
    for (const [subject, held] of registry.subjects) {
      const newest = held.versions.at(-1);
      if (newest === undefined || !draw.once(3)) continue;
      if (draw.once(5)) held.versions[held.versions.length - 1] = { ...newest, isDeleted: true };
      else this.version(subject, newest);
    }
    if (draw.once(2)) this.subject();
  }

  private subject(): void {
    const { draw, registry } = this;
    const { subject, schema } = this.named();
    if (registry.subjects.has(subject)) return;
    const first = this.add(subject, schema);
    for (let left = draw.number(3); left > 0; left--) this.version(subject, first);
    const held = registry.subjects.get(subject);
    if (held === undefined) return;
    if (draw.once(4)) held.level = draw.pick(LEVELS);
    // The last one less often: then the subject carries the one before, or is gone.
    for (const [index, one] of held.versions.entries())
      if (draw.once(index === held.versions.length - 1 ? 12 : 5))
        held.versions[index] = { ...one, isDeleted: true };
  }

  /** Another version: of the same root most often, with other fields. */
  private version(subject: string, before: HeldVersion): void {
    const { draw } = this;
    const { schema } = before;
    const isRecord = typeof schema === 'object' && schema !== null && 'fields' in schema;
    const name = isRecord && !draw.once(8) ? fullName(schema) : undefined;
    this.add(
      subject,
      name === undefined ? this.root(subject) : this.record(this.open(), name, subject),
    );
  }

  private add(subject: string, drawn: Drawn): HeldVersion {
    const { draw, registry } = this;
    const { schema, open } = drawn;
    const schemaType = draw.once(25) ? draw.pick(['PROTOBUF', 'JSON'] as const) : undefined;
    const { references } = open;
    const one = registry.add(subject, schema, { references, ...(schemaType && { schemaType }) });
    const name = fullName(schema);
    if (schemaType === undefined && name !== undefined) {
      const known = this.referable.get(contextOf(subject) ?? '') ?? [];
      const reference = { name, subject, version: one.version };
      known.push({ reference, names: open.names });
      this.referable.set(contextOf(subject) ?? '', known);
    }
    return one;
  }

  /** A subject's name by one of the strategies, and its first schema. */
  private named(): { subject: string; schema: Drawn } {
    const { draw } = this;
    const context = draw.once(10) ? CONTEXT : '';
    const topic = draw.pick(TOPICS);
    const drawn = this.root(context);
    const name = fullName(drawn.schema);
    const byName = name === undefined ? [] : [`${topic}-${name}`, name];
    const all = [
      `${topic}-value`,
      `${topic}-value`,
      `${topic}-value`,
      `${topic}-key`,
      `${topic}-key`,
    ];
    const subject = draw.pick([
      ...all,
      ...byName,
      ...(draw.once(6) ? ['loose', 'no topic/-value'] : []),
    ]);
    return { subject: context + subject, schema: drawn };
  }

  private open(): Open {
    return { names: new Set(), around: [], depth: 0, references: [] };
  }

  /** @param subject whose context counts */
  private root(subject: string): Drawn {
    const { draw } = this;
    const open = this.open();
    switch (draw.number(8)) {
      case 0:
        return { open, schema: draw.pick<Json>(['string', 'long', 'bytes', 'null', 'double']) };
      case 1:
        return {
          open,
          schema: draw.pick<Json>([
            { type: 'int', 'connect.version': 1 },
            {
              type: 'long',
              'connect.name': 'io.debezium.time.MicroTimestamp',
              'connect.version': 1,
            },
            { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
            { type: 'array', items: this.type(open, subject) },
            { type: 'map', values: this.type(open, subject) },
          ]),
        };
      case 2:
        return { open, schema: this.union(open, subject) };
      case 3:
        return { open, schema: this.part(open, subject) };
      default:
        return this.record(open, draw.once(40) ? UNUSABLE : draw.pick(RECORDS), subject);
    }
  }

  private record(open: Open, name: string, subject: string): Drawn {
    return { open, schema: this.recordOf(open, name, subject) };
  }

  private recordOf(open: Open, name: string, subject: string): Json {
    const { draw } = this;
    open.names.add(name);
    const inner = { ...open, around: [...open.around, name], depth: open.depth + 1 };
    const names = new Set<string>();
    for (let left = draw.number(4); left > 0; left--) names.add(draw.pick(FIELDS));
    const at = name.lastIndexOf('.');
    const fields = [...names].map(
      (field): Json => ({ name: field, ...this.field(inner, subject) }),
    );
    return {
      type: 'record',
      name: name.slice(at + 1),
      namespace: name.slice(0, Math.max(0, at)),
      ...(draw.once(4) && { doc: draw.pick(['Bought.', 'ends */ early']) }),
      ...(draw.once(5) && { 'connect.name': name, 'connect.version': 1 }),
      fields,
    };
  }

  private field(open: Open, subject: string): { [key: string]: Json } {
    const { draw } = this;
    const type = this.type(open, subject);
    const isUnion = Array.isArray(type);
    if (!isUnion && type !== 'null' && draw.once(3)) return { type: ['null', type], default: null };
    return type === 'string' && draw.once(2) ? { type, default: '' } : { type };
  }

  private type(open: Open, subject: string): Json {
    const { draw } = this;
    if (open.depth > 2) return draw.pick(['string', 'int']);
    switch (draw.number(9)) {
      case 0:
        return this.part(open, subject);
      case 1:
        return this.referred(open, subject) ?? 'long';
      case 2:
        return open.around.length === 0
          ? 'string'
          : { type: 'array', items: draw.pick(open.around) };
      case 3:
        return this.union(open, subject);
      case 4: {
        const known = [...open.names].filter((name) => !open.around.includes(name));
        return known.length === 0 ? 'boolean' : draw.pick(known);
      }
      default:
        return draw.pick<Json>([
          'string',
          'long',
          'int',
          'bytes',
          'boolean',
          { type: 'long', logicalType: 'timestamp-millis' },
        ]);
    }
  }

  private union(open: Open, subject: string): Json {
    const { draw } = this;
    const branches: Json[] = [draw.pick(['null', 'string'])];
    const names = new Set<Json>();
    for (let left = draw.number(3); left > 0; left--) {
      const type = draw.once(2) ? this.referred(open, subject) : this.part(open, subject);
      const name = type && (typeof type === 'string' ? type : fullName(type));
      if (type === undefined || name === undefined || names.has(name) || name === 'int') continue;
      names.add(name);
      branches.push(type);
    }
    if (draw.once(2)) branches.push('int');
    return branches;
  }

  /** A type of its own name, defined here unless it is already. */
  private part(open: Open, subject: string): Json {
    const { draw } = this;
    const name = draw.pick(PARTS);
    if (open.around.includes(name)) return 'int';
    if (open.names.has(name)) return name;
    open.names.add(name);
    if (name === 'acme.State')
      return {
        type: 'enum',
        name,
        symbols: draw.pick([
          ['NEW', 'SOLD'],
          ['NEW', 'in-stock'],
        ]),
      };
    if (name === 'acme.Hash') return { type: 'fixed', name, size: draw.pick([8, 16]) };
    return this.recordOf(open, name, subject);
  }

  /** What another subject holds, also in an older version; nothing whose names are taken here. */
  private referred(open: Open, subject: string): Json | undefined {
    const { draw } = this;
    const all = this.referable.get(contextOf(subject) ?? '') ?? [];
    if (all.length === 0) return undefined;
    const { reference, names } = draw.pick(all);
    if (
      open.references.some(
        (one) =>
          one.name === reference.name &&
          one.subject === reference.subject &&
          one.version === reference.version,
      )
    )
      return reference.name;
    if ([...names].some((name) => open.names.has(name))) return undefined;
    for (const name of names) open.names.add(name);
    open.references.push(reference);
    return reference.name;
  }
}

interface Drawn {
  readonly schema: Json;
  readonly open: Open;
}

function fullName(schema: Json): string | undefined {
  if (typeof schema !== 'object' || schema === null || !('name' in schema)) return undefined;
  const { name, namespace } = schema;
  return namespace === undefined || namespace === '' ? String(name) : `${namespace}.${name}`;
}
