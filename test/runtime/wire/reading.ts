/** The functions that read, as one object for the tables of tests. */
import { finish, left, offset, since } from '../../../runtime/wire/input.js';
import { load, next, start } from '../../../runtime/wire/message.js';
import * as read from '../../../runtime/wire/read.js';

const reader = { ...read, finish, left, load, next, offset, since, start };

export type Reader = typeof reader;

/** What reads these bytes from now on. */
export function readerOf(bytes: Uint8Array): Reader {
  start(bytes);
  return reader;
}
