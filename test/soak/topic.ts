/** The topic that is read: the sample's events, in a topic that may carry several types. */

import { createRegistry, type Registry, type TopicOfTypes } from '../../runtime/index.js';
import { userClicksAvro } from '../frozen/generated/topics/user-clicks-avro.js';

type Click = ReturnType<typeof userClicksAvro.value.decode>;
type Event = { case: 'UserClick'; value: Click };

/** Of several types, since only there a type is told apart that the code does not have. */
export function clicksIn(name: string): TopicOfTypes<Event, Event, 'string'> {
  const type = { codec: userClicksAvro.value, subject: userClicksAvro.subjects.value };
  return { name, types: { UserClick: type }, key: 'string', subjects: {} };
}

export const IDS = { click: 1, otherClick: 2, otherType: 3, protobuf: 4, unknown: 9_999 } as const;

const record = (name: string, namespace: string, field: string) =>
  JSON.stringify({ type: 'record', name, namespace, fields: [{ name: field, type: 'string' }] });

const SCHEMAS: Readonly<Record<string, object>> = {
  [IDS.click]: { schema: userClicksAvro.value.schema },
  // Nothing that the code can read a click from.
  [IDS.otherClick]: { schema: record('UserClick', 'com.mycompany.events', 'browser') },
  [IDS.otherType]: { schema: record('Moved', 'com.mycompany.events', 'where') },
  [IDS.protobuf]: { schema: 'syntax = "proto3"; message Click {}', schemaType: 'PROTOBUF' },
};

/** A registry in this process that has these ids and no others. */
export function soakRegistry(): Registry {
  return createRegistry({
    url: 'http://registry.test',
    retries: 0,
    fetch: async (input) => {
      const [, id = ''] = /\/schemas\/ids\/(\d+)$/.exec(new URL(`${input}`).pathname) ?? [];
      const answer = SCHEMAS[id];
      return answer === undefined
        ? Response.json({ error_code: 40403, message: 'Schema not found' }, { status: 404 })
        : Response.json(answer);
    },
  });
}
