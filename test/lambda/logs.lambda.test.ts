/** What a function's log is made of, in both formats of Lambda. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { mskEvent } from '../../local/msk-event.js';
import { failureOf, sharedRegistry, whileDeployed } from './clicks.js';
import { type DeployedFunction, deployed } from './deployed.js';

const registry = sharedRegistry();
let functions: Readonly<Record<'Sample' | 'Clicks', DeployedFunction>>;

beforeAll(() => {
  functions = deployed({
    Sample: 'consumer/user-clicks.ts',
    Clicks: 'test/lambda/functions/clicks.ts',
  });
});

const event = (...users: readonly string[]) => mskEvent(registry.clicksOf(users));
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

it('is of the format that the construct sets', () => {
  expect(functions.Clicks.logFormat).toBe('JSON');
});

describe.each(['JSON', 'Text'] as const)('in the format %s', (logFormat) => {
  it('has a line of JSON for each of ours, with its invocation', async () => {
    const requests: string[] = [];
    const settings = { registry, logFormat, environment: { ON_FAILURE: 'report' } };
    const { lines } = await whileDeployed(functions.Clicks, settings, async (fn) => {
      for (const users of [['ann', 'broke'], ['bob']])
        requests.push((await fn.invoke(event(...users))).requestId);
    });
    // Each of them is: nothing of the client's is among them.
    const logged = lines.map((line) => JSON.parse(line));
    for (const line of logged)
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(INFO|WARN|ERROR)$/),
        timestamp: expect.stringMatching(TIME),
        message: expect.any(String),
        requestId: expect.any(String),
      });
    const said = requests.map((requestId) =>
      logged.filter((line) => line.requestId === requestId).map(({ message }) => message),
    );
    const topic = 'user-clicks-avro';
    expect(said).toEqual([
      [
        'Invoked.',
        'Received 2 records.',
        `Processing records from ${topic}-0`,
        'Handled.',
        `The handler of topic "${topic}" failed on ${topic}-0@1; its error is the cause.`,
        'Handled 1 record.',
        'Ends.',
      ],
      ['Invoked.', 'Received 1 record.', `Processing records from ${topic}-0`, 'Handled.', 'Ends.'],
    ]);
    expect(logged.find(({ level }) => level === 'ERROR')).toMatchObject({
      code: 'HANDLER',
      topic,
      partition: 0,
      offset: 1,
      schemaId: expect.any(Number),
      error: { cause: { name: 'PaymentDeclined' } },
    });
  });

  it('has what is written to standard output as it is, and what the console is told as a text', async () => {
    let requestId = '';
    const { lines } = await whileDeployed(functions.Clicks, { registry, logFormat }, async (fn) => {
      requestId = (await fn.invoke(event('talkative'))).requestId;
    });
    expect(lines).toContain('said by stdout');
    const line = lines.find((one) => one.includes('said by console')) ?? '';
    const said = 'said by console { n: 1 }';
    if (logFormat === 'JSON') {
      const timestamp = expect.stringMatching(TIME);
      expect(JSON.parse(line)).toEqual({ timestamp, level: 'INFO', requestId, message: said });
    } else {
      const [time, ...rest] = line.split('\t');
      expect(time).toMatch(TIME);
      expect(rest).toEqual([requestId, 'INFO', said]);
    }
  });

  it('says why an invocation failed, in a line of the client behind ours', async () => {
    const { lines } = await whileDeployed(functions.Clicks, { registry, logFormat }, async (fn) => {
      await failureOf(fn.invoke(event('broke')));
    });
    const last = lines.at(-1) ?? '';
    expect(last).toContain('"name":"ConsumerError.HANDLER.PaymentDeclined"');
    expect(last.includes('Invoke Error')).toBe(logFormat === 'Text');
  });

  it('has lines of JSON of the sample', async () => {
    let requestId = '';
    const { lines } = await whileDeployed(functions.Sample, { registry, logFormat }, async (fn) => {
      requestId = (await fn.invoke(event('ann'))).requestId;
    });
    const all = lines.map((line) => JSON.parse(line));
    // Metrics are CloudWatch's own format.
    const logged = all.filter((line) => line._aws === undefined);
    expect(logged.length).toBeGreaterThan(2);
    expect(logged.length).toBeLessThan(all.length);
    for (const line of logged) expect(line).toMatchObject({ level: 'INFO', requestId });
  });
});

describe('the level of the log', () => {
  it.each<[string, readonly string[]]>([
    ['TRACE', ['DEBUG', 'ERROR', 'INFO']],
    ['DEBUG', ['DEBUG', 'ERROR', 'INFO']],
    ['INFO', ['ERROR', 'INFO']],
    ['WARN', ['ERROR']],
    ['FATAL', []],
  ])("is Lambda's: %s", async (logLevel, levels) => {
    const { logged } = await whileDeployed(functions.Clicks, { registry, logLevel }, async (fn) => {
      await fn.invoke(event('ann'));
      await failureOf(fn.invoke(event('broke')));
    });
    expect([...new Set(logged.map(({ level }) => level))].sort()).toEqual(levels);
  });
});
