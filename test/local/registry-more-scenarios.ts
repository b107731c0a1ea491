/** What registries differ in: references, normalization, modes, contexts, metadata. */
import { expect } from '@jest/globals';
import { confluentScenarios } from './registry-confluent-scenarios.js';
import { record, type Scenario, schemaOf } from './registry-scenario.js';
import { coreScenarios } from './registry-scenarios.js';

const f = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more });
const a = f('a', 'string');
const V1 = record('V', a);
const V2 = record('V', a, f('b', 'string', { default: '' }));

/** A request that associates values of a topic with a subject. */
const association = (subject: string) => ({
  resourceName: '$s-topic',
  resourceNamespace: 'lkc-1',
  resourceId: '$s-id',
  associations: [{ subject, associationType: 'value', lifecycle: 'WEAK' }],
});

const address = JSON.stringify({
  type: 'record',
  name: 'Address',
  namespace: 'n',
  fields: [f('city', 'string')],
});
const user = JSON.stringify({
  type: 'record',
  name: 'User',
  namespace: 'n',
  fields: [f('home', 'Address'), f('work', 'Address')],
});
const order = JSON.stringify({
  type: 'record',
  name: 'Order',
  namespace: 'n',
  fields: [f('by', 'User'), f('to', 'Address')],
});
const whole = JSON.stringify({
  type: 'record',
  name: 'User',
  namespace: 'n',
  fields: [
    f('home', { type: 'record', name: 'Address', fields: [f('city', 'string')] }),
    f('work', 'Address'),
  ],
});
const toAddress = { name: 'n.Address', subject: '$s-address', version: 1 };
const toUser = { name: 'n.User', subject: '$s-user', version: 1 };

