import { describe, expect, it } from '@jest/globals';
import { runProduce } from './run-produce.js';

const LAPTOP = {
  KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
};

describe('npm run produce', () => {
  it('--help names every variable', async () => {
    const { code, stdout } = await runProduce(['--help']);
    expect(code).toBe(0);
    for (const name of ['KAFKA_BOOTSTRAP_SERVERS', 'SCHEMA_REGISTRY_API_SECRET', '--count']) {
      expect(stdout).toContain(name);
    }
  });

  it.each([
    [[], {}, /KAFKA_BOOTSTRAP_SERVERS is not set.*\n.*KAFKA_SASL_USERNAME is not set/],
    [['--count', '0'], {}, /--count <n>.*whole number from 1 to 1000000/],
    [['--size', '5'], {}, /unknown option '--size'/],
    [['--plaintext'], { ...LAPTOP, KAFKA_BOOTSTRAP_SERVERS: 'here' }, /"here" is not a broker/],
  ] as const)('%p exits 2', async (args, env, want) => {
    const { code, stdout, stderr } = await runProduce(args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(want);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('exits 1 with one message when no broker is there, and a stack when asked', async () => {
    const { code, stderr } = await runProduce(['--plaintext'], LAPTOP);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Message delivery failed: No Kafka broker could be reached/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    const verbose = await runProduce(['--plaintext', '--verbose'], LAPTOP);
    expect(verbose.stderr).toMatch(/^kafkajs error: Connection error: .*ECONNREFUSED/m);
    expect(verbose.stderr).toMatch(/^ +at /m);
    // Two processes, one after the other.
  });
});
