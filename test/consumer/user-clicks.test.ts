import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userClicks } from '../../infra/variants/user-clicks.js';
import { mskEvent } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { topicRecord } from '../../local/topic-record.js';
import { createRegistry } from '../../runtime/index.js';
import { userClicksAvro } from '../frozen/generated/topics.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AUTH = { username: 'key', password: 'registry-password' };
const run = promisify(execFile);
let server: RegistryServer;

beforeAll(async () => {
  server = await startRegistry({ auth: AUTH });
});
afterAll(() => server.stop());

/** Invokes consumer/user-clicks.ts in a process of its own, as Lambda does. */
async function invoke(event: unknown, env: Record<string, string>) {
  const script = `
    import { handler } from './consumer/user-clicks.ts';
    try {
      console.log('ANSWER', JSON.stringify(await handler(JSON.parse(process.env.EVENT))));
    } catch (error) {
      console.log('ERROR', error.message);
    }`;
  const { stdout } = await run(
    process.execPath,
    ['--conditions=tavro-source', '--import', 'tsx', '--input-type=module', '--eval', script],
    { cwd: ROOT, env: { PATH: process.env.PATH, ...env, EVENT: JSON.stringify(event) } },
  );
  return stdout.trim().split('\n');
}

it('logs clicks as JSON lines, configured by the environment', async () => {
  const registry = createRegistry({ url: server.url, auth: AUTH });
  const { subjects, value: codec } = userClicksAvro;
  const schemaId = await registry.register(subjects.value, codec.schema);
  const value = { user_id: 'ann', url: 'https://example.com/a', timestamp: new Date(5) };
  const lines = await invoke(mskEvent([topicRecord(userClicksAvro, { value, schemaId })]), {
    SCHEMA_REGISTRY_URL: server.url,
    SCHEMA_REGISTRY_API_KEY: AUTH.username,
    SCHEMA_REGISTRY_API_SECRET: AUTH.password,
  });
  expect(lines.at(-1)).toBe('ANSWER {"batchItemFailures":[]}');
  const logged = lines.slice(0, -1).map((line): Record<string, unknown> => JSON.parse(line));
  const timestamp = '1970-01-01T00:00:00.005Z';
  expect(logged).toMatchObject([
    { level: 'INFO', message: 'Received 1 record.' },
    { message: 'Processing records from user-clicks-avro-0' },
    {
      // Whoever gave the sample's schema another field, or a field another name, sees it here, too.
      message: expect.stringMatching(
        /^Successfully deserialized message: \{"user_id":"ann",.*"https:\/\/example\.com\/a"/,
      ),
      id: 'user-clicks-avro-0@0',
      userId: 'ann',
      clickedAt: timestamp,
    },
    // Of which CloudWatch makes metrics; the stack's alarms read them.
    {
      Topic: 'user-clicks-avro',
      Handled: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: userClicks.alarms.metricsNamespace }] },
    },
    { Topic: 'user-clicks-avro', Decoded: 1 },
  ]);
});

it('names what is missing in the environment', async () => {
  const lines = await invoke(mskEvent([]), {});
  expect(lines.at(-2)).toContain('ERROR The Schema Registry is not configured');
  expect(lines.at(-1)).toContain('SCHEMA_REGISTRY_URL: base URL');
});