const references: readonly Scenario[] = [
  {
    name: 'registers and gives back references',
    needs: 'references',
    steps: [
      { ask: 'POST /subjects/$s-address/versions', send: schemaOf(address) },
      { ask: 'POST /subjects/$s-user/versions', send: schemaOf(user), status: 422, code: 42201 },
      {
        ask: 'POST /subjects/$s-user/versions',
        send: schemaOf(user, { references: [toAddress] }),
        keep: { id: 'id' },
      },
      {
        ask: 'POST /subjects/$s-order/versions',
        send: schemaOf(order, { references: [toUser, toAddress] }),
        keep: { order: 'id' },
      },
      { ask: 'GET /subjects/$s-user/versions/1', body: { schema: user, references: [toAddress] } },
      { ask: 'GET /schemas/ids/$id', body: { schema: user, references: [toAddress] } },
      { ask: 'GET /subjects/$s-address/versions/1/referencedby', body: ['$id', '$order'] },
      { ask: 'GET /subjects/$s-order/versions/1/referencedby', body: [] },
      {
        ask: 'POST /subjects/$s-user',
        send: schemaOf(user, { references: [toAddress] }),
        body: { version: 1 },
      },
    ],
  },
  {
    name: 'keeps what others refer to',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s-address/versions', send: schemaOf(address) },
      { ask: 'POST /subjects/$s-user/versions', send: schemaOf(user, { references: [toAddress] }) },
      { ask: 'DELETE /subjects/$s-address/versions/1', status: 422, code: 42206 },
      { ask: 'DELETE /subjects/$s-address', status: 422, code: 42206 },
      { ask: 'DELETE /subjects/$s-user/versions/1', body: 1 },
      { ask: 'GET /subjects/$s-address/versions/1/referencedby', body: [] },
      { ask: 'DELETE /subjects/$s-address/versions/1', body: 1 },
      {
        ask: 'POST /subjects/$s-user/versions',
        send: schemaOf(user, { references: [toAddress] }),
        status: 422,
        code: 42201,
      },
    ],
  },
  {
    name: 'refuses references to what is not there',
    needs: 'references',
    steps: [
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(V1, { references: [toAddress] }),
        status: 422,
        code: 42201,
      },
      { ask: 'POST /subjects/$s-address/versions', send: schemaOf(address) },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(user, { references: [{ ...toAddress, version: 2 }] }),
        status: 422,
        code: 42201,
      },
    ],
  },
  {
    name: 'compares schemas with what they refer to',
    needs: 'details',
    steps: [
      { ask: 'POST /subjects/$s-address/versions', send: schemaOf(address) },
      { ask: 'POST /subjects/$s-user/versions', send: schemaOf(user, { references: [toAddress] }) },
      {
        ask: 'POST /subjects/$s-address/versions',
        send: schemaOf({
          type: 'record',
          name: 'Address',
          namespace: 'n',
          fields: [f('city', 'string'), f('zip', 'string', { default: '' })],
        }),
      },
      {
        ask: 'POST /subjects/$s-user/versions',
        send: schemaOf(user, { references: [{ ...toAddress, version: 2 }] }),
      },
      { ask: 'GET /subjects/$s-user/versions', body: [1, 2] },
      { ask: 'PUT /config/$s-address', send: { compatibility: 'NONE' } },
      {
        ask: 'POST /subjects/$s-address/versions',
        send: schemaOf({
          type: 'record',
          name: 'Address',
          namespace: 'n',
          fields: [f('city', 'int')],
        }),
      },
      {
        ask: 'POST /subjects/$s-user/versions',
        send: schemaOf(user, { references: [{ ...toAddress, version: 3 }] }),
        status: 409,
      },
    ],
  },
  {
    name: 'finds a schema with references by its whole text',
    needs: 'resolved',
    steps: [
      { ask: 'POST /subjects/$s-address/versions', send: schemaOf(address) },
      {
        ask: 'POST /subjects/$s-user/versions',
        send: schemaOf(user, { references: [toAddress] }),
        keep: { id: 'id' },
      },
      { ask: 'POST /subjects/$s-user', send: schemaOf(whole), body: { id: '$id', version: 1 } },
      { ask: 'POST /subjects/$s-user/versions', send: schemaOf(whole), body: { id: '$id' } },
      { ask: 'GET /schemas/ids/$id?format=resolved', body: { schema: whole } },
      { ask: 'GET /subjects/$s-user/versions/1/schema?format=resolved', body: JSON.parse(whole) },
    ],
  },
  {
    name: 'ignores what means nothing when asked to normalize',
    needs: 'normalize',
    steps: [
      {
        ask: 'POST /subjects/$s/versions?normalize=true',
        send: schemaOf({
          type: 'record',
          name: 'n.N',
          fields: [f('a', { type: 'int' })],
          extra: { b: 1, a: 2 },
        }),
        keep: { id: 'id' },
      },
      {
        ask: 'POST /subjects/$s/versions?normalize=true',
        send: schemaOf({
          type: 'record',
          name: 'N',
          namespace: 'n',
          extra: { a: 2, b: 1 },
          fields: [f('a', 'int')],
        }),
        body: { id: '$id' },
      },
      {
        ask: 'POST /subjects/$s?normalize=true',
        send: schemaOf({
          namespace: 'n',
          name: 'N',
          type: 'record',
          fields: [f('a', 'int')],
          extra: { a: 2, b: 1 },
        }),
        body: { version: 1 },
      },
      { ask: 'GET /subjects/$s/versions', body: [1] },
    ],
  },
];

