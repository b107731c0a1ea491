/** A project of made-up schemas, as large as asked for and the same each time. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Json, JsonObject } from '../../runtime/json.js';

/** Types per namespace. */
const NAMESPACE_SIZE = 50;
/** Of so many schemas one refers to a type of another file. */
const CROSS_FILE_EVERY = 10;

/** Writes schema files, one record each; answers their paths. */
export async function writeSchemas(folder: string, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const path = join(folder, `team${Math.floor(i / NAMESPACE_SIZE)}`, `event_${i}.avsc`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(schema(i), undefined, 2)}\n`);
    paths.push(path);
  }
  return paths;
}

/** A record of ten fields; every third has logical types and unions. */
function schema(i: number): JsonObject {
  return {
    type: 'record',
    name: `Event${i}`,
    namespace: namespaceOf(i),
    doc: `What happened, number ${i}.`,
    fields: [
      field('id', 'string', 'Chosen by the sender.'),
      field('sequence', 'long'),
      field('attempt', 'int', undefined, 0),
      field('status', { type: 'enum', name: `Status${i}`, symbols: ['OPEN', 'ACTIVE', 'CLOSED'] }),
      field('note', ['null', 'string'], 'What people wrote.', null),
      ...(i % 3 === 0 ? richFields(i) : plainFields(i)),
    ],
  };
}

function plainFields(i: number): JsonObject[] {
  const other = Math.max(0, i - NAMESPACE_SIZE - 1);
  return [
    field('amount', 'double'),
    field('active', 'boolean', undefined, true),
    field('tags', { type: 'array', items: 'string' }, undefined, []),
    field('labels', { type: 'map', values: 'string' }),
    field(
      'origin',
      i % CROSS_FILE_EVERY === 1
        ? `${namespaceOf(other)}.Event${other}`
        : record(`Origin${i}`, [field('host', 'string'), field('port', 'int')]),
    ),
  ];
}

function richFields(i: number): JsonObject[] {
  return [
    field('at', { type: 'long', logicalType: 'timestamp-millis' }),
    field('day', { type: 'int', logicalType: 'date' }),
    field('price', { type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 }),
    field('reference', ['null', 'long', 'string'], undefined, null),
    field('method', [
      record(`Card${i}`, [field('number', 'string')]),
      record(`Transfer${i}`, [
        field('iban', 'string'),
        field('due', { type: 'int', logicalType: 'date' }),
      ]),
    ]),
  ];
}

function record(name: string, fields: readonly JsonObject[]): JsonObject {
  return { type: 'record', name, fields };
}

function field(name: string, type: Json, doc?: string, fallback?: Json): JsonObject {
  return {
    name,
    type,
    ...(doc === undefined ? {} : { doc }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function namespaceOf(i: number): string {
  return `com.acme.team${Math.floor(i / NAMESPACE_SIZE)}`;
}
