/** Schemas -> code that passes over values. */
import { emptyValues } from '../../runtime/schema/empty-values.js';
import { leastBytes, minimumBytes } from '../../runtime/schema/size.js';
import type { ArraySchema, MapSchema, RecordSchema, Schema } from '../model/schema.js';
import type { CodePrinter } from './code-printer.js';
import type { Doc } from './document.js';
import { call, number } from './expressions.js';
import type { Locals } from './locals.js';
import type { ModelRecordPlan } from './model-plan.js';
import { bracedLoop, choose, countEmpty, eachBlock, run } from './statements.js';

/** A field that only the writer has is passed over: the plan of a record into nothing. */
export function skipPlan(writer: RecordSchema): ModelRecordPlan {
  return {
    kind: 'record',
    writer,
    reader: writer,
    steps: writer.fields.map((field) => ({ field, into: undefined })),
    defaults: [],
  };
}

/** Whether nothing is to be done to pass over a value. */
function isEmpty(schema: Schema): boolean {
  if (schema.kind === 'record') return minimumBytes(schema) === 0 && emptyValues(schema) === 0;
  return schema.kind === 'null' || (schema.kind === 'fixed' && schema.size === 0);
}

interface SkipContext {
  readonly code: CodePrinter;
  readonly locals: Locals;
  /** The function that passes over a record. */
  readonly skipRecord: (record: RecordSchema) => string;
}

/** Statements that pass over a value of a schema. */
export function skipLines(schema: Schema, at: SkipContext): Doc[] {
  switch (schema.kind) {
    case 'null':
      return [];
    case 'boolean':
    case 'int':
      return [run(call(at.code.read(schema.kind)))];
    case 'long':
      return [run(call(at.code.read('skipLong')))];
    case 'float':
      return [skipBytes(4, at)];
    case 'double':
      return [skipBytes(8, at)];
    case 'bytes':
    case 'string':
      return [run(call(at.code.read('skipBytes')))];
    case 'fixed':
      return isEmpty(schema) ? [] : [skipBytes(schema.size, at)];
    case 'enum':
      return [run(call(at.code.read('index'), number(schema.symbols.length)))];
    case 'record':
      if (isEmpty(schema)) return [];
      if (minimumBytes(schema) === 0)
        return countEmpty(at.code.read('emptyValues'), emptyValues(schema));
      return [run(call(at.skipRecord(schema)))];
    case 'union': {
      const cases = schema.branches.map((branch, index) => ({
        label: `${index}`,
        body: [...skipLines(branch, at), 'break;'],
        hasBraces: false,
      }));
      return [choose(call(at.code.read('index'), number(schema.branches.length)), cases)];
    }
    case 'array':
    case 'map':
      return [skipBlocks(schema, at)];
  }
}

function skipBytes(size: number, { code }: SkipContext): Doc {
  return run(call(code.read('skip'), number(size)));
}

function skipBlocks(schema: ArraySchema | MapSchema, at: SkipContext): Doc {
  const count = at.locals.name('count');
  const next = `${at.code.read('block')}(${leastBytes(schema)})`;
  const body =
    schema.kind === 'array'
      ? skipLines(schema.items, at)
      : [run(call(at.code.read('skipBytes'))), ...skipLines(schema.values, at)];
  const items = bracedLoop(['', `${count} > 0`, `${count}--`], body);
  return eachBlock({ start: `let ${count} = ${next}`, count, next }, items);
}
