/** Functions that consume clicks, with a registry, and what they are invoked with. */
import { afterAll, beforeAll } from '@jest/globals';
import type { KafkaRecordInput } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { topicRecord } from '../../local/topic-record.js';
import { createRegistry } from '../../runtime/index.js';
import { userClicksAvro } from '../frozen/generated/topics.js';
import type { DeployedFunction } from './deployed.js';
import { FunctionError, LambdaFunction, type LambdaSettings } from './lambda-function.js';

const AUTH = { username: 'key', password: 'registry-password' };

export interface ClicksRegistry {
  readonly url: string;
  /** Ends it before the tests do. */
  stop(): Promise<void>;
  /** Clicks as Kafka has them, written with the schema that is registered here. */
  clicksOf(users: readonly string[]): KafkaRecordInput[];
}

/** Starts a registry that knows clicks. */
export async function clicksRegistry(): Promise<ClicksRegistry> {
  const server = await startRegistry({ auth: AUTH });
  const { subjects, value: codec } = userClicksAvro;
  const client = createRegistry({ url: server.url, auth: AUTH });
  const schemaId = await client.register(subjects.value, codec.schema);
  return {
    url: server.url,
    stop: () => server.stop(),
    clicksOf: (users) =>
      users.map((user) => {
        const value = { user_id: user, url: 'https://example.com/a', timestamp: new Date(5) };
        return topicRecord(userClicksAvro, { key: user, value, schemaId });
      }),
  };
}

/** One registry for the tests of a file. */
export function sharedRegistry(): Pick<ClicksRegistry, 'clicksOf'> & { readonly url: string } {
  let registry: ClicksRegistry;
  beforeAll(async () => {
    registry = await clicksRegistry();
  });
  afterAll(() => registry.stop());
  return {
    get url() {
      return registry.url;
    },
    clicksOf: (users) => registry.clicksOf(users),
  };
}

export interface ClicksSettings extends Omit<LambdaSettings, 'environment'> {
  readonly registry: Pick<RegistryServer, 'url'>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A line of JSON. */
export type Logged = Readonly<Record<string, unknown>>;

export interface Written {
  /** All lines, as CloudWatch would have them. */
  readonly lines: readonly string[];
  /** Those that are JSON. */
  readonly logged: readonly Logged[];
}

/** Deploys a function, lets `work` invoke it, and ends it. @returns what it wrote */
export async function whileDeployed(
  fn: DeployedFunction,
  { registry, environment, ...settings }: ClicksSettings,
  work: (deployed: LambdaFunction) => Promise<void>,
): Promise<Written> {
  const lambda = await LambdaFunction.deploy(fn, {
    ...settings,
    environment: {
      SCHEMA_REGISTRY_URL: registry.url,
      SCHEMA_REGISTRY_API_KEY: AUTH.username,
      SCHEMA_REGISTRY_API_SECRET: AUTH.password,
      ...environment,
    },
  });
  let lines: readonly string[] = [];
  try {
    await work(lambda);
  } finally {
    lines = await lambda.stop();
  }
  const json = lines.filter((line) => line.startsWith('{'));
  return { lines, logged: json.map((line) => JSON.parse(line)) };
}

/** The error by which an invocation failed. */
export async function failureOf(invocation: Promise<unknown>): Promise<FunctionError['report']> {
  const error = await invocation.then(
    (answer) => answer,
    (reason: unknown) => reason,
  );
  if (error instanceof FunctionError) return error.report;
  throw new Error(`expected a FunctionError, got ${JSON.stringify(error)}`, { cause: error });
}
