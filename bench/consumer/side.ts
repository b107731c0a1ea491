/** What a side of `npm run bench:consumer` and `npm run bench:cold-start` is: a Lambda handler of user clicks. */
import type { InvocationContext, KafkaEvent } from '../../consumer/index.js';

export interface Click {
  readonly user_id: string;
  readonly url: string;
  /** Of the peers as it is stored, in milliseconds. */
  readonly timestamp: Date | number;
}

/** What the user's function does with one record: the same on all sides. */
export type Take = (click: Click, key?: string | null, traceparent?: string) => void;

export type Handler = (event: KafkaEvent, context: InvocationContext) => Promise<unknown>;

/**
 * Makes a side's handler.
 * @param looksAtAll whether the function looks at the key, and at the header {@link TRACE}, too
 */
export type Open = (take: Take, looksAtAll: boolean) => Handler;

export const TRACE = 'traceparent';

/** The id of the value's schema, in all registries here. */
export const SCHEMA_ID = 1;

/** A registry that is never asked: the schema's id is known to the code that was generated for it. */
export const KNOWN_REGISTRY = 'https://registry.example.com';

/** The value's schema, which stands in the bundle. */
export const SCHEMA = process.env.USER_CLICK_SCHEMA ?? '';
