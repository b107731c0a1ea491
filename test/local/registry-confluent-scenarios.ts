/**
 * What the tests of Confluent's own registry ask of it as far as Avro goes, told in our words:
 * RestApiTest, RestApiModeTest, RestApiContextTest, RestApiCompatibilityTest; messages too.
 */
import { expect } from '@jest/globals';
import { record, type Scenario, type Step, schemaOf } from './registry-scenario.js';

const f = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more });
const f1 = f('f1', 'string');
const f2 = f('f2', 'string');
const f3 = f('f3', 'string');
const one = record('myrecord', f1);
const two = record('myrecord', f1, f('f2', 'string', { default: 'foo' }));
const other = record('other', f('g', 'int'));
const contains = (text: string) => expect.stringContaining(text);

/** The steps with their paths in a context of the scenario's own, where ids start at 1. */
function inContext(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => ({
    ...step,
    ask: step.ask.replace(' ', ' /contexts/.$s'),
  }));
}

const register = (subject: string, schema: string, more: object = {}) => ({
  ask: `POST /subjects/${subject}/versions`,
  send: schemaOf(schema, more),
});
const lookUp = (subject: string, schema: string, more: object = {}) => ({
  ask: `POST /subjects/${subject}`,
  send: schemaOf(schema, more),
});

const ids: readonly Scenario[] = [
  {
    name: 'counts ids from 1 in a fresh context, one per schema, over all its subjects',
    needs: 'contexts',
    steps: inContext([
      { ask: 'GET /subjects', body: [] },
      { ...register('a', one), body: { id: 1, version: 1 } },
      { ...register('a', two), body: { id: 2, version: 2 } },
      { ...register('a', one), body: { id: 1, version: 1 } },
      { ...register('b', other), body: { id: 3, version: 1 } },
      { ...register('b', other), body: { id: 3, version: 1 } },
      { ...register('c', two), body: { id: 2, version: 1 } },
      { ask: 'GET /subjects', body: [':.$s:a', ':.$s:b', ':.$s:c'] },
      { ask: 'GET /subjects?offset=1&limit=1', body: [':.$s:b'] },
      { ask: 'GET /schemas/ids/2/subjects', body: [':.$s:a', ':.$s:c'] },
      { ask: 'GET /schemas/ids/2/subjects?offset=1&limit=1', body: [':.$s:c'] },
      { ask: 'DELETE /subjects/c/versions/1', body: 1 },
      { ask: 'GET /schemas/ids/2/subjects', body: [':.$s:a'] },
      { ask: 'GET /schemas/ids/2/versions', body: [{ subject: ':.$s:a', version: 2 }] },
      { ask: 'GET /schemas/ids/2/subjects?deleted=true', body: [':.$s:a', ':.$s:c'] },
      {
        ask: 'GET /schemas/ids/2/versions?deleted=true&offset=1&limit=1',
        body: [{ subject: ':.$s:c', version: 1 }],
      },
      { ask: 'GET /schemas/ids/1?fetchMaxId=true', body: { schema: one, maxId: 3 } },
      { ask: 'GET /schemas/ids/1?format=no-such-format', body: { schema: one } },
      { ask: 'GET /schemas/ids/9/subjects', status: 404, code: 40403 },
      { ask: 'GET /schemas/ids/9/versions', status: 404, code: 40403 },
      { ask: 'GET /schemas/ids/9/schema', status: 404, code: 40403 },
    ]),
  },
  {
    name: 'takes a text for what it says: spaces and a wrapped type are nothing',
    needs: 'contexts',
    steps: inContext([
      { ...register('a', '{   "type":   "string"}'), body: { id: 1 } },
      { ...register('a', '"string"'), body: { id: 1 } },
      { ...lookUp('a', '{"type":"string"}'), body: { id: 1, schema: '"string"' } },
      { ...register('union', `[${one}]`), body: { id: 2 } },
      { ask: 'GET /schemas/ids/2/schema', body: [JSON.parse(one)] },
      { ask: 'GET /subjects/union/versions/latest/schema', body: [JSON.parse(one)] },
    ]),
  },
  {
    name: 'gives the same schema the same guid in every context',
    needs: 'contexts',
    steps: [
      { ...register(':.a$s:x', one), keep: { guid: 'guid' } },
      { ...register(':.b$s:y', other), body: { id: 1 } },
      { ...register(':.b$s:y2', one), body: { id: 2, guid: '$guid' } },
      { ask: 'GET /schemas/ids/2?subject=:.b$s:y2', body: { guid: '$guid', deleted: false } },
    ],
  },
];

