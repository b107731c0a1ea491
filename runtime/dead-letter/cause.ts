/** What a dead letter says of why it is one. Never a payload: names, numbers and our own words. */

/**
 * The headers that say why a record is a dead letter, and where it lay; all are text. They stand behind
 * the record's own. See docs/dead-letters.md for what Spring and Kafka Connect call the same.
 */
export const CAUSE_HEADERS = {
  /** `ConsumerError.code`; of what Lambda gave up, its condition, such as `RetriesExhausted`. */
  code: 'tavro.cause.code',
  /** The error's message, which names topic, offset and path. */
  message: 'tavro.cause.message',
  /** Class or code of what a handler threw, such as `TypeError`; absent for other failures. */
  thrown: 'tavro.cause.thrown',
  topic: 'tavro.cause.topic',
  partition: 'tavro.cause.partition',
  offset: 'tavro.cause.offset',
  /** The record's own, in milliseconds since the epoch. */
  timestamp: 'tavro.cause.timestamp',
  /** `CREATE_TIME` or `LOG_APPEND_TIME`. */
  timestampType: 'tavro.cause.timestamp.type',
  /** The schema that an event source mapping took off and that cannot be put back: AWS Glue, Protobuf. */
  keySchemaId: 'tavro.cause.key.schema.id',
  valueSchemaId: 'tavro.cause.value.schema.id',
  /** How often the record became a dead letter, this time included: more than 1 after it was sent again. */
  attempts: 'tavro.cause.attempts',
} as const;

/** A dead letter's cause: a text for each of {@link CAUSE_HEADERS} that there is something to say for. */
export type Cause = Readonly<Partial<Record<keyof typeof CAUSE_HEADERS, string>>>;

/** One header of a record, in bytes. */
export interface LetterHeader {
  readonly name: string;
  readonly value: Uint8Array | null;
}

const NAMES: Readonly<Record<string, string>> = CAUSE_HEADERS;
const VALUES: readonly string[] = Object.values(CAUSE_HEADERS);

/** A cause by the names of its headers. */
export function causeHeaders(cause: Cause): readonly (readonly [name: string, text: string])[] {
  return Object.entries(cause).map(([part, text]) => [NAMES[part] ?? part, text]);
}

/** The cause that headers say: of each name the last one, which counts in Kafka. */
export function causeInHeaders(headers: readonly LetterHeader[]): Cause {
  return Object.fromEntries(
    Object.entries(CAUSE_HEADERS).flatMap(([part, name]) => {
      const text = lastText(headers, name);
      return text === undefined ? [] : [[part, text]];
    }),
  );
}

/** The record's own headers: without those that an earlier dead letter of the same record had. */
export function ownHeaders<Header extends { readonly name: string }>(
  headers: readonly Header[],
): readonly Header[] {
  return headers.filter(({ name }) => !VALUES.includes(name));
}

/** How often the record was a dead letter before, by its headers. */
export function attemptsBefore(headers: readonly LetterHeader[]): number {
  const before = Number(lastText(headers, CAUSE_HEADERS.attempts) ?? 0);
  return Number.isSafeInteger(before) && before > 0 ? before : 0;
}

function lastText(headers: readonly LetterHeader[], wanted: string): string | undefined {
  const value = headers.findLast(({ name }) => name === wanted)?.value;
  return value ? new TextDecoder().decode(value) : undefined;
}
