/** Schemas -> code that passes over values. */
import { emptyFields, emptyValues } from '../../runtime/schema/empty-values.js';
import { leastBytes, minimumBytes } from '../../runtime/schema/size.js';
import type { ArraySchema, MapSchema, RecordSchema, Schema } from '../model/schema.js';
import type { CodePrinter } from './code-printer.js';
import type { Doc } from './document.js';
import { call, number, reading, variable } from './expressions.js';
import type { Locals } from './locals.js';
import type { ModelPlan, ModelRecordPlan } from './model-plan.js';
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

/** Whether reading a record's fields asks the reader for anything: some take no bytes. */
export function takesReader({ writer, steps }: ModelRecordPlan): boolean {
  // What takes no bytes is counted, from the second field on.
  if (emptyFields(writer) > 0) return true;
  return steps.some((step) =>
    step.into === undefined ? !isEmpty(step.field.type) : !readsNull(step.plan),
  );
}

/** Whether nothing is to be done to pass over a value. */
function isEmpty(schema: Schema): boolean {
  if (schema.kind === 'record') return minimumBytes(schema) === 0 && emptyValues(schema) === 0;
  return schema.kind === 'null' || (schema.kind === 'fixed' && schema.size === 0);
}

/** Whether a plan reads null, which takes no bytes. */
export function readsNull(plan: ModelPlan): boolean {
  if (plan.kind === 'wrap') return readsNull(plan.plan);
  return plan.kind === 'same' && plan.type === 'null';
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
      return [run(reading(schema.kind))];
    case 'long':
      return [run(reading('skipLong'))];
    case 'float':
      return [skipBytes(4)];
    case 'double':
      return [skipBytes(8)];
    case 'bytes':
    case 'string':
      return [run(reading('skipBytes'))];
    case 'fixed':
      return isEmpty(schema) ? [] : [skipBytes(schema.size)];
    case 'enum':
      return [run(call('r.index', number(schema.symbols.length)))];
    case 'record':
      if (minimumBytes(schema) === 0) return countEmpty('r', emptyValues(schema));
      return [run(call(at.skipRecord(schema), variable('r')))];
    case 'union': {
      const cases = schema.branches.map((branch, index) => ({
        label: `${index}`,
        body: [...skipLines(branch, at), 'break;'],
        hasBraces: false,
      }));
      return [choose(call('r.index', number(schema.branches.length)), cases)];
    }
    case 'array':
    case 'map':
      return [skipBlocks(schema, at)];
  }
}

function skipBytes(size: number): Doc {
  return run(call('r.skip', number(size)));
}

function skipBlocks(schema: ArraySchema | MapSchema, at: SkipContext): Doc {
  const count = at.locals.name('count');
  const next = `r.block(${leastBytes(schema)})`;
  const body =
    schema.kind === 'array'
      ? skipLines(schema.items, at)
      : [run(reading('skipBytes')), ...skipLines(schema.values, at)];
  const items = bracedLoop(['', `${count} > 0`, `${count}--`], body);
  return eachBlock({ start: `let ${count} = ${next}`, count, next }, items);
}
