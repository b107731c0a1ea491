/** Starts and stops the dev registry. */
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.js';
import { avroEngine } from './avro.js';
import type { SchemaEngine } from './engine.js';
import { openFile } from './persistence.js';
import { Registrar } from './registration.js';
import { RegistryStore } from './store.js';

export interface RegistryServerOptions {
  /** TCP port; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Address to listen on (127.0.0.1). */
  readonly host?: string;
  /** Asks every request for basic auth. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** A file to keep everything in; without one a restart forgets. */
  readonly persist?: string;
  /** Parses schemas and decides compatibility (our own engine). */
  readonly engine?: SchemaEngine;
  /** Milliseconds since the epoch, for the times of versions. */
  readonly now?: () => number;
  /** Told about faults of the server itself (console.error). */
  readonly onError?: (error: unknown) => void;
}

export interface RegistryServer {
  /** `http://127.0.0.1:8081`, without credentials. */
  readonly url: string;
  /** Ends open connections and stops listening. */
  stop(): Promise<void>;
}

/**
 * Starts a Schema Registry for laptops and tests. It speaks Confluent's REST API for Avro.
 * @throws Error when the port is taken, or the file cannot be read or is not ours
 */
export async function startRegistry(options: RegistryServerOptions = {}): Promise<RegistryServer> {
  const { port = 0, host = '127.0.0.1', auth, persist, engine = avroEngine } = options;
  const { now = Date.now, onError = console.error } = options;
  const file = persist === undefined ? undefined : await openFile(persist);
  const store = new RegistryStore(file?.state);
  const registry = { store, registrar: new Registrar(store, engine), now };
  const app = createApp({
    registry,
    onError,
    ...(auth !== undefined && { auth }),
    ...(file !== undefined && { save: file.save }),
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${actual}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
      await file?.save();
    },
  };
}
