/** Schema Registry clients of others, as processes that answer one JSON line with another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface RegistryLogin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

interface SchemaText {
  readonly schema: string;
  readonly references?: readonly {
    readonly name: string;
    readonly subject: string;
    readonly version: number;
  }[];
}

interface Schema extends SchemaText {
  readonly subject: string;
}

/** What a client is asked to do, and in the comments what it answers. */
export type RegistryTask =
  /** The id. */
  | ({ readonly do: 'register' | 'lookup' } & Schema)
  /** `{ schema, references }`. */
  | { readonly do: 'schema'; readonly subject: string; readonly id: number }
  /** `{ id, version }`. */
  | { readonly do: 'latest'; readonly subject: string }
  | { readonly do: 'version'; readonly subject: string; readonly version: number }
  /** Numbers. */
  | { readonly do: 'versions'; readonly subject: string }
  /** Names. */
  | { readonly do: 'subjects' }
  /** Whether it is, with the last version. */
  | ({ readonly do: 'compatible' } & Schema)
  /** The level of the subject, else the one for all. */
  | { readonly do: 'level'; readonly subject?: string }
  | { readonly do: 'setLevel'; readonly subject: string; readonly level: string }
  /** What was deleted. */
  | {
      readonly do: 'deleteVersion';
      readonly subject: string;
      readonly version: number;
      readonly permanent: boolean;
    }
  | { readonly do: 'deleteSubject'; readonly subject: string; readonly permanent: boolean }
  /** The framed message as hex; registers the schema under the subject. */
  | ({ readonly do: 'write' } & Written)
  /** The same with the schema's GUID in a header: `{ hex, headers }`, the headers' values as hex. */
  | ({ readonly do: 'writeHeader' } & Written)
  /** The value, with timestamps as milliseconds; headers' values as hex. */
  | ({
      readonly do: 'read';
      readonly hex: string;
      readonly headers?: Readonly<Record<string, string>>;
    } & Side)
  /** With the client for Kafka, where there is one: nothing, once all are stored. */
  | { readonly do: 'produce'; readonly topic: string; readonly messages: readonly HexMessage[] }
  /** The first messages of a topic. */
  | { readonly do: 'consume'; readonly topic: string; readonly count: number };

/** What a message holds, as hex. */
export interface HexMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One side of a topic, the value where nothing is said. */
interface Side {
  readonly topic: string;
  readonly part?: 'key' | 'value';
  /** How subjects are named: by the topic where nothing is said. */
  readonly strategy?: SubjectStrategy;
}

export type SubjectStrategy = 'topic' | 'record' | 'topic-record';

interface Written extends Side, SchemaText {
  /**
   * As JSON: of a union at the root `{ "full.Name": value }`, as Avro's own JSON has it, and of a
   * long at the root `{ "long": "digits" }`, as JSON's numbers are less. Values read are the same.
   */
  readonly value: unknown;
}

/** The answer, or how the client reports an error: HTTP status and `error_code`. */
export type RegistrySaid =
  | { readonly answer: unknown }
  | {
      readonly error: {
        readonly status?: number;
        readonly code?: number;
        readonly message: string;
      };
    };

export interface RegistryClient {
  ask(task: RegistryTask): Promise<RegistrySaid>;
  stop(): Promise<void>;
}

/** Starts a program that does {@link RegistryTask}s, in their order. It ends with its input. */
export function startRegistryClient(
  command: readonly [program: string, ...args: string[]],
  login: RegistryLogin,
  env: NodeJS.ProcessEnv = {},
): RegistryClient {
  const [program, ...args] = command;
  const peer = spawn(program, args, {
    env: {
      ...process.env,
      SCHEMA_REGISTRY_URL: login.url,
      SCHEMA_REGISTRY_API_KEY: login.username,
      SCHEMA_REGISTRY_API_SECRET: login.password,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const waiting: { resolve(said: RegistrySaid): void; reject(error: Error): void }[] = [];
  let stderr = '';
  let ended: Error | undefined;
  const closed = once(peer, 'close').catch(() => undefined);
  const end = (cause?: unknown): void => {
    ended ??= new Error(`${command.join(' ')} ended.\n${stderr}`, { cause });
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  peer.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  peer.on('error', end).on('close', () => end());
  peer.stdin.on('error', end);
  createInterface({ input: peer.stdout }).on('line', (line) => {
    // Safe: both programs print objects of this shape and nothing else.
    waiting.shift()?.resolve(JSON.parse(line) as RegistrySaid);
  });
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        waiting.push({ resolve, reject });
        peer.stdin.write(`${JSON.stringify(task)}\n`);
      }),
    async stop() {
      peer.stdin.end();
      await closed;
    },
  };
}