const modes: readonly Scenario[] = [
  {
    name: 'lets nobody write where it is read-only',
    needs: 'mode',
    steps: [
      { ask: 'GET /mode/$s', status: 404, code: 40409 },
      { ask: 'GET /mode/$s?defaultToGlobal=true', body: { mode: 'READWRITE' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), keep: { id: 'id' } },
      { ask: 'PUT /mode/$s', send: { mode: 'READONLY' }, body: { mode: 'READONLY' } },
      { ask: 'GET /mode/$s', body: { mode: 'READONLY' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2), status: 422, code: 42205 },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), body: { id: '$id' } },
      { ask: 'DELETE /subjects/$s', status: 422, code: 42205 },
      { ask: 'DELETE /subjects/$s/versions/1', status: 422, code: 42205 },
      { ask: 'PUT /mode/$s', send: { mode: 'SOMETIMES' }, status: 422, code: 42204 },
      { ask: 'DELETE /mode/$s', body: { mode: 'READONLY' } },
      { ask: 'DELETE /mode/$s', status: 404, code: 40401 },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2) },
    ],
  },
  {
    name: 'takes ids as they come when importing',
    needs: 'mode',
    steps: [
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(V1, { id: 1_900_000_001 }),
        status: 422,
        code: 42205,
      },
      { ask: 'PUT /mode/$s', send: { mode: 'IMPORT' } },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('$s', a)),
        status: 422,
        code: 42205,
      },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('$s', a), { id: 1_900_000_001, version: 4 }),
        body: { id: 1_900_000_001 },
      },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('$s', f('a', 'int')), { id: 1_900_000_001, version: 5 }),
        status: 422,
        code: 42205,
      },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('$s', f('a', 'int')), { id: 1_900_000_002, version: 5 }),
      },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('$s', a)),
        body: { id: 1_900_000_001 },
      },
      { ask: 'GET /subjects/$s/versions', body: [4, 5] },
      { ask: 'PUT /mode/$s', send: { mode: 'READWRITE' } },
      { ask: 'DELETE /subjects/$s' },
      { ask: 'DELETE /subjects/$s?permanent=true' },
    ],
  },
  {
    name: 'imports only where nothing is, unless forced',
    needs: 'mode',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'PUT /mode/$s', send: { mode: 'IMPORT' }, status: 422, code: 42205 },
      { ask: 'PUT /mode/$s?force=true', send: { mode: 'IMPORT' } },
      { ask: 'PUT /mode/$s', send: { mode: 'READWRITE' } },
      { ask: 'DELETE /subjects/$s' },
      { ask: 'PUT /mode/$s', send: { mode: 'IMPORT' } },
      { ask: 'GET /subjects/$s/versions?deleted=true', status: 404, code: 40401 },
    ],
  },
  {
    name: 'has a mode for all, which can be the last word',
    needs: 'global-mode',
    steps: [
      { ask: 'GET /mode', body: { mode: 'READWRITE' } },
      { ask: 'PUT /mode', send: { mode: 'READONLY' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), status: 422, code: 42205 },
      { ask: 'PUT /mode/$s', send: { mode: 'READWRITE' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'PUT /mode', send: { mode: 'READONLY_OVERRIDE' } },
      { ask: 'GET /mode/$s', body: { mode: 'READONLY_OVERRIDE' } },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V2), status: 422, code: 42205 },
      { ask: 'PUT /mode', send: { mode: 'readwrite' } },
      { ask: 'GET /mode', body: { mode: 'READWRITE' } },
    ],
  },
];

