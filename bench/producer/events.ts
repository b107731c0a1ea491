/** The events that all sides send: user clicks of some 60 bytes, the user's id as key. */
import { frame } from '../../runtime/index.js';
import { UserClickCodec } from '../../test/frozen/generated/com/mycompany/events/UserClick.js';
import { MANY } from './side.js';

export interface Event {
  readonly key: string;
  readonly value: { readonly user_id: string; readonly url: string; readonly timestamp: Date };
}

const USERS = 100;
const START_MS = Date.UTC(2026, 0, 1);

export const EVENTS: readonly Event[] = Array.from({ length: MANY }, (_, index) => {
  const user = `user-${10_000 + (index % USERS)}`;
  const value = {
    user_id: user,
    url: `https://example.com/products/${100_000 + index}`,
    timestamp: new Date(START_MS + index),
  };
  return { key: user, value };
});

export function eventAt(index: number): Event {
  const event = EVENTS[index % MANY];
  if (event === undefined) throw new Error('There is no event.');
  return event;
}

/** As Avro libraries of others take them: logical types are what they are stored as. */
export function plainValue({ value }: Event) {
  return { ...value, timestamp: value.timestamp.getTime() };
}

/** The schema's id stands for one: nobody reads these. */
const ID = 1;

export interface EncodedEvent {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Made before anything is measured. */
export function encodedEvents(): readonly EncodedEvent[] {
  return EVENTS.map(({ key, value }) => ({
    key: Buffer.from(key),
    value: Buffer.from(frame(ID, UserClickCodec.encode(value))),
  }));
}
