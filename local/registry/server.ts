/** Starts and stops the dev registry. */
import { createAdaptorServer } from '@hono/node-server';
import { printable } from '../../runtime/printable.js';
import { asObject } from '../../runtime/registry/http.js';
import { createApp } from './app.js';
import { avroEngine } from './avro.js';
import type { SchemaEngine } from './engine.js';
import { HostNames } from './host-names.js';
import { openFile, type StateFile } from './persistence.js';
import { Registrar } from './registration.js';
import { RegistryStartError } from './start-error.js';
import { RegistryStore } from './store.js';

export interface RegistryServerOptions {
  /** TCP port; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Address to listen on (127.0.0.1). */
  readonly host?: string;
  /**
   * Further names that requests may call this server by, such as a container's: others than these, `localhost`,
   * loopback addresses and `host` are refused. Where `host` is a wildcard, every address is taken.
   */
  readonly hosts?: readonly string[];
  /** Asks every request for basic auth. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** A file to keep everything in; without one a restart forgets. */
  readonly persist?: string;
  /** Parses schemas and decides compatibility (our own engine). */
  readonly engine?: SchemaEngine;
  /** Milliseconds since the epoch, for the times of versions. */
  readonly now?: () => number;
  /** Told about faults of the server itself (standard error). */
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
 * @throws RegistryStartError when the port is taken, or the file is another registry's or not ours
 */
export async function startRegistry(options: RegistryServerOptions = {}): Promise<RegistryServer> {
  const { port = 0, host = '127.0.0.1', auth, persist, engine = avroEngine } = options;
  const { now = Date.now, onError = printError } = options;
  const file = persist === undefined ? undefined : await openFile(persist);
  const store = new RegistryStore(file?.state);
  const registry = { store, registrar: new Registrar(store, engine), now };
  const app = createApp({
    registry,
    onError,
    hosts: new HostNames(host, options.hosts),
    ...(auth !== undefined && { auth }),
    ...(file !== undefined && { save: file.save }),
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    await file?.close();
    throw notListening(error, { port, host });
  }
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${actual}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
      await end(file);
    },
  };
}

function printError(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${printable(text)}\n`);
}

async function end(file: StateFile | undefined): Promise<void> {
  try {
    await file?.save();
  } finally {
    await file?.close();
  }
}

/** What to do by the code of the operating system. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. Give another port, or 0 for a free one',
  EACCES: 'this user may not. Give a port from 1024 on, or 0 for a free one',
  EADDRNOTAVAIL: 'it is no address of this machine. Give one, or 0.0.0.0 for all',
  ENOTFOUND: 'it is no address of this machine. Give one, or 0.0.0.0 for all',
};

function notListening(cause: unknown, { host, port }: { host: string; port: number }): Error {
  const { code } = asObject(cause);
  const why = ADVICE[String(code)] ?? String(code);
  const message = `The registry cannot listen on ${host}, port ${port}: ${why}.`;
  return new RegistryStartError('ADDRESS', message, { cause });
}
