/** What is kept of a run about the schemas folder: enough to tell later what an edit reaches. */
import type { Json } from '../../runtime/json.js';
import type { Files } from './folders.js';
import type { Outline } from './outline.js';

/** A topic, and what its types and histories stand in: paths in the schemas folder. */
export interface KnownTopic {
  /** Files that define the types of values and keys, and those that these lead to. */
  readonly files: readonly string[];
  /** Files of the history of its subjects. */
  readonly histories: readonly string[];
}

export interface Known {
  /** Of the schemas folder, by path in it. */
  readonly inputs: Files;
  /** Schema files by path in the folder. */
  readonly files: ReadonlyMap<string, Outline>;
  readonly topics: ReadonlyMap<string, KnownTopic>;
  /** File of a subject's history -> full name of its type; of subjects that no topic has, too. */
  readonly histories: ReadonlyMap<string, string>;
  /** The day of the run, where what it said depends on it, as waivers do; else nothing. */
  readonly day: string;
  /** Whether types want the names of others, so that what one is called depends on all. */
  readonly isContested: boolean;
}

/** A state as JSON; its maps become lists, which {@link stateFromJson} makes maps of again. */
export function stateToJson(state: object): Json {
  const entries = Object.entries(state).map(([key, value]) => [
    key,
    value instanceof Map ? { map: [...value] } : value,
  ]);
  // Safe: states hold strings, numbers, lists and objects of them, and maps, which are lists now.
  return Object.fromEntries(entries) as Json;
}

/**
 * @param kept what {@link stateToJson} made: the store keeps it under one name, for this very program
 * and this kind of state
 */
export function stateFromJson<State extends object>(kept: unknown): State | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const entries = Object.entries(kept).map(([key, value]) => {
    const { map } = Object(value);
    return [key, Array.isArray(map) ? new Map(map) : value];
  });
  // Safe: the same program wrote it, and nobody else keeps files under that name.
  return Object.fromEntries(entries) as State;
}
