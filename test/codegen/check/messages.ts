import type { Schema } from '../../../codegen/model/schema.js';
import { BadValue, message, raw } from '../../../runtime/wire/output.js';
import * as out from '../../../runtime/wire/write.js';

/** Messages tried for each schema. */
const MESSAGES = 6;
/** Beyond this depth the smallest choices are taken; a type without finite values never ends. */
const DEEP = 6;
const TOO_DEEP = 40;

class Endless extends Error {}

/** Binary messages of a schema; which ones, the tape says. Those without end are left out. */
export function messagesOf(schema: Schema, tape: readonly number[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let start = 0; start < MESSAGES; start++) {
    let at = start;
    const next = (below: number): number => ((tape[at++] ?? at * 7 + start) + start) % below;
    try {
      messages.push(message(() => write(schema, { next, depth: 0 })));
    } catch (error) {
      if (!(error instanceof Endless) && !(error instanceof BadValue)) throw error;
    }
  }
  return messages;
}

interface State {
  readonly next: (below: number) => number;
  readonly depth: number;
}

function write(schema: Schema, { next, depth }: State): void {
  if (depth > TOO_DEEP) throw new Endless();
  const inner = { next, depth: depth + 1 };
  switch (schema.kind) {
    case 'null':
      return;
    case 'boolean':
      return out.boolean(next(2) === 1);
    case 'int':
      return out.int(next(2) === 0 ? next(900) : -(2 ** 31));
    case 'long':
      return out.long(next(2) === 0 ? BigInt(next(900)) : 2n ** 63n - 1n);
    case 'float':
      return out.float(next(900) / 8);
    case 'double':
      return out.double(next(900) / 7);
    case 'bytes':
    case 'string':
      return out.string('ab'.repeat(next(4)));
    case 'fixed':
      return raw(new Uint8Array(schema.size));
    case 'enum':
      if (schema.symbols.length === 0) throw new Endless();
      return out.index(next(schema.symbols.length));
    case 'array':
    case 'map': {
      const items = depth > DEEP ? 0 : next(3);
      if (items > 0) out.longNumber(items);
      for (let i = 0; i < items; i++) {
        if (schema.kind === 'map') out.string(`k${i}`);
        write(schema.kind === 'array' ? schema.items : schema.values, inner);
      }
      return out.end();
    }
    case 'union': {
      if (schema.branches.length === 0) throw new Endless();
      const plain = schema.branches.findIndex(({ kind }) => kind !== 'record' && kind !== 'union');
      const index = depth > DEEP && plain >= 0 ? plain : next(schema.branches.length);
      out.index(index);
      const branch = schema.branches[index];
      return branch === undefined ? undefined : write(branch, inner);
    }
    case 'record':
      for (const field of schema.fields) write(field.type, inner);
  }
}
