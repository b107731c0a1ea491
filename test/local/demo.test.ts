import { describe, expect, it } from '@jest/globals';
import { startDemo } from './demo-process.js';

const TIMEOUT_MS = 60_000;
const count = (text: string, part: string) => text.split(part).length - 1;

describe('npm run demo, in memory', () => {
  it(
    'shows five events on their way, and ends by itself',
    async () => {
      const { code, out, err, left } = await startDemo({ TAVRO_KAFKA: 'memory' }).ended;
      expect({ code, err, left }).toEqual({ code: 0, err: '', left: [] });
      expect(out).toContain('the in-memory transport, because TAVRO_KAFKA=memory');
      expect(out).toMatch(/Registry +http:\/\/127\.0\.0\.1:\d+/);
      expect(out).toMatch(/user-clicks-avro-value as id 1/);
      expect(out.match(/user-clicks-avro-[0-2]@\d+, key user-[1-5]/g)).toHaveLength(5);
      const received = [...out.matchAll(/Received (\d+) records\./g)].map(([, records]) =>
        Number(records),
      );
      expect(received.reduce((sum, records) => sum + records, 0)).toBe(5);
      expect(count(out, 'Processing records from user-clicks-avro-')).toBeGreaterThan(0);
      for (const user of ['user-1', 'user-2', 'user-3', 'user-4', 'user-5']) {
        expect(count(out, `Successfully deserialized message: {"user_id":"${user}",`)).toBe(1);
      }
      expect(out).not.toContain('\u001b');
    },
    TIMEOUT_MS,
  );

  it.each<{ signal: NodeJS.Signals; code: number }>([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ])(
    'ends on $signal with $code, and leaves nothing',
    async ({ signal, code }) => {
      const demo = startDemo({ TAVRO_KAFKA: 'memory' });
      await demo.says('Registry');
      demo.interrupt(signal);
      const ended = await demo.ended;
      expect(ended).toMatchObject({ code, left: [] });
      expect(ended.err).toBe(`\nStopping (${signal}) ...\n`);
      expect(ended.out).not.toContain('Done');
    },
    TIMEOUT_MS,
  );
});

describe('npm run demo, with a Kafka that it cannot have', () => {
  it.each([
    { TAVRO_KAFKA: '127.0.0.1:1', says: '127.0.0.1:1' },
    { TAVRO_KAFKA: 'nonsense', says: 'TAVRO_KAFKA' },
  ])(
    '$TAVRO_KAFKA: fails with one clear message',
    async ({ says, ...env }) => {
      const { code, err, left } = await startDemo(env).ended;
      expect({ code, left }).toEqual({ code: 1, left: [] });
      expect(err).toContain('The demo failed: ');
      expect(err).toContain(says);
      expect(err).not.toContain('    at ');
    },
    TIMEOUT_MS,
  );
});