const contexts: readonly Scenario[] = [
  {
    name: 'keeps contexts apart',
    needs: 'contexts',
    steps: [
      { ask: 'POST /subjects/:.c$s:x/versions', send: schemaOf(V1), body: { id: 1 } },
      { ask: 'POST /contexts/.c$s/subjects/y/versions', send: schemaOf(V2), body: { id: 2 } },
      { ask: 'GET /contexts/c$s/subjects', body: [':.c$s:x', ':.c$s:y'] },
      { ask: 'GET /subjects?subjectPrefix=:.c$s:', body: [':.c$s:x', ':.c$s:y'] },
      { ask: 'GET /subjects?subjectPrefix=:.c$s:x', body: [':.c$s:x'] },
      { ask: 'GET /contexts/:.c$s:/schemas/ids/2', body: { schema: V2, subject: ':.c$s:y' } },
      { ask: 'GET /schemas/ids/2?subject=:.c$s:y', body: { schema: V2 } },
      {
        ask: 'GET /schemas?subjectPrefix=:.c$s:',
        body: [
          { id: 1, schema: V1 },
          { id: 2, schema: V2 },
        ],
      },
      { ask: 'GET /contexts', body: expect.arrayContaining(['.']) },
      { ask: 'GET /contexts?contextPrefix=.c$s', body: ['.c$s'] },
      { ask: 'DELETE /contexts/.c$s', status: 422, code: 42211 },
      { ask: 'DELETE /contexts/.c$s/subjects/x', body: [1] },
      { ask: 'DELETE /contexts/.c$s/subjects/x?permanent=true', body: [1] },
      { ask: 'DELETE /subjects/:.c$s:y', body: [1] },
      { ask: 'DELETE /subjects/:.c$s:y?permanent=true', body: [1] },
      { ask: 'DELETE /contexts/.c$s', status: 204 },
      { ask: 'GET /contexts?contextPrefix=.c$s', body: [] },
    ],
  },
  {
    name: 'finds a bare name in whichever context has it',
    needs: 'contexts',
    steps: [
      { ask: 'POST /subjects/:.d$s:only-$s/versions', send: schemaOf(V1) },
      { ask: 'GET /subjects/only-$s/versions/1', body: { subject: ':.d$s:only-$s' } },
      { ask: 'POST /subjects/only-$s', send: schemaOf(V1), body: { subject: ':.d$s:only-$s' } },
      { ask: 'GET /schemas/ids/1?subject=only-$s', body: { schema: V1 } },
      { ask: 'GET /subjects/:.:only-$s/versions', status: 404, code: 40401 },
    ],
  },
  {
    name: 'has levels for a context and for all of them',
    needs: 'contexts',
    steps: [
      { ask: 'PUT /config/:.__GLOBAL:', send: { compatibility: 'FULL' } },
      { ask: 'GET /config/:.e$s:x?defaultToGlobal=true', body: { compatibilityLevel: 'FULL' } },
      { ask: 'PUT /config/:.e$s:', send: { compatibility: 'NONE' } },
      { ask: 'GET /contexts/.e$s/config', body: { compatibilityLevel: 'NONE' } },
      {
        ask: 'GET /contexts/.e$s/config/x?defaultToGlobal=true',
        body: { compatibilityLevel: 'NONE' },
      },
      { ask: 'PUT /contexts/.e$s/config/x', send: { compatibility: 'FORWARD' } },
      { ask: 'GET /config/:.e$s:x', body: { compatibilityLevel: 'FORWARD' } },
      { ask: 'DELETE /config/:.e$s:x' },
      { ask: 'DELETE /config/:.e$s:' },
      { ask: 'GET /config/:.e$s:x?defaultToGlobal=true', body: { compatibilityLevel: 'FULL' } },
      { ask: 'DELETE /config/:.__GLOBAL:' },
      { ask: 'POST /subjects/:.__GLOBAL:x/versions', send: schemaOf(V1), status: 422, code: 42208 },
    ],
  },
  {
    name: 'resolves references within a context',
    needs: 'contexts',
    steps: [
      { ask: 'POST /contexts/.f$s/subjects/$s-address/versions', send: schemaOf(address) },
      {
        ask: 'POST /contexts/.f$s/subjects/$s-user/versions',
        send: schemaOf(user, { references: [toAddress] }),
        body: { id: 2 },
      },
      { ask: 'GET /contexts/.f$s/schemas/ids/2', body: { references: [toAddress] } },
      {
        ask: 'GET /contexts/.f$s/schemas/ids/2?referenceFormat=qualified',
        body: { references: [{ ...toAddress, subject: ':.f$s:$s-address' }] },
      },
      { ask: 'GET /contexts/.f$s/subjects/$s-address/versions/1/referencedby', body: [2] },
    ],
  },
];

