/** One schema of every construct, with names as long as asked for: so that each line is broken somewhere. */
import type { Json, JsonObject } from '../../../runtime/json.js';

const field = (name: string, type: Json, more: object = {}): JsonObject => ({
  name,
  type,
  ...more,
});
const list = (items: Json): JsonObject => ({ type: 'array', items });
const map = (values: Json): JsonObject => ({ type: 'map', values });
const long = (logicalType: string): JsonObject => ({ type: 'long', logicalType });

/** Makes a name as long as the others. */
type Name = (name: string) => string;

const money = (at: Name, amount: Json): JsonObject => ({
  type: 'record',
  name: at('Money'),
  fields: [field(at('amount'), amount), field(at('unit'), 'string', { default: at('EUR') })],
});

const color = (at: Name, symbols: readonly string[]): JsonObject => ({
  type: 'enum',
  name: at('Color'),
  symbols: symbols.map(at),
});

interface Versions {
  /** The full name of both. */
  readonly name: string;
  readonly now: JsonObject;
  readonly older: JsonObject;
}

/** A schema as it is now, and an older version of it. */
export function everyConstruct(length: number): Versions {
  const at = (name: string): string => name.padEnd(length, 'LongName');
  const root = { type: 'record', name: at('Root'), namespace: 'com.acme' };
  return {
    name: `com.acme.${at('Root')}`,
    now: { ...root, fields: fieldsNow(at) },
    older: { ...root, fields: fieldsBefore(at) },
  };
}

function fieldsNow(at: Name): JsonObject[] {
  return [
    field(at('money'), money(at, 'long')),
    field(at('color'), color(at, ['RED', 'a', 'b'])),
    field(at('hash'), { type: 'fixed', name: at('Hash'), size: 8 }),
    field(at('empty'), { type: 'record', name: at('Empty'), fields: [] }),
    field(at('next'), ['null', at('Root')], { default: null }),
    field(at('note'), ['null', 'string'], { default: null }),
    field(at('day'), ['null', { type: 'int', logicalType: 'date' }]),
    field(at('cased'), ['null', 'string', at('Color'), at('Money'), list('int')]),
    field(at('bare'), [at('Money'), 'null', list(['null', at('Color')]), 'string', 'bytes']),
    field(at('lists'), list(list(['null', at('Hash')]))),
    field(at('maps'), map(['null', map(list(at('Money')))]), { default: {} }),
    field(at('rows'), list(at('Money')), {
      default: [
        { [at('amount')]: 1, [at('unit')]: 'a' },
        { [at('amount')]: 2, [at('unit')]: 'b' },
      ],
    }),
    field(at('numbers'), list('double'), {
      default: [1.5, -2, 3e21, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    }),
    field(at('bytes'), 'bytes', { default: at('a') }),
    field(at('when'), long('timestamp-millis'), { default: 86_400_000 }),
    field(at('price'), { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }),
    field(at('toString'), 'string', { default: at('text') }),
    field('valueOf', 'string', { default: 'own' }),
  ];
}

function fieldsBefore(at: Name): JsonObject[] {
  return [
    field(at('money'), money(at, 'int')),
    field(at('gone'), list(map(['null', at('Money'), 'double']))),
    field(at('color'), color(at, ['a', 'b', 'c'])),
    field(at('cased'), ['string', at('Money')]),
    field(at('day'), ['string', 'null']),
  ];
}
