import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../kafka-broker.js';
import { startDemo } from './demo-process.js';

/** Includes the start of a broker. */
const TIMEOUT_MS = 3 * 60_000;
const directory = mkdtempSync(join(tmpdir(), 'tavro-demo-kafka-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function expectFive(out: string): void {
  const received = [...out.matchAll(/Received (\d+) records?\./g)].map(([, records]) =>
    Number(records),
  );
  // And one that is cut, and one of a newer version.
  expect(received.reduce((sum, records) => sum + records, 0)).toBe(7);
  expect(out.match(/Successfully deserialized message: \{"user_id":"user-[1-5]"/g)).toHaveLength(5);
  expect(out).toMatch(/Refused +deadLetterTo\(sink\) has user-clicks-avro-\d@\d+ \(DECODE\)/);
  expect(out.match(/Successfully deserialized message: \{"user_id":"user-6"/g)).toHaveLength(1);
  expect(out).toMatch(/Done +5 events produced, handled and committed/);
}

describe('npm run demo, with a broker of its own', () => {
  it(
    'goes through SASL_SSL with SCRAM-SHA-512, and leaves no broker',
    async () => {
      const { code, out, err, left } = await startDemo({ TAVRO_KAFKA: 'java' }).ended;
      expect({ code, err, left }).toEqual({ code: 0, err: '', left: [] });
      expect(out).toMatch(/Apache Kafka 4\.\d+\.\d+, started with Java/);
      expect(out).toContain('SASL_SSL with SCRAM-SHA-512');
      expectFive(out);
    },
    TIMEOUT_MS,
  );

  it(
    'ends on Ctrl-C with the broker',
    async () => {
      const demo = startDemo({ TAVRO_KAFKA: 'java' });
      await demo.says('Registry');
      expect(await demo.started()).not.toEqual([]);
      demo.interrupt();
      const { code, left } = await demo.ended;
      expect({ code, left }).toEqual({ code: 130, left: [] });
    },
    TIMEOUT_MS,
  );
});

describe('npm run demo, with a Kafka that is there already', () => {
  const { plaintext, saslSsl } = sharedBroker();

  it(
    'takes its SASL_SSL listener, and only its own events, run after run',
    async () => {
      const ca = join(directory, 'ca.pem');
      writeFileSync(ca, saslSsl.ca);
      const env = {
        TAVRO_KAFKA: saslSsl.brokers,
        TAVRO_KAFKA_USERNAME: saslSsl.username,
        TAVRO_KAFKA_PASSWORD: saslSsl.password,
        TAVRO_KAFKA_CA: ca,
      };
      for (const run of ['first', 'second']) {
        const { code, out, err } = await startDemo(env).ended;
        expect({ run, code, err }).toEqual({ run, code: 0, err: '' });
        expect(out).toContain('because TAVRO_KAFKA names it');
        expectFive(out);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'says that it has no SASL_SSL listener where there is none',
    async () => {
      const { code, out } = await startDemo({ TAVRO_KAFKA: plaintext }).ended;
      expect(code).toBe(0);
      expect(out).toContain('PLAINTEXT: it has no SASL_SSL listener');
      expectFive(out);
    },
    TIMEOUT_MS,
  );

  it(
    'fails with one clear message when the password is wrong, and keeps it',
    async () => {
      const ca = join(directory, 'ca.pem');
      writeFileSync(ca, saslSsl.ca);
      const { code, err, out } = await startDemo({
        TAVRO_KAFKA: saslSsl.brokers,
        TAVRO_KAFKA_USERNAME: saslSsl.username,
        TAVRO_KAFKA_PASSWORD: 'wrong-password',
        TAVRO_KAFKA_CA: ca,
      }).ended;
      expect(code).toBe(1);
      expect(err).toContain(saslSsl.brokers);
      expect(out + err).not.toContain('wrong-password');
    },
    TIMEOUT_MS,
  );
});
