import type { Context } from 'hono';
import type { Registrar } from './registration.js';
import type { RegistryStore } from './store.js';

/** What the routes work on. */
export interface Registry {
  readonly store: RegistryStore;
  readonly registrar: Registrar;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Method, path and what answers it. A fault that is thrown becomes an error answer. */
export type Route = readonly [Method, string, (c: Context) => Response | Promise<Response>];