const rest: readonly Scenario[] = [
  {
    name: 'lists in pages',
    needs: 'paging',
    steps: [
      { ask: 'POST /subjects/$s-1/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s-2/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s-2/versions', send: schemaOf(V2) },
      { ask: 'GET /subjects?subjectPrefix=$s-&offset=1&limit=1', body: ['$s-2'] },
      { ask: 'GET /subjects?subjectPrefix=$s-&limit=1', body: ['$s-1'] },
      { ask: 'GET /subjects/$s-2/versions?offset=1', body: [2] },
      {
        ask: 'GET /schemas?subjectPrefix=$s-&latestOnly=true',
        body: [
          { subject: '$s-1', version: 1 },
          { subject: '$s-2', version: 2 },
        ],
      },
      { ask: 'GET /schemas?subjectPrefix=$s-&offset=2', body: [{ subject: '$s-2', version: 2 }] },
      { ask: 'DELETE /subjects/$s-1' },
      { ask: 'GET /subjects?subjectPrefix=$s-', body: ['$s-2'] },
      { ask: 'GET /subjects?subjectPrefix=$s-&deleted=true', body: ['$s-1', '$s-2'] },
      { ask: 'GET /subjects?subjectPrefix=$s-&deletedOnly=true', body: ['$s-1'] },
      { ask: 'DELETE /subjects/$s-2/versions/1' },
      { ask: 'GET /subjects?subjectPrefix=$s-&deletedOnly=true', body: ['$s-1'] },
      { ask: 'GET /subjects/$s-2/versions?deletedOnly=true', body: [1] },
    ],
  },
  {
    name: 'keeps metadata as part of a schema',
    needs: 'metadata',
    steps: [
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(V1, { metadata: { properties: { major: '1' } } }),
        keep: { id: 'id' },
      },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1), body: { id: '$id' } },
      { ask: 'GET /subjects/$s/versions/1', body: { metadata: { properties: { major: '1' } } } },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(V1, { metadata: { properties: { major: '2' } } }),
      },
      { ask: 'GET /subjects/$s/metadata?key=major&value=1', body: { version: 1 } },
      { ask: 'GET /subjects/$s/metadata?key=major&value=3', status: 404, code: 40403 },
      { ask: 'PUT /config/$s', send: { compatibility: 'BACKWARD', compatibilityGroup: 'major' } },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('W'), { metadata: { properties: { major: '3' } } }),
      },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('W', a), { metadata: { properties: { major: '3' } } }),
        status: 409,
      },
    ],
  },
  {
    name: 'takes invalid names where it is told to',
    needs: 'validate-names',
    steps: [
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf({ type: 'record', name: 'R', namespace: 'a-bad', fields: [] }),
        status: 422,
        code: 42201,
      },
      { ask: 'PUT /config/$s', send: { validateNames: false } },
      { ask: 'GET /config/$s', body: { validateNames: false } },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf({ type: 'record', name: 'R', namespace: 'a-bad', fields: [] }),
      },
      { ask: 'PUT /config/$s', send: { validateNames: null } },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf({ type: 'record', name: 'R', namespace: 'b-bad', fields: [] }),
        status: 422,
        code: 42201,
      },
    ],
  },
  {
    name: 'follows an alias',
    needs: 'alias',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'PUT /config/$s-old', send: { alias: '$s' } },
      { ask: 'GET /subjects/$s-old/versions/1', body: { subject: '$s' } },
      {
        ask: 'POST /compatibility/subjects/$s-old/versions',
        send: schemaOf(record('V', f('a', 'int'))),
        body: { is_compatible: false },
      },
    ],
  },
  {
    name: 'says a schema’s guid and the highest id',
    needs: 'guid',
    steps: [
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('$s', a)),
        keep: { id: 'id', guid: 'guid' },
      },
      { ask: 'GET /schemas/guids/$guid', body: { schema: record('$s', a), guid: '$guid' } },
      { ask: 'GET /schemas/guids/$guid/ids', body: [{ context: '.', id: '$id' }] },
      { ask: 'GET /schemas/guids/00000000-0000-0000-0000-000000000000', status: 404, code: 40403 },
      { ask: 'GET /schemas/ids/$id?fetchMaxId=true', body: { maxId: expect.any(Number) } },
    ],
  },
  {
    name: 'associates topics with subjects of any name',
    needs: 'associations',
    steps: [
      {
        ask: 'GET /associations/resources/-/$s-topic?resourceType=topic&associationType=value',
        body: [],
      },
      {
        ask: 'POST /associations',
        send: association('$s'),
        status: 409,
        code: 40907,
      },
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      { ask: 'POST /subjects/$s-2/versions', send: schemaOf(V1) },
      {
        ask: 'POST /associations?dryRun=true',
        send: association('$s'),
        body: { resourceName: '$s-topic', associations: [{ subject: '$s' }] },
      },
      { ask: 'GET /associations/resources/-/$s-topic', body: [] },
      { ask: 'POST /associations', send: association('$s') },
      { ask: 'POST /associations', send: association('$s') },
      { ask: 'POST /associations', send: association('$s-2'), status: 409, code: 40903 },
      {
        ask: 'GET /associations/resources/-/$s-topic?resourceType=topic&associationType=value',
        body: [
          {
            subject: '$s',
            resourceName: '$s-topic',
            resourceNamespace: 'lkc-1',
            resourceId: '$s-id',
            resourceType: 'topic',
            associationType: 'value',
            lifecycle: 'WEAK',
            frozen: false,
          },
        ],
      },
      { ask: 'GET /associations/resources/-/$s-topic?associationType=key', body: [] },
      { ask: 'GET /associations/resources/lkc-2/$s-topic', body: [] },
      { ask: 'GET /associations/resources/lkc-1/$s-topic', body: [expect.anything()] },
      { ask: 'GET /associations/resources/$s-id', body: [expect.anything()] },
      { ask: 'GET /associations/subjects/$s', body: [expect.anything()] },
      { ask: 'PUT /associations/resources/$s-id', send: association('$s-2') },
      { ask: 'GET /associations/subjects/$s', body: [] },
      { ask: 'DELETE /associations/resources/$s-id?associationType=key', status: 404, code: 40410 },
      { ask: 'DELETE /associations/resources/$s-id', status: 204 },
      { ask: 'DELETE /associations/resources/$s-id', status: 404, code: 40410 },
    ],
  },
  {
    name: 'takes no association that says too little or too much',
    needs: 'associations',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      ...[
        { resourceName: '' },
        { resourceNamespace: undefined },
        { resourceId: 7 },
        { resourceType: 'table' },
        { associations: [] },
        { associations: [{ subject: '$s', associationType: 'header' }] },
        { associations: [{ associationType: 'value' }] },
      ].map((wrong) => ({
        ask: 'POST /associations',
        send: { ...association('$s'), ...wrong },
        status: 422,
        code: 42212,
      })),
      {
        ask: 'PUT /associations/resources/another',
        send: association('$s'),
        status: 422,
        code: 42212,
      },
    ],
  },
  {
    name: 'registers against the rules when forced',
    needs: 'force',
    steps: [
      { ask: 'POST /subjects/$s/versions', send: schemaOf(V1) },
      {
        ask: 'POST /subjects/$s/versions',
        send: schemaOf(record('V', f('a', 'int'))),
        status: 409,
      },
      { ask: 'POST /subjects/$s/versions?force=true', send: schemaOf(record('V', f('a', 'int'))) },
    ],
  },
  {
    name: 'says what it is',
    needs: 'server',
    steps: [
      { ask: 'GET /', body: {} },
      { ask: 'GET /schemas/types', body: expect.arrayContaining(['AVRO']) },
      { ask: 'GET /v1/metadata/id', body: { id: expect.any(String), scope: { path: [] } } },
      { ask: 'GET /v1/metadata/version', body: { version: expect.any(String) } },
    ],
  },
];

/** All that a registry is asked in tests. */
export const scenarios: readonly Scenario[] = [
  ...coreScenarios,
  ...references,
  ...modes,
  ...contexts,
  ...rest,
  ...confluentScenarios,
];
