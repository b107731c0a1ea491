/**
 * Pairs of schemas for property tests: one small schema, and two versions of it after a few edits
 * that people make. Every choice is taken from a tape of numbers, so fast-check can shrink a pair.
 */
import fc from 'fast-check';
import type { Json } from '../../../runtime/json.js';

export interface SchemaPair {
  readonly reader: Json;
  readonly writer: Json;
}

/** Pairs; most of them are related by edits, some edits break readers and some do not. */
export function schemaPairs(): fc.Arbitrary<SchemaPair> {
  return fc
    .tuple(tape(40), tape(12), tape(12))
    .map(([base, forReader, forWriter]) => pairFrom({ base, forReader, forWriter }));
}

function tape(maxLength: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(997), { minLength: 1, maxLength });
}

/** The pair that three tapes spell. */
function pairFrom(tapes: {
  base: readonly number[];
  forReader: readonly number[];
  forWriter: readonly number[];
}): SchemaPair {
  const base = new Maker(tapes.base).schema();
  return { reader: edited(base, tapes.forReader), writer: edited(base, tapes.forWriter) };
}

class Tape {
  private at = 0;
  private readonly numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  get isOver(): boolean {
    return this.at >= this.numbers.length;
  }

  next(below: number): number {
    return (this.numbers[this.at++] ?? 0) % below;
  }

  one<T>(of: readonly [T, ...T[]]): T {
    return of[this.next(of.length)] ?? of[0];
  }
}

// Schemas as plain mutable JSON, edited in place.
type Node = string | Node[] | { [key: string]: unknown };
type Obj = { [key: string]: unknown };

const PRIMITIVES = [
  'int',
  'string',
  'null',
  'long',
  'double',
  'bytes',
  'boolean',
  'float',
] as const;
const NAMES = ['n1.A', 'n1.B', 'n2.A', 'n1.C'] as const;
const ENUMS = ['n1.E', 'n2.E'] as const;
const FIELDS = ['a', 'b', 'c', 'd'] as const;

class Maker {
  private readonly tape: Tape;
  private readonly defined: string[] = [];

  constructor(numbers: readonly number[]) {
    this.tape = new Tape(numbers);
  }

  schema(): Node {
    return this.type(0);
  }

  private type(depth: number): Node {
    const { tape } = this;
    switch (depth > 4 ? 0 : tape.next(9)) {
      case 0:
      case 1:
        return tape.one(PRIMITIVES);
      case 2:
        return { type: 'array', items: this.type(depth + 1) };
      case 3:
        return { type: 'map', values: this.type(depth + 1) };
      case 4:
        return this.union(depth);
      case 5:
        return this.enumeration();
      case 6:
        return this.define('n1.F') ? { type: 'fixed', name: 'n1.F', size: 2 } : 'n1.F';
      default:
        return this.record(depth);
    }
  }

  private define(name: string): boolean {
    if (this.defined.includes(name)) return false;
    this.defined.push(name);
    return true;
  }

  private record(depth: number): Node {
    const name = this.tape.one(NAMES);
    if (!this.define(name)) return name;
    const fields = FIELDS.slice(0, 1 + this.tape.next(3)).map((field) => ({
      name: field,
      type: this.type(depth + 1),
    }));
    return { type: 'record', name, fields };
  }

  private enumeration(): Node {
    const name = this.tape.one(ENUMS);
    if (!this.define(name)) return name;
    const symbols = ['X', 'Y', 'Z'].slice(0, 1 + this.tape.next(3));
    return { type: 'enum', name, symbols };
  }

  private union(depth: number): Node {
    const branches: Node[] = [];
    for (let i = 1 + this.tape.next(3); i >= 0; i--) {
      const branch = this.type(depth + 1);
      const key = branchKey(branch);
      if (key !== undefined && !branches.some((other) => branchKey(other) === key))
        branches.push(branch);
    }
    return branches;
  }
}

function branchKey(node: Node): string | undefined {
  if (Array.isArray(node)) return undefined;
  return typeof node === 'string' ? node : String(node.name ?? node.type);
}

/** A copy of a schema after as many edits as the tape has. */
function edited(base: Node, numbers: readonly number[]): Json {
  const tape = new Tape(numbers);
  const root: { type: Node } = structuredClone({ type: base });
  for (let edits = tape.next(4); edits > 0 && !tape.isOver; edits--) edit(root, tape);
  // Safe: made of JSON only.
  return root.type as Json;
}

/** Somewhere a type stands: an object's or a list's slot. */
interface Slot {
  readonly get: () => Node;
  readonly set: (node: Node) => void;
}