const versions: readonly Scenario[] = [
  {
    name: 'gives a version that was deleted for good its number again',
    steps: [
      register('$s', one),
      register('$s', two),
      { ask: 'DELETE /subjects/$s/versions/2', body: 2 },
      { ask: 'DELETE /subjects/$s/versions/2?permanent=true', body: 2 },
      { ask: 'DELETE /subjects/$s/versions/latest', body: 1 },
      { ask: 'GET /subjects/$s/versions/latest', status: 404, code: 40401 },
      register('$s', one),
      register('$s', one),
      { ask: 'GET /subjects/$s/versions', body: [2] },
    ],
  },
  {
    name: 'finds a schema that came back under its new version only',
    steps: [
      register('$s', one),
      register('$s', two),
      { ask: 'DELETE /subjects/$s/versions/1', body: 1 },
      { ...lookUp('$s', one), status: 404, code: 40403 },
      { ask: 'POST /subjects/$s?deleted=true', send: schemaOf(one), body: { version: 1 } },
      register('$s', one),
      { ask: 'POST /subjects/$s?deleted=true', send: schemaOf(one), body: { version: 3 } },
      { ...lookUp('$s', one), body: { version: 3 } },
      { ask: 'GET /subjects/$s/versions/latest', body: { version: 3 } },
    ],
  },
  {
    name: 'numbers all versions anew when a deleted subject comes back',
    steps: [
      register('$s', one),
      register('$s', two),
      { ask: 'DELETE /subjects/$s', body: [1, 2] },
      register('$s', one),
      register('$s', two),
      { ask: 'GET /subjects/$s/versions', body: [3, 4] },
      { ask: 'GET /subjects/$s/versions/1', status: 404, code: 40402 },
    ],
  },
  {
    name: 'looks at all versions without one in the path, at one with it',
    needs: 'details',
    steps: [
      register('$s', record('myrecord', f1, f2)),
      register('$s', one),
      { ask: 'PUT /config/$s', send: { compatibility: 'FORWARD_TRANSITIVE' } },
      {
        ask: 'POST /compatibility/subjects/$s/versions/latest',
        send: schemaOf(record('myrecord', f1, f3)),
        body: { is_compatible: true },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions',
        send: schemaOf(record('myrecord', f1, f3)),
        body: { is_compatible: false },
      },
      { ...register('$s', record('myrecord', f1, f3)), status: 409, code: 409 },
    ],
  },
  {
    name: 'answers the same with a slash at the end',
    steps: [
      { ask: 'POST /subjects/$s/versions/', send: schemaOf(one) },
      { ask: 'GET /subjects/$s/versions/', body: [1] },
      { ask: 'GET /subjects/$s/versions/1/', body: { version: 1 } },
      { ask: 'PUT /config/$s/', send: { compatibility: 'FULL' } },
      { ask: 'GET /config/$s/', body: { compatibilityLevel: 'FULL' } },
      {
        ask: 'POST /compatibility/subjects/$s/versions/latest/',
        send: schemaOf(two),
        body: { is_compatible: true },
      },
    ],
  },
  {
    name: 'says what is wrong with a schema that it refuses to register',
    needs: 'messages',
    steps: [
      register('$s', record('myrecord', f1, f2)),
      { ask: 'PUT /config/$s', send: { compatibility: 'FORWARD' } },
      {
        ...register('$s', record('myrecord', f1, f3)),
        status: 409,
        body: { message: contains('{oldSchemaVersion: 1}') },
      },
      {
        ...register('$s', record('myrecord', f1, f3)),
        status: 409,
        body: {
          message: contains(
            "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'f2' at path '/fields/1' in the old schema has no default value and is missing in the new schema', additionalInfo:'f2'}",
          ),
        },
      },
    ],
  },
  {
    name: 'has the messages that clients match on',
    needs: 'messages',
    steps: [
      {
        ask: 'POST /subjects/$s/versions',
        send: {},
        status: 422,
        body: { message: 'Empty schema' },
      },
      {
        ask: 'GET /subjects/$s/versions',
        status: 404,
        body: { message: "Subject '$s' not found." },
      },
      register('$s', one),
      {
        ask: 'GET /subjects/$s/versions/15',
        status: 404,
        body: { message: 'Version 15 not found.' },
      },
      { ...lookUp('$s', other), status: 404, body: { message: 'Schema not found' } },
      {
        ask: 'GET /schemas/ids/2147483647',
        status: 404,
        body: { message: 'Schema 2147483647 not found' },
      },
      {
        ask: 'GET /schemas/ids/invalid',
        status: 404,
        body: { error_code: 404, message: 'HTTP 404 Not Found' },
      },
      ...['0', 'invalid'].map((version) => ({
        ask: `GET /subjects/$s/versions/${version}`,
        status: 422,
        body: {
          message: `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
        },
      })),
      {
        ask: 'GET /config/$s',
        status: 404,
        body: { message: "Subject '$s' does not have subject-level compatibility configured" },
      },
      {
        ask: 'GET /mode/$s',
        status: 404,
        body: { message: "Subject '$s' does not have subject-level mode configured" },
      },
      {
        ask: 'DELETE /subjects/$s/versions/1?permanent=true',
        status: 404,
        body: {
          message: "Subject '$s' Version 1 was not deleted first before being permanently deleted",
        },
      },
      {
        ask: 'DELETE /subjects/$s?permanent=true',
        status: 404,
        body: { message: "Subject '$s' was not deleted first before being permanently deleted" },
      },
      register('$s', two),
      { ask: 'DELETE /subjects/$s/versions/1', body: 1 },
      {
        ask: 'DELETE /subjects/$s/versions/1',
        status: 404,
        body: {
          message:
            "Subject '$s' Version 1 was soft deleted.Set permanent=true to delete permanently",
        },
      },
      { ask: 'DELETE /subjects/$s', body: [2] },
      {
        ask: 'DELETE /subjects/$s',
        status: 404,
        body: { message: "Subject '$s' was soft deleted.Set permanent=true to delete permanently" },
      },
    ],
  },
];

const currency = JSON.stringify({
  type: 'enum',
  name: 'Currency',
  namespace: 'n.money',
  symbols: ['EUR', 'USD'],
});
const budget = (name: string) =>
  JSON.stringify({
    type: 'record',
    name,
    namespace: 'n',
    fields: [f('buyer', 'long'), f('currency', { type: 'n.money.Currency' })],
  });
const toCurrency = { name: 'n.money.Currency', subject: '$s-currency', version: 1 };
const toUp = { name: 'n.Up', subject: '$s-up', version: 1 };
const toDown = { name: 'n.Down', subject: '$s-down', version: 1 };

const references: readonly Scenario[] = [
  {
    name: 'takes references of several levels, to a type that two share',
    needs: 'resolved',
    steps: [
      register('$s-currency', currency),
      register('$s-up', budget('Up'), { references: [toCurrency] }),
      register('$s-down', budget('Down'), { references: [toCurrency] }),
      {
        ...register('$s', '["n.Up","n.Down"]', { references: [toUp, toDown] }),
        keep: { id: 'id', guid: 'guid' },
      },
      {
        ask: 'GET /schemas/ids/$id',
        body: { schema: '["n.Up","n.Down"]', references: [toUp, toDown] },
      },
      { ask: 'GET /schemas/ids/$id?format=resolved&subject=$s', body: { guid: '$guid' } },
    ],
  },
  {
    name: 'does not bring back a schema whose reference is gone',
    needs: 'details',
    steps: [
      register('$s-currency', currency),
      register('$s', budget('Up'), { references: [toCurrency] }),
      { ask: 'DELETE /subjects/$s/versions/1', body: 1 },
      { ask: 'DELETE /subjects/$s-currency/versions/1', body: 1 },
      { ask: 'DELETE /subjects/$s-currency/versions/1?permanent=true', body: 1 },
      { ...register('$s', budget('Up'), { references: [toCurrency] }), status: 422, code: 42201 },
      { ...register('$s', budget('Down'), { references: [toCurrency] }), status: 422, code: 42201 },
    ],
  },
  {
    name: 'refers to another context where the subject says which',
    needs: 'contexts',
    steps: [
      { ...register(':.r$s:currency', currency), body: { id: 1 } },
      {
        ...register('$s', budget('Up'), {
          references: [{ ...toCurrency, subject: ':.r$s:currency' }],
        }),
        keep: { id: 'id' },
      },
      { ask: 'GET /subjects/:.r$s:currency/versions/1/referencedby', body: ['$id'] },
      { ask: 'DELETE /subjects/:.r$s:currency/versions/1', status: 422, code: 42206 },
      { ask: 'DELETE /subjects/$s/versions/1', body: 1 },
      { ask: 'GET /subjects/:.r$s:currency/versions/1/referencedby?offset=0&limit=1', body: [] },
      { ask: 'DELETE /subjects/:.r$s:currency/versions/1', body: 1 },
    ],
  },
  {
    name: 'normalizes references, too',
    needs: 'normalize',
    steps: [
      register('$s-currency', currency),
      register('$s-up', record('n.U')),
      {
        ask: 'POST /subjects/$s/versions?normalize=true',
        send: schemaOf(record('R', f('c', 'n.money.Currency'), f('u', 'n.U')), {
          references: [toCurrency, { ...toUp, name: 'n.U' }],
        }),
        keep: { id: 'id' },
      },
      {
        ask: 'POST /subjects/$s?normalize=true',
        send: schemaOf(record('R', f('c', { type: 'n.money.Currency' }), f('u', 'n.U')), {
          references: [{ ...toUp, name: 'n.U' }, toCurrency, toCurrency],
        }),
        body: { id: '$id', version: 1 },
      },
      {
        ask: 'POST /compatibility/subjects/$s/versions?normalize=true&verbose=true',
        send: schemaOf(record('R', f('c', 'string', { default: null }))),
        body: { is_compatible: false, messages: [contains('Invalid schema')] },
      },
    ],
  },
];

const importing = (more: object) => schemaOf(one, more);
const modes: readonly Scenario[] = [
  {
    name: 'imports one schema under several versions and ids, and no two under one id',
    needs: 'contexts',
    steps: inContext([
      { ask: 'PUT /mode', send: { mode: 'IMPORT' } },
      { ask: 'POST /subjects/a/versions', send: importing({ id: 1, version: 1 }), body: { id: 1 } },
      { ask: 'POST /subjects/a/versions', send: importing({ id: 1, version: 2 }), body: { id: 1 } },
      { ask: 'POST /subjects/a/versions', send: importing({ id: 1, version: 1 }), body: { id: 1 } },
      { ...register('a', two, { id: 1, version: 3 }), status: 422, code: 42205 },
      { ...register('b', two, { id: 1, version: 1 }), status: 422, code: 42205 },
      { ...register('c', other, { id: 100, version: 1 }), body: { id: 100 } },
      { ...register('c', other, { id: 200, version: 2 }), body: { id: 200 } },
      { ...register('d', other, { id: 300, version: 1 }), body: { id: 300 } },
      { ask: 'GET /subjects/c/versions/2', body: { id: 200, schema: other } },
      { ...lookUp('d', other), body: { version: 1 } },
      // What is there may be asked for without an id in any mode; what is not may not.
      { ...register('a', one), body: { id: 1 } },
      { ...register('a', two), status: 422, code: 42205 },
      // Nothing is compared.
      { ...register('a', record('myrecord', f('f1', 'int')), { id: 400, version: 9 }) },
      { ask: 'GET /subjects/a/versions', body: [1, 2, 9] },
      { ask: 'PUT /mode', send: { mode: 'READWRITE' } },
      // Ids go on after the highest one.
      { ...register('e', two), body: { id: 401 } },
    ]),
  },
  {
    name: 'imports again what was deleted, with other metadata',
    needs: 'contexts',
    steps: inContext([
      { ...register('a', one), body: { id: 1 } },
      { ask: 'DELETE /subjects/a', body: [1] },
      { ask: 'PUT /mode', send: { mode: 'IMPORT' }, body: { mode: 'IMPORT' } },
      ...[1, 2].flatMap(() => [
        {
          ...register('a', one, { id: 1, version: 1, metadata: { properties: { a: 'b' } } }),
          body: { id: 1 },
        },
        { ask: 'GET /subjects/a/versions/1', body: { schema: one } },
        { ask: 'DELETE /subjects/a', body: [1] },
      ]),
    ]),
  },
  {
    name: 'clears a mode with null',
    needs: 'mode',
    steps: [
      { ask: 'PUT /mode/$s', send: { mode: 'READONLY' }, body: { mode: 'READONLY' } },
      { ask: 'PUT /mode/$s', send: { mode: null }, body: { mode: null } },
      { ask: 'GET /mode/$s', status: 404, code: 40409 },
      { ask: 'GET /mode/$s?defaultToGlobal=true', body: { mode: 'READWRITE' } },
      { ask: 'PUT /mode', send: { mode: 'READONLY' } },
      { ask: 'DELETE /mode', body: { mode: 'READONLY' } },
      { ask: 'GET /mode', body: { mode: 'READWRITE' } },
    ],
  },
  {
    name: 'deletes the modes of a whole context when asked to',
    needs: 'contexts',
    steps: [
      { ask: 'PUT /mode/:.m$s:x', send: { mode: 'READONLY' } },
      { ask: 'GET /mode/:.m$s:', status: 404, code: 40409 },
      { ask: 'PUT /mode/:.m$s:', send: { mode: 'READONLY' } },
      { ask: 'DELETE /mode/:.m$s:', body: { mode: 'READONLY' } },
      { ask: 'GET /mode/:.m$s:x', body: { mode: 'READONLY' } },
      { ask: 'DELETE /mode/:.m$s:?recursive=true', body: { mode: null } },
      { ask: 'GET /mode/:.m$s:x', status: 404, code: 40409 },
    ],
  },
  {
    name: 'takes :.: for the default context, in levels and modes',
    needs: 'contexts',
    steps: [
      { ask: 'PUT /config', send: { compatibility: 'FORWARD' } },
      { ask: 'GET /config/:.:?defaultToGlobal=true', body: { compatibilityLevel: 'FORWARD' } },
      { ask: 'PUT /config/:.:', send: { compatibility: 'FORWARD_TRANSITIVE' } },
      { ask: 'GET /config', body: { compatibilityLevel: 'FORWARD_TRANSITIVE' } },
      { ask: 'DELETE /config/:.:', body: { compatibilityLevel: 'FORWARD_TRANSITIVE' } },
      { ask: 'GET /config?defaultToGlobal=true', body: { compatibilityLevel: 'BACKWARD' } },
      { ask: 'PUT /mode/:.:', send: { mode: 'READONLY' } },
      { ask: 'GET /mode?defaultToGlobal=true', body: { mode: 'READONLY' } },
      { ask: 'DELETE /mode/:.:', body: { mode: 'READONLY' } },
      { ask: 'GET /mode', body: { mode: 'READWRITE' } },
      { ask: 'PUT /mode/:.__GLOBAL:', send: { mode: 'READONLY' } },
      { ask: 'GET /mode?defaultToGlobal=true', body: { mode: 'READONLY' } },
      { ...register('$s', one), status: 422, code: 42205 },
      { ask: 'DELETE /mode/:.__GLOBAL:', body: { mode: 'READONLY' } },
      register('$s', one),
    ],
  },
];

const rest: readonly Scenario[] = [
  {
    name: 'lists subjects and schemas of one context, the default one or all',
    needs: 'contexts',
    steps: [
      register(':.p$s:t1-$s', one),
      register(':.q$s:t2-$s', two),
      register('t1-$s', other),
      { ask: 'GET /subjects?subjectPrefix=t1-$s', body: ['t1-$s'] },
      { ask: 'GET /subjects?subjectPrefix=:*:t1-$s', body: [':.p$s:t1-$s', 't1-$s'] },
      { ask: 'GET /schemas?subjectPrefix=:*:t1-$s', body: [{ schema: one }, { schema: other }] },
      { ask: 'GET /contexts/:.:/subjects?subjectPrefix=t1-$s', body: ['t1-$s'] },
      { ask: 'GET /subjects/t2-$s/versions/1', body: { subject: ':.q$s:t2-$s' } },
      { ask: 'GET /contexts/:.:/subjects/t1-$s/versions', body: [1] },
      { ask: 'GET /subjects/:.:t1-$s/versions', body: [1] },
    ],
  },
  {
    name: 'answers all that is set when a setting is made or taken back',
    needs: 'metadata',
    steps: [
      {
        ask: 'PUT /config/$s',
        send: { compatibilityGroup: 'version', validateFields: true },
        body: { compatibilityGroup: 'version', validateFields: true },
      },
      {
        ask: 'PUT /config/$s',
        send: { compatibilityGroup: null },
        body: { validateFields: true },
      },
      { ask: 'GET /config/$s', body: { validateFields: true } },
      { ask: 'PUT /config/$s', send: { compatibility: 'NONE' }, body: { compatibility: 'NONE' } },
      { ask: 'PUT /config/$s', send: { compatibility: '' }, status: 422, code: 42203 },
    ],
  },
  {
    name: 'keeps the field names free that metadata reserves, where it is told to',
    needs: 'metadata',
    steps: [
      { ask: 'PUT /config/$s', send: { validateFields: true } },
      {
        ...register('$s', two, { metadata: { properties: { 'confluent:reserved': 'x, f1' } } }),
        status: 409,
        body: { message: contains('conflicts with the reserved field f1') },
      },
      register('$s', two, { metadata: { properties: { 'confluent:reserved': 'x,y' } } }),
      {
        ask: 'POST /compatibility/subjects/$s/versions?verbose=true',
        send: schemaOf(one, { metadata: { properties: { 'confluent:reserved': 'y' } } }),
        body: {
          is_compatible: false,
          messages: [
            contains('reserved field x removed'),
            "{validateFields: 'true', compatibility: 'BACKWARD'}",
          ],
        },
      },
      { ask: 'PUT /config/$s', send: { validateFields: false } },
      register('$s', one, { metadata: { properties: { 'confluent:reserved': 'f1' } } }),
    ],
  },
  {
    name: 'compares within a group, also one that is made later',
    needs: 'metadata',
    steps: [
      register('$s', one, { metadata: { properties: {} } }),
      { ...register('$s', record('myrecord', f1, f2)), status: 409 },
      { ask: 'PUT /config/$s', send: { compatibilityGroup: 'version' } },
      register('$s', record('myrecord', f1, f2), { metadata: { properties: { version: '2' } } }),
      register('$s', record('myrecord', f1, f('f2', ['null', 'int'], { default: null })), {
        metadata: { properties: {} },
      }),
      { ask: 'GET /subjects/$s/versions', body: [1, 2, 3] },
    ],
  },
];

export const confluentScenarios: readonly Scenario[] = [
  ...ids,
  ...versions,
  ...references,
  ...modes,
  ...rest,
];
