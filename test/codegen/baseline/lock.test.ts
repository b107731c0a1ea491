/** The lock as a baseline: what of it is read. */
import { afterEach, expect, it, jest } from '@jest/globals';
import { lockBaseline } from '../../../codegen/baseline/lock.js';
import { checkSubject, versionOf } from '../../../codegen/check/check-subject.js';
import { Severities } from '../../../codegen/check/severity.js';
import { History } from '../../../codegen/history/history.js';
import { Version } from '../../../codegen/history/version.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';
import { lockOf, subjectText } from '../history/locks.js';

const SUBJECT = 'orders-value';
const order = (...names: readonly string[]): Json => ({
  type: 'record',
  name: 'acme.Order',
  fields: names.map((name) => ({ name, type: ['null', 'int'], default: null })),
});
const TEXT = subjectText(
  [order('a'), order('a', 'b'), order('a', 'b', 'c')].map((schema, index) => ({
    ...{ version: index + 1, state: 'released', schema, ids: {} },
    identity: identityOf(parseSchema(schema).schema),
  })),
);

afterEach(() => {
  jest.restoreAllMocks();
});

it.each<[what: string, candidate: Json, text: string, read: readonly string[]]>([
  ['none of a subject that did not change', order('a', 'b', 'c'), TEXT, []],
  ['those that a change is compared with', order('a', 'b', 'd'), TEXT, ['v1', 'v2', 'v3']],
  ['none that is like the candidate', order('a', 'b'), TEXT, ['v1', 'v3']],
  [
    'those of which nobody knows whether they were edited',
    order('a', 'b', 'c'),
    TEXT.replaceAll(/, "text": "\w+"/g, ''),
    ['v3'],
  ],
])('reads %s', (_, candidate, text, want) => {
  const parsed = jest.spyOn(Version.prototype, 'read');
  const baseline = lockBaseline(
    new History(lockOf({ [`lock/${SUBJECT}.json`]: text }), []),
    new Set([SUBJECT]),
  );
  checkSubject(
    {
      subject: SUBJECT,
      level: 'FULL_TRANSITIVE',
      history: baseline.history(SUBJECT),
      candidate: versionOf('draft', parseSchema(candidate).schema),
    },
    new Severities({ rules: new Map(), subjects: new Map() }),
  );
  const names = parsed.mock.contexts.map((one) => (one instanceof Version ? one.name : ''));
  expect([...new Set(names)].sort()).toEqual(want);
});
