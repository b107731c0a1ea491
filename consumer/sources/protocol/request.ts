import type { AnswerReader, RequestWriter } from './encoding.js';

/**
 * One request to one broker, in a fixed version of those that brokers from 2.5 to 4 have, and what is
 * read from its answer. https://kafka.apache.org/protocol.html#protocol_messages
 */
export interface Request<T> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  write(to: RequestWriter): void;
  /** @throws Refused */
  read(answer: AnswerReader): T;
}
