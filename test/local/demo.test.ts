import { describe, expect, it } from '@jest/globals';
import { startDemo } from './demo-process.js';

const TIMEOUT_MS = 180_000;
/** The labels of its lines, in their order; what follows one of the same label has none. */
const labelsOf = (out: string) =>
  out.split('\n').flatMap((line) => /^(\w+(?: \d)?) {2,}/.exec(line)?.[1] ?? []);
const count = (text: string, part: string) => text.split(part).length - 1;

describe('npm run demo, in memory', () => {
  it(
    'shows five events on their way, step by step, and ends by itself',
    async () => {
      const { code, out, err, left } = await startDemo({ TAVRO_KAFKA: 'memory' }).ended;
      expect({ code, err, left }).toEqual({ code: 0, err: '', left: [] });
      expect(out).toContain('the in-memory transport, because TAVRO_KAFKA=memory');
      expect(out).toMatch(/Registry +http:\/\/127\.0\.0\.1:\d+/);
      expect(out).toMatch(/user-clicks-avro-value as id 1/);
      expect(out.match(/user-clicks-avro-[0-2]@\d+, key user-[1-5]/g)).toHaveLength(5);
      expect(labelsOf(out)).toEqual([
        ...['Kafka', 'Registry', 'Topic', 'Schema', 'Produced', 'Lambda', 'Committed'],
        ...['Bytes', 'Cut', 'Lambda', 'Committed', 'Refused'],
        ...['Version 2', 'Lambda', 'Committed', 'Version 1', 'Gate', 'Done', 'Next'],
      ]);
      expect(out.split('\n').length).toBeLessThan(60);
      expect(count(out, 'Processing records from user-clicks-avro-')).toBeGreaterThan(0);
      for (const user of ['user-1', 'user-2', 'user-3', 'user-4', 'user-5']) {
        expect(count(out, `Successfully deserialized message: {"user_id":"${user}",`)).toBe(1);
      }
      expect(out).not.toContain('\u001b');
    },
    TIMEOUT_MS,
  );

  // No more than holds of a sample with another field, too: people edit it.
  it(
    'explains bytes, refuses a record and an edit, and lets a newer version cross to an older one',
    async () => {
      const { out } = await startDemo({ TAVRO_KAFKA: 'memory' }).ended;
      expect(out).toMatch(/^Bytes {6}user-clicks-avro-2@0 as Kafka holds it, \d+ bytes$/m);
      expect(out).toMatch(/^ +1 {2}00 00 00 01 +schema id +1$/m);
      expect(out).toMatch(/^ +5 {2}0c 75 73 65 72 2d 31 +user_id: string +"user-1"$/m);
      expect(out).toMatch(/^ +\d+ {2}[0-9a-f ]{17} +timestamp: long +\d+ is "\d{4}-[\dT:.-]+Z"$/m);
      expect(out).toMatch(
        /The value of user-clicks-avro-2@3 does not decode with schema id 1: .*at /,
      );
      expect(out).toMatch(/^Refused {4}deadLetterTo\(sink\) has user-clicks-avro-2@3 \(DECODE\)/m);
      expect(out).toMatch(/user-clicks-avro-2@4 \{"user_id":"user-6",.*"campaign":"autumn"\}/);
      expect(out).toMatch(/message: \{"user_id":"user-6",(?!.*campaign)/);
      expect(out).toMatch(/user_click\.avsc:\d+:\d+ field-default-missing: /);
      expect(out).toMatch(/witness: \{"user_id":"".*\}, bytes (00)+\n +fix: .*aliases/);
      expect(out).toMatch(
        /^Next .*user_click\.avsc, then:\n +npm run codegen .*\n +npx tsc --noEmit /m,
      );
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
