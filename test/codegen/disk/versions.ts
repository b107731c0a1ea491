/** Two states of one project: going from one to the other writes, replaces and removes files. */
import type { Json } from '../../../runtime/json.js';

const NAMES = ['Order', 'Customer', 'Invoice'] as const;
const NOTE = { name: 'note', type: 'string', default: '' };

const record = (name: string, more: readonly Json[]): Json => ({
  type: 'record',
  name: `acme.${name.toLowerCase()}.${name}`,
  fields: [{ name: 'id', type: 'long' }, ...more],
});

export type State = 'first' | 'second';

/** The schema files of a state. `Gone` is of the first only, `New` of the second. */
export function filesOf(state: State): Readonly<Record<string, Json>> {
  const isSecond = state === 'second';
  const all = [...NAMES, isSecond ? 'New' : 'Gone'];
  return Object.fromEntries(
    all.map((name) => [`${name}.avsc`, record(name, isSecond ? [NOTE] : [])]),
  );
}

export const CONFIG: Json = {
  topics: Object.fromEntries(
    NAMES.map((name) => [
      name.toLowerCase(),
      { value: `acme.${name.toLowerCase()}.${name}`, compatibility: 'FULL' },
    ]),
  ),
};

/** Subject and schema of each topic, as a registry is given them. */
export function registeredIn(state: State): readonly (readonly [string, string])[] {
  const files = filesOf(state);
  return NAMES.map((name) => [
    `${name.toLowerCase()}-value`,
    JSON.stringify(files[`${name}.avsc`]),
  ]);
}
