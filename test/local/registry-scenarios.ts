/**
 * What every Confluent-compatible Schema Registry must do for Avro. What only the most faithful do
 * needs `details`.
 */
import { expect } from '@jest/globals';
import { record, type Scenario, schemaOf } from './registry-scenario.js';

const f = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more });
const a = f('a', 'string');
const b = f('b', 'string');
const bDefault = f('b', 'string', { default: '' });
const V1 = record('V', a);
const V2 = record('V', a, bDefault);
const anyId = expect.any(Number);

/** A record's fields as in `{a, b?, c: "int"}`: `?` has a default, no type is string. */
function brief(schema: string): string {
  // Safe: written by `record`, with fields by `f`.
  const { fields } = JSON.parse(schema) as { readonly fields: readonly ReturnType<typeof f>[] };
  const shown = fields.map((field) => {
    const type = field.type === 'string' ? '' : `: ${JSON.stringify(field.type)}`;
    return `${field.name}${'default' in field ? '?' : ''}${type}`;
  });
  return `{${shown.join(', ')}}`;
}

const subjects: readonly Scenario[] = [
  {
    name: 'knows nothing of what was never registered',
    steps: [
      { ask: 'GET /subjects/$s/versions', status: 404, code: 40401 },
      { ask: 'GET /subjects/$s/versions/1', status: 404, code: 40401 },
      { ask: 'GET /subjects/$s/versions/latest', status: 404, code: 40401 },
      { ask: 'POST /subjects/$s', send: schemaOf(V1), status: 404, code: 40401 },
      { ask: 'DELETE /subjects/$s', status: 404, code: 40401 },
      { ask: 'DELETE /subjects/$s/versions/1', status: 404, code: 40401 },
      { ask: 'GET /schemas/ids/2000000000', status: 404, code: 40403 },
      { ask: 'GET /schemas/ids/0', status: 404, code: 40403 },
      { ask: 'GET /schemas/ids/-1', status: 404, code: 40403 },
    ],
  },
  {
    name: 'gives back what was registered',
    needs: 'details',
    steps: [
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(V1),
        body: { id: anyId },
        keep: { id: 'id' },
      },
      { ask: 'GET /subjects/$s/versions', body: [1] },
      {
        ask: 'GET /subjects/$s/versions/1',
        body: { subject: '$s', version: 1, id: '$id', schema: V1 },
      },
      { ask: 'GET /subjects/$s/versions/latest', body: { version: 1, id: '$id' } },
      { ask: 'GET /subjects/$s/versions/-1', body: { version: 1, id: '$id' } },
      { ask: 'GET /subjects/$s/versions/1/schema', body: JSON.parse(V1) },
      { ask: 'GET /schemas/ids/$id', body: { schema: V1 } },
      { ask: 'GET /schemas/ids/$id/schema', body: JSON.parse(V1) },
      {
        ask: 'GET /schemas/ids/$id/versions',
        body: expect.arrayContaining([{ subject: expect.any(String), version: 1 }]),
      },
      { ask: 'GET /schemas/ids/$id/subjects', body: expect.arrayContaining([expect.any(String)]) },
      {
        ask: 'POST /subjects/$s',
        send: schemaOf(V1),
        body: { subject: '$s', version: 1, id: '$id' },
      },
      { ask: 'GET /subjects', body: expect.arrayContaining([expect.any(String)]) },
    ],
  },
  {
    name: 'registers the same schema once',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), keep: { id: 'id' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), body: { id: '$id' } },
      { ask: 'GET /subjects/$s/versions', body: [1, 2] },
      { ask: 'POST /subjects/$s', send: schemaOf(V1), body: { version: 1 } },
      { ask: 'GET /subjects/$s/versions/latest', body: { version: 2 } },
    ],
  },
  {
    name: 'takes space for nothing',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), keep: { id: 'id' } },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(JSON.stringify(JSON.parse(V1), null, 4)),
        body: { id: '$id' },
      },
      { ask: 'GET /subjects/$s/versions', body: [1] },
    ],
  },
  {
    name: 'gives one schema one id, whatever the subject',
    needs: 'details',
    steps: [
      {
        ask: 'POST /subjects/$s-1/versions',
        send: schemaOf(record('One$s', a)),
        keep: { id: 'id' },
      },
      {
        ask: 'POST /subjects/$s-2/versions',
        send: schemaOf(record('One$s', a)),
        body: { id: '$id' },
      },
      { ask: 'GET /schemas/ids/$id/subjects', body: ['$s-1', '$s-2'] },
      {
        ask: 'GET /schemas/ids/$id/versions',
        body: [
          { subject: '$s-1', version: 1 },
          { subject: '$s-2', version: 1 },
        ],
      },
    ],
  },
  {
    name: 'tells a version that is not there from one that cannot be',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'GET /subjects/$s/versions/2', status: 404, code: 40402 },
      { ask: 'DELETE /subjects/$s/versions/2', status: 404, code: 40402 },
      ...['0', 'abc', '-2', '2147483648', '1.5'].map((version) => ({
        ask: `GET /subjects/$s/versions/${version}`,
        status: 422,
        code: 42202,
      })),
      { ask: 'DELETE /subjects/$s/versions/first', status: 422, code: 42202 },
    ],
  },
  {
    name: 'finds a schema under its subject, or says which is missing',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s', send: schemaOf(V2), status: 404, code: 40403 },
      { ask: 'POST /subjects/$s', send: schemaOf('{"type":"nope"}'), status: 422, code: 42201 },
    ],
  },
  {
    name: 'takes every character a subject may have',
    steps: [
      'a%2Fb',
      'a%20b',
      '%C3%BC%E2%82%AC',
      '100%25',
      'a.b_c-d',
      '__proto__',
      'constructor',
    ].flatMap((name) => [
      { ask: `POST /subjects/$s-${name}/versions`, send: schemaOf(V1) },
      {
        ask: `GET /subjects/$s-${name}/versions/1`,
        body: { subject: expect.stringContaining(decodeURIComponent(name)) },
      },
      { ask: `PUT /config/$s-${name}`, send: { compatibility: 'FULL' } },
      { ask: `GET /config/$s-${name}`, body: { compatibilityLevel: 'FULL' } },
      { ask: `DELETE /subjects/$s-${name}`, body: [1] },
    ]),
  },
  {
    name: 'has no names of its own that a subject cannot have',
    steps: ['__proto__', 'constructor', 'latest'].flatMap((name) => [
      { ask: `POST /subjects/${name}/versions`, send: schemaOf(V1) },
      { ask: `GET /subjects/${name}/versions/1`, body: { subject: name } },
      { ask: `PUT /config/${name}`, send: { compatibility: 'FULL' } },
      { ask: `GET /config/${name}`, body: { compatibilityLevel: 'FULL' } },
      { ask: `DELETE /subjects/${name}`, body: [1] },
      { ask: `DELETE /subjects/${name}?permanent=true`, body: [1] },
    ]),
  },
  {
    name: 'refuses a subject with control characters',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/%0Dbad%0A$s/versions', send: schemaOf(V1), status: 422, code: 42208 },
      { ask: 'PUT /config/%0Dbad%0A$s', send: { compatibility: 'FULL' }, status: 422, code: 42208 },
    ],
  },
];

