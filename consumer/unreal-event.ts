/**
 * What in an event no event source mapping of Lambda sends. Such events are in circulation: samples of guides
 * and tests, and those of EventBridge Pipes. They come by a console's test button or a unit test.
 */

/** Why this is no Kafka event, and what real ones have. Nothing of the records. */
export function whyNotKafka(event: unknown): string {
  if (Array.isArray(event)) {
    return Object(event[0]).eventSourceKey === undefined
      ? 'and was invoked with a list'
      : 'and was invoked with a list of records, as EventBridge Pipes sends them: let an event source mapping invoke it';
  }
  const { eventSource }: { readonly eventSource?: unknown } = Object(event);
  const invoked = `and was invoked with ${eventSource === undefined ? 'none' : JSON.stringify(eventSource)}`;
  return eventSource === 'aws:SelfManagedKafka'
    ? `${invoked}, as old samples have it: real events have no "aws:" there`
    : invoked;
}

/** What is wrong with a record's identity; undefined where it is one. @param id its entry in the event */
export function whyUnreal(id: string, record: unknown): string | undefined {
  const { topic, partition, offset }: Identity = Object(record);
  if (typeof topic !== 'string') return 'without a topic';
  const wrong = whyNoCount('partition', partition) ?? whyNoCount('offset', offset);
  if (wrong !== undefined || id === `${topic}-${partition}`) return wrong;
  return `of another partition, which real events have under ${JSON.stringify(`${topic}-${partition}`)}`;
}

interface Identity {
  readonly topic?: unknown;
  readonly partition?: unknown;
  readonly offset?: unknown;
}

function whyNoCount(name: 'partition' | 'offset', value: unknown): string | undefined {
  if (isCount(value)) return undefined;
  if (typeof value === 'string') return `whose ${name} is text: real events have a number there`;
  if (value === undefined) return `without ${name === 'offset' ? 'an' : 'a'} ${name}`;
  return `whose ${name} is no whole number from 0, or beyond 2^53`;
}

/** A whole number that JSON has not rounded. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