function edit(root: { type: Node }, tape: Tape): void {
  const slots: Slot[] = [];
  const definitions: Obj[] = [];
  collect(root, 'type', { slots, definitions });
  const slot = slots[tape.next(Math.max(1, slots.length))];
  const definition = definitions[tape.next(Math.max(1, definitions.length))];
  if (tape.next(2) === 0 && slot !== undefined) editType(slot, tape);
  else if (definition !== undefined) editDefinition(definition, tape);
}

function collect(
  holder: Obj | unknown[],
  key: string | number,
  found: { slots: Slot[]; definitions: Obj[] },
): void {
  // Safe: slots are reached by keys that hold nodes.
  const inHolder = holder as { [key: string | number]: Node };
  const node = inHolder[key];
  if (node === undefined) return;
  found.slots.push({
    get: () => inHolder[key] ?? 'null',
    set: (next) => {
      inHolder[key] = next;
    },
  });
  if (typeof node === 'string') return;
  if (Array.isArray(node)) {
    for (const index of node.keys()) collect(node, index, found);
    return;
  }
  if (node.name !== undefined) found.definitions.push(node);
  for (const inner of ['items', 'values']) if (inner in node) collect(node, inner, found);
  for (const field of fieldsOf(node)) collect(field, 'type', found);
}

function fieldsOf(node: Obj): Obj[] {
  // Safe: `fields` is always a list of objects here.
  return Array.isArray(node.fields) ? (node.fields as Obj[]) : [];
}

function editType(slot: Slot, tape: Tape): void {
  const node = slot.get();
  const isDefinition = JSON.stringify(node).includes('"name"');
  switch (tape.next(5)) {
    case 0:
      if (!isDefinition) slot.set(tape.one(PRIMITIVES));
      return;
    case 1:
      if (!Array.isArray(node) && node !== 'null') slot.set(['null', node]);
      return;
    case 2:
      if (Array.isArray(node)) slot.set([...node].reverse());
      return;
    case 3:
      if (Array.isArray(node) && !isDefinition && node.length > 1) slot.set(node.slice(1));
      return;
    default:
      if (Array.isArray(node)) {
        const added = tape.one(PRIMITIVES);
        if (!node.some((branch) => branchKey(branch) === added)) slot.set([...node, added]);
      }
  }
}

function editDefinition(node: Obj, tape: Tape): void {
  const name = String(node.name);
  if (node.type === 'record') return editRecord(node, tape);
  if (tape.next(4) === 0) {
    node.aliases = [name];
    node.name = name.replace(/^n\d/, 'n3');
  } else if (node.type === 'fixed') node.size = 1 + tape.next(3);
  else editEnum(node, tape);
}

function editEnum(node: Obj, tape: Tape): void {
  // Safe: every enum here has a list of symbols.
  const symbols = node.symbols as string[];
  switch (tape.next(4)) {
    case 0:
      if (!symbols.includes('W')) node.symbols = [...symbols, 'W'];
      return;
    case 1:
      if (symbols.length > 1 && node.default === undefined) node.symbols = symbols.slice(1);
      return;
    case 2:
      node.default = symbols[0];
      return;
    default:
      node.symbols = [...symbols].reverse();
  }
}

const DEFAULTS: Readonly<Record<string, unknown>> = {
  int: 1,
  long: 1,
  string: 's',
  double: 1.5,
  float: 1.5,
  boolean: true,
  bytes: 'b',
  null: null,
};

function editRecord(node: Obj, tape: Tape): void {
  const fields = fieldsOf(node);
  const field = fields[tape.next(Math.max(1, fields.length))];
  switch (tape.next(7)) {
    case 0: {
      const type = tape.one(PRIMITIVES);
      const free = ['x', 'y', ...FIELDS].find((f) => !fields.some((other) => other.name === f));
      const value = tape.next(2) === 0 ? { default: DEFAULTS[type] } : {};
      if (free !== undefined) fields.unshift({ name: free, type, ...value });
      return;
    }
    case 1:
      if (field !== undefined && !JSON.stringify(field.type).includes('"name"'))
        fields.splice(fields.indexOf(field), 1);
      return;
    case 2:
      if (field !== undefined) field.name = `${String(field.name)}1`;
      return;
    case 3:
      if (field !== undefined && field.aliases === undefined) {
        field.aliases = [field.name];
        field.name = `${String(field.name)}2`;
      }
      return;
    case 4:
      fields.reverse();
      return;
    case 5:
      if (field !== undefined) field.aliases = [tape.one(FIELDS)];
      return;
    default: {
      const name = String(node.name);
      if (tape.next(2) === 0) node.aliases = [name];
      // References to the old name would dangle where a type refers to itself: the parser refuses those.
      node.name = tape.next(2) === 0 ? name.replace(/^n\d/, 'n3') : `${name}1`;
    }
  }
}