const requests: readonly Scenario[] = [
  {
    name: 'refuses what is no schema',
    needs: 'details',
    steps: [
      'not json',
      '{"type":"record"}',
      '"nope"',
      '["int","int"]',
      record('R', f('a', 'str')),
      record('R', f('a', 'string', { default: null })),
      record('R', a, a),
      '{"type":"record","name":"1R","fields":[]}',
      '{"type":"enum","name":"E","symbols":["A","A"]}',
      '',
    ].flatMap((schema) => [
      { ask: 'POST /subjects/$s/versions', send: { schema }, status: 422, code: 42201 },
      {
        ask: 'POST /compatibility/subjects/$s/versions',
        send: { schema },
        status: 422,
        code: 42201,
      },
    ]),
  },
  {
    name: 'refuses what is no request',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: '{"schema":', status: 400 },
      { ask: 'POST /subjects/$s/versions', send: { schema: { type: 'string' } }, status: 400 },
      { ask: 'POST /subjects/$s/versions', send: {}, status: 422, code: 42201 },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(V1, { schemaType: 'NOPE' }),
        status: 422,
        code: 42201,
      },
      { ask: 'GET /subjects/$s/versions', status: 404, code: 40401 },
    ],
  },
];

const levels: readonly Scenario[] = [
  {
    name: 'compares with the last version, backward, unless told otherwise',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(record('V', a, b)), status: 409 },
      {
        ask: 'POST /compatibility/subjects/$s/versions',
        send: schemaOf(record('V', a, b)),
        body: { is_compatible: false },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions/latest',
        send: schemaOf(record('V', a, b)),
        body: { is_compatible: false },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions/1',
        send: schemaOf(V2),
        body: { is_compatible: true },
      },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      { ask: 'GET /subjects/$s/versions', body: [1, 2] },
    ],
  },
  ...(
    [
      // Adding a field with a default, then losing the default: fine against the last, not the first.
      ['BACKWARD', [V1, V2], record('V', a, b), 200],
      ['BACKWARD_TRANSITIVE', [V1, V2], record('V', a, b), 409],
      ['BACKWARD', [V1], record('V', a, b), 409],
      ['BACKWARD', [record('V', a, b)], V1, 200],
      ['FORWARD', [V1], record('V', a, b), 200],
      ['FORWARD', [record('V', a, b)], V1, 409],
      ['FORWARD', [record('V', a, b), V2], V1, 200],
      ['FORWARD_TRANSITIVE', [record('V', a, b), V2], V1, 409],
      ['FULL', [V1], V2, 200],
      ['FULL', [V1], record('V', a, b), 409],
      ['FULL', [record('V', a, b)], V1, 409],
      ['FULL_TRANSITIVE', [V1, V2], record('V', a, b), 409],
      ['NONE', [V1], record('V', f('a', 'int')), 200],
      ['BACKWARD', [record('V', f('a', 'int'))], record('V', f('a', 'long')), 200],
      ['FORWARD', [record('V', f('a', 'int'))], record('V', f('a', 'long')), 409],
      ['BACKWARD', [record('V', f('a', ['null', 'int']))], record('V', f('a', 'int')), 409],
    ] as const
  ).map(
    ([level, history, candidate, status]): Scenario => ({
      // Some look at all versions, or at their own level, when asked without a version.
      ...((level === 'NONE' || (status === 200 && history.length > 1)) && { needs: 'details' }),
      name: `${level}: ${status === 200 ? 'takes' : 'refuses'} ${brief(candidate)} after ${history.map(brief).join(', ')}`,
      steps: [
        ...history.flatMap((schema) => [
          { ask: 'POST /subjects/$s/versions', send: schemaOf(schema) },
          { ask: 'PUT /config/$s', send: { compatibility: 'NONE' } },
        ]),
        { ask: 'PUT /config/$s', send: { compatibility: level } },
        {
          ask: 'POST /compatibility/subjects/$s/versions?verbose=true',
          send: schemaOf(candidate),
          body: { is_compatible: status === 200 },
        },
        { ask: 'POST /subjects/$s/versions', send: schemaOf(candidate), status },
      ],
    }),
  ),
  {
    name: 'looks at one version when asked about one, whatever the level',
    steps: [
      { ask: 'PUT /config/$s', send: { compatibility: 'BACKWARD_TRANSITIVE' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      {
        ask: 'POST /compatibility/subjects/$s/versions/2',
        send: schemaOf(record('V', a, b)),
        body: { is_compatible: true },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions/1',
        send: schemaOf(record('V', a, b)),
        body: { is_compatible: false },
      },
    ],
  },
  {
    name: 'says what is wrong when asked to',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      {
        ask: 'POST /compatibility/subjects/$s/versions?verbose=true',
        send: schemaOf(record('V', a, b)),
        body: { is_compatible: false, messages: expect.arrayContaining([expect.any(String)]) },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions?verbose=true',
        send: schemaOf('{"type":"nope"}'),
        body: { is_compatible: false, messages: [expect.stringContaining('nope')] },
      },
    ],
  },
  {
    name: 'finds anything compatible with no history',
    needs: 'details',
    steps: [
      {
        ask: 'POST /compatibility/subjects/$s/versions',
        send: schemaOf(V1),
        body: { is_compatible: true },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions/latest',
        send: schemaOf(V1),
        body: { is_compatible: true },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions/1',
        send: schemaOf(V1),
        status: 404,
        code: 40402,
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions/earliest',
        send: schemaOf(V1),
        status: 422,
        code: 42202,
      },
    ],
  },
  {
    name: 'keeps a level for a subject that has no versions yet',
    needs: 'details',
    steps: [
      { ask: 'GET /config/$s', status: 404, code: 40408 },
      { ask: 'GET /config/$s?defaultToGlobal=true', body: { compatibilityLevel: 'BACKWARD' } },
      {
        ask: 'PUT /config/$s',
        send: { compatibility: 'FORWARD' },
        body: { compatibility: 'FORWARD' },
      },
      { ask: 'GET /config/$s', body: { compatibilityLevel: 'FORWARD' } },
      { ask: 'PUT /config/$s', send: { compatibility: 'full_transitive' } },
      { ask: 'GET /config/$s', body: { compatibilityLevel: 'FULL_TRANSITIVE' } },
      { ask: 'PUT /config/$s', send: { compatibility: 'SOMETIMES' }, status: 422, code: 42203 },
      { ask: 'DELETE /config/$s', body: { compatibilityLevel: 'FULL_TRANSITIVE' } },
      { ask: 'GET /config/$s', status: 404, code: 40408 },
      { ask: 'DELETE /config/$s', status: 404, code: 40401 },
    ],
  },
  {
    name: 'has a level for all',
    needs: 'details',
    steps: [
      { ask: 'GET /config', body: { compatibilityLevel: 'BACKWARD' } },
      { ask: 'PUT /config', send: { compatibility: 'FULL' }, body: { compatibility: 'FULL' } },
      { ask: 'GET /config', body: { compatibilityLevel: 'FULL' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(record('V')), status: 409 },
      { ask: 'PUT /config/$s', send: { compatibility: 'BACKWARD' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(record('V')) },
      { ask: 'PUT /config', send: { compatibility: 'NEVER' }, status: 422, code: 42203 },
      { ask: 'PUT /config', send: { compatibility: 'BACKWARD' } },
    ],
  },
];

const deletion: readonly Scenario[] = [
  {
    name: 'deletes a version softly, then for good',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2), keep: { id: 'id' } },
      { ask: 'DELETE /subjects/$s/versions/2?permanent=true', status: 404, code: 40407 },
      { ask: 'DELETE /subjects/$s/versions/2', body: 2 },
      { ask: 'DELETE /subjects/$s/versions/2', status: 404, code: 40406 },
      { ask: 'GET /subjects/$s/versions/2', status: 404, code: 40402 },
      { ask: 'GET /subjects/$s/versions', body: [1] },
      { ask: 'GET /subjects/$s/versions?deleted=true', body: [1, 2] },
      { ask: 'GET /subjects/$s/versions/2?deleted=true', body: { version: 2, id: '$id' } },
      { ask: 'GET /subjects/$s/versions/latest', body: { version: 1 } },
      { ask: 'POST /subjects/$s', send: schemaOf(V2), status: 404, code: 40403 },
      { ask: 'POST /subjects/$s?deleted=true', send: schemaOf(V2), body: { version: 2 } },
      { ask: 'GET /schemas/ids/$id', body: { schema: V2 } },
      { ask: 'DELETE /subjects/$s/versions/2?permanent=true', body: 2 },
      { ask: 'GET /subjects/$s/versions?deleted=true', body: [1] },
      { ask: 'GET /subjects/$s/versions/2?deleted=true', status: 404, code: 40402 },
      { ask: 'DELETE /subjects/$s/versions/2?permanent=true', status: 404, code: 40402 },
    ],
  },
  {
    name: 'deletes a subject softly, then for good',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      { ask: 'DELETE /subjects/$s?permanent=true', status: 404, code: 40405 },
      { ask: 'DELETE /subjects/$s', body: [1, 2] },
      { ask: 'DELETE /subjects/$s', status: 404, code: 40404 },
      { ask: 'GET /subjects/$s/versions', status: 404, code: 40401 },
      { ask: 'GET /subjects/$s/versions/1', status: 404, code: 40401 },
      { ask: 'GET /subjects/$s/versions?deleted=true', body: [1, 2] },
      { ask: 'GET /subjects?deleted=true', body: expect.arrayContaining([expect.any(String)]) },
      { ask: 'POST /subjects/$s', send: schemaOf(V1), status: 404, code: 40401 },
      { ask: 'DELETE /subjects/$s?permanent=true', body: [1, 2] },
      { ask: 'GET /subjects/$s/versions?deleted=true', status: 404, code: 40401 },
      { ask: 'DELETE /subjects/$s?permanent=true', status: 404, code: 40401 },
    ],
  },
  {
    name: 'goes on counting after a soft delete, and starts again after a hard one',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), keep: { id: 'id' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      { ask: 'DELETE /subjects/$s', body: [1, 2] },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), body: { id: '$id' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), body: { id: '$id' } },
      { ask: 'GET /subjects/$s/versions', body: [3] },
      { ask: 'POST /subjects/$s?deleted=true', send: schemaOf(V1), body: { version: 3 } },
      { ask: 'DELETE /subjects/$s', body: [3] },
      { ask: 'DELETE /subjects/$s?permanent=true' },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      { ask: 'GET /subjects/$s/versions', body: [1] },
    ],
  },
  {
    name: 'does not compare with what was deleted',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('V', a, f('b', 'int', { default: 0 }))),
        status: 409,
      },
      { ask: 'DELETE /subjects/$s/versions/latest', body: 2 },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('V', a, f('b', 'int', { default: 0 }))),
      },
      { ask: 'GET /subjects/$s/versions', body: [1, 3] },
    ],
  },
  {
    name: 'forgets a subject’s level with its last version',
    needs: 'details',
    steps: [
      { ask: 'PUT /config/$s', send: { compatibility: 'NONE' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
      { ask: 'DELETE /subjects/$s/versions/1' },
      { ask: 'GET /config/$s', body: { compatibilityLevel: 'NONE' } },
      { ask: 'DELETE /subjects/$s/versions/2' },
      { ask: 'GET /config/$s', status: 404, code: 40408 },
    ],
  },
];

export const coreScenarios: readonly Scenario[] = [
  ...subjects,
  ...requests,
  ...levels,
  ...deletion,
];
