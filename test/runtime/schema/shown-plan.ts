/**
 * A plan in a few signs: `int>long` a promotion, `1:x` branch 1 of the reader's union, `(x|y)` the writer's branches,
 * `a>0 x` a field into the reader's first, `a>-` one passed over, `=1` the default of the reader's second, `!…` what
 * cannot be read, and why. And schemas in as few.
 */
import type { Plan, RecordPlan } from '../../../runtime/schema/plan.js';
import { readSchema, type Schema } from '../../../runtime/schema/schema.js';

export const read = (json: unknown): Schema => readSchema(JSON.stringify(json));

export const record = (name: string, fields: unknown[], more: object = {}) => ({
  type: 'record',
  name,
  fields,
  ...more,
});
export const field = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more });
export const fixed = (name: string, size: number, more: object = {}) => ({
  type: 'fixed',
  name,
  size,
  ...more,
});
export const symbols = (name: string, list: string[], more: object = {}) => ({
  type: 'enum',
  name,
  symbols: list,
  ...more,
});
export const array = (items: unknown) => ({ type: 'array', items });
export const map = (values: unknown) => ({ type: 'map', values });
/** A record of one int, which stands for any record. */
export const box = (name: string, more: object = {}) => record(name, [field('a', 'int')], more);

export function show(made: Plan, within: readonly RecordPlan[] = []): string {
  const inner = (part: Plan): string => show(part, within);
  switch (made.kind) {
    case 'same':
      return made.type;
    case 'promote':
      return `${made.from}>${made.to}`;
    case 'fixed':
      return `fixed ${made.reader.size}`;
    case 'enum':
      return `[${made.symbols.join(' ')}]`;
    case 'array':
      return `array of ${inner(made.items)}`;
    case 'map':
      return `map of ${inner(made.values)}`;
    case 'choose':
      return `(${made.branches.map(inner).join('|')})`;
    case 'wrap':
      return `${made.index}:${inner(made.plan)}`;
    case 'refuse':
      return `!${made.reason}`;
    case 'record':
      return within.includes(made) ? '…' : `{${parts(made, [...within, made])}}`;
  }
}

function parts({ steps, defaults }: RecordPlan, within: readonly RecordPlan[]): string {
  const each = steps.map((step) =>
    step.into === undefined
      ? `${step.field.name}>-`
      : `${step.field.name}>${step.into} ${show(step.plan, within)}`,
  );
  return [...each, ...defaults.map((index) => `=${index}`)].join(' ');
}
