/** Schemas -> code that passes over values. */

import { emptyValues } from '../../runtime/schema/empty-values.js';
import type { Plan, RecordPlan } from '../../runtime/schema/plan.js';
import { leastBytes, minimumBytes } from '../../runtime/schema/size.js';
import type { RecordSchema, Schema } from '../model/schema.js';
import type { CodePrinter } from './code-printer.js';
import type { Locals } from './locals.js';
import { countEmpty } from './statements.js';

/** A field that only the writer has is passed over: the plan of a record into nothing. */
export function skipPlan(writer: RecordSchema): RecordPlan {
  return {
    kind: 'record',
    writer,
    reader: writer,
    steps: writer.fields.map((field) => ({ field, into: undefined })),
    defaults: [],
  };
}

/** Whether reading a record's fields asks the reader for anything: some take no bytes. */
export function takesReader({ steps }: RecordPlan): boolean {
  return steps.some((step) =>
    step.into === undefined ? !isEmpty(step.field.type) : !readsNull(step.plan),
  );
}

function isEmpty(schema: RecordPlan['steps'][number]['field']['type']): boolean {
  return schema.kind === 'null' || (schema.kind === 'fixed' && schema.size === 0);
}

function readsNull(plan: Plan): boolean {
  if (plan.kind === 'wrap') return readsNull(plan.plan);
  return plan.kind === 'same' && plan.type === 'null';
}

/** Statements that pass over a value of a schema. */
export function skipLines(
  schema: Schema,
  at: { code: CodePrinter; locals: Locals; skipRecord: (record: RecordSchema) => string },
): string[] {
  switch (schema.kind) {
    case 'null':
      return [];
    case 'boolean':
    case 'int':
      return [`r.${schema.kind}();`];
    case 'long':
      return ['r.skipLong();'];
    case 'float':
      return ['r.skip(4);'];
    case 'double':
      return ['r.skip(8);'];
    case 'bytes':
    case 'string':
      return ['r.skipBytes();'];
    case 'fixed':
      return isEmpty(schema) ? [] : [`r.skip(${schema.size});`];
    case 'enum':
      return [`r.index(${schema.symbols.length});`];
    case 'record':
      if (minimumBytes(schema) === 0) return countEmpty('r', emptyValues(schema));
      return [`${at.skipRecord(schema)}(r);`];
    case 'union': {
      const cases = schema.branches.flatMap((branch, index) => {
        const body = skipLines(branch, at);
        return [`  case ${index}:`, ...body.map((line) => `    ${line}`), '    break;'];
      });
      return [`switch (r.index(${schema.branches.length})) {`, ...cases, '}'];
    }
    case 'array':
    case 'map': {
      const count = at.locals.name('count');
      const item = schema.kind === 'array' ? schema.items : schema.values;
      const least = leastBytes(schema);
      const body = [...(schema.kind === 'map' ? ['r.skipBytes();'] : []), ...skipLines(item, at)];
      return [
        `for (let ${count} = r.block(${least}); ${count} > 0; ${count} = r.block(${least})) {`,
        `  for (; ${count} > 0; ${count}--) {`,
        ...body.map((line) => `    ${line}`),
        '  }',
        '}',
      ];
    }
  }
}
