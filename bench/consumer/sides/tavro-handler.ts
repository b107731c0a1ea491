/** A handler of ours, over a topic and a logger that are given. */
import { createHandler, headerText, type Logger, on } from '../../../consumer/index.js';
import { userClicksAvro } from '../../../test/frozen/generated/topics.js';
import { type Handler, KNOWN_REGISTRY, SCHEMA_ID, type Take, TRACE } from '../side.js';

type UserClicks = typeof userClicksAvro;

const { value } = userClicksAvro;

/** The topic as it is generated once its schema has been published: the id is known. */
export const published: UserClicks = {
  ...userClicksAvro,
  value: { ...value, knownIds: { [KNOWN_REGISTRY]: { [SCHEMA_ID]: value.fingerprint } } },
  writerVersions: { [KNOWN_REGISTRY]: { [SCHEMA_ID]: 1 } },
};

interface Given {
  readonly take: Take;
  readonly looksAtAll: boolean;
  /** @default what a handler has when it is given none */
  readonly logger?: Logger;
}

export function handlerOf(topic: UserClicks, { take, looksAtAll, logger }: Given): Handler {
  const route = looksAtAll
    ? on(topic, (click, { key, headers }) => take(click, key, headerText(headers, TRACE)))
    : on(topic, (click) => take(click));
  return createHandler({ routes: [route], logger });
}
