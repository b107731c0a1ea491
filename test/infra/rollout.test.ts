/** The order of a change since the deployed release, as the sample schema's contracts tell it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type App, CfnOutput, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import {
  InfraError,
  orderRollout,
  type RolloutProps,
  type SchemaContract,
  type TopicContract,
  type TopicContracts,
} from '../../infra/index.js';
import type { JsonObject } from '../../runtime/json.js';
import { SchemasFolder } from '../codegen/schemas-folder.js';
import { quickApp } from './sample-stack.js';

const SCHEMA = 'com/mycompany/events/user_click.avsc';
const SUBJECT = 'user-clicks-avro-value';
const SAMPLE: JsonObject = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schemas', SCHEMA), 'utf8'),
);
const [USER, URL_FIELD, TIMESTAMP] = SAMPLE.fields as JsonObject[];
const click = (...fields: (JsonObject | undefined)[]): JsonObject => ({
  ...SAMPLE,
  fields: fields.flatMap((field) => field ?? []),
});
const PLACE = { name: 'place', type: 'string' };
const AGENT = { name: 'agent', type: ['null', 'string'], default: null };

/** By compatibility level, a change that it takes and no stricter one does. */
const CHANGES: Readonly<Record<string, JsonObject>> = {
  // Who has the old code misses the field; who has the new one does not want it.
  BACKWARD: click(USER, TIMESTAMP),
  FORWARD: click(USER, URL_FIELD, TIMESTAMP, PLACE),
  FULL: click(USER, URL_FIELD, TIMESTAMP, AGENT),
  NONE: click(USER, TIMESTAMP, PLACE),
};

const folders = new Map<string, SchemasFolder>();
const contracts = new Map<string, TopicContract>();
/** What `tavro plan` prints. */
const plans = new Map<string, string>();

/** The sample's schemas with a second version, which is a draft. */
beforeAll(async () => {
  for (const [compatibility, changed] of Object.entries(CHANGES)) {
    const folder = await SchemasFolder.create();
    folders.set(compatibility, folder);
    const topic = { value: 'com.mycompany.events.UserClick', key: 'string', compatibility };
    await folder.write('tavro.json', { topics: { 'user-clicks-avro': topic } });
    await folder.write(SCHEMA, SAMPLE);
    await generate(folder);
    await folder.release();
    await folder.write(SCHEMA, changed);
    await generate(folder);
    const { userClicksAvroContract } = await import(pathToFileURL(contractFile(folder)).href);
    contracts.set(compatibility, userClicksAvroContract);
    const { out, err } = await folder.run('plan');
    plans.set(compatibility, out + err);
  }
}, 120_000);

afterAll(() => Promise.all([...folders.values()].map((folder) => folder.remove())));

/** @returns the text of the contract */
async function generate(folder: SchemasFolder): Promise<string> {
  const { code, err, out } = await folder.run('codegen');
  if (code !== 0) throw new Error(err + out);
  return readFileSync(contractFile(folder), 'utf8');
}

const contractFile = ({ generated }: SchemasFolder): string =>
  join(generated, 'contracts/user-clicks-avro.ts');

const topicsOf = (level: string): TopicContracts => ({
  'user-clicks-avro': contracts.get(level) ?? { partitions: 0 },
});

const resource = (stack: Stack, id: string): CfnResource =>
  new CfnResource(stack, id, { type: 'Tavro::Test::Part' });

/** Parts of a pipeline in one stack, each a resource. */
function parts(stack = new Stack(quickApp(), 'One')) {
  const [reader, registry, writer] = ['Reader', 'Registry', 'Writer'].map((id) =>
    resource(stack, id),
  ) as [CfnResource, CfnResource, CfnResource];
  return { stack, reader, registry, writer };
}

/** By resource, what it is deployed after. */
function dependenciesOf(stack: Stack): Readonly<Record<string, readonly string[]>> {
  const { Resources = {} } = Template.fromStack(stack).toJSON();
  return Object.fromEntries(
    Object.entries<{ DependsOn?: readonly string[] }>(Resources).flatMap(([id, { DependsOn }]) =>
      DependsOn === undefined ? [] : [[id, DependsOn]],
    ),
  );
}

function refusal(make: () => unknown): InfraError {
  try {
    make();
  } catch (error) {
    if (error instanceof InfraError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('in one stack', () => {
  it.each<[level: string, expected: Readonly<Record<string, readonly string[]>>]>([
    ['BACKWARD', { Registry: ['Reader'], Writer: ['Registry'] }],
    ['FORWARD', { Writer: ['Registry'], Reader: ['Writer'] }],
    ['FULL', { Writer: ['Registry'] }],
  ])('orders a change of %s', (level, expected) => {
    const { stack, reader, registry, writer } = parts();
    orderRollout({
      topics: topicsOf(level),
      consumers: [reader],
      registration: registry,
      producers: [writer],
    });
    expect(dependenciesOf(stack)).toEqual(expected);
  });

  it.each<[level: string, expected: Readonly<Record<string, readonly string[]>>]>([
    ['BACKWARD', { Writer: ['Reader'] }],
    ['FORWARD', { Reader: ['Writer'] }],
    ['FULL', {}],
  ])('orders a change of %s that is published before', (level, expected) => {
    const { stack, reader, writer } = parts();
    orderRollout({ topics: topicsOf(level), consumers: [reader], producers: [writer] });
    expect(dependenciesOf(stack)).toEqual(expected);
  });

  it.each(Object.keys(CHANGES))('is for a change of %s what `tavro plan` says', (level) => {
    const deployed = level === 'NONE' ? { [SUBJECT]: 'v2' } : {};
    const [{ order } = { order: 'two-step' }] = orderRollout({ topics: topicsOf(level), deployed });
    expect(plans.get(level)?.split('\n')[0]).toBe(
      `rollout of ${SUBJECT} from v1 to v2 (draft): ${order.replaceAll('-', ' ')}`,
    );
  });

  it.each(Object.keys(CHANGES))('stays when a change of %s is published', async (level) => {
    const folder = folders.get(level);
    if (folder === undefined) throw new Error('no folder');
    const before = readFileSync(contractFile(folder), 'utf8');
    await folder.release();
    expect(await generate(folder)).toBe(before);
  });
});

describe('the deployed release', () => {
  const topics = { t: contractOf({ retained: ['v1', 'v2', 'v3'], refused: { v1: { v3: 'no' } } }) };

  it.each<[deployed: string | undefined, expected: readonly unknown[]]>([
    [undefined, [{ order: 'any', from: 'v2', to: 'v3' }]],
    ['v1', [{ order: 'consumers-first', from: 'v1', to: 'v3' }]],
    ['v3', []],
  ])('is %s', (deployed, expected) => {
    expect(orderRollout({ topics, deployed: { s: deployed } })).toMatchObject(expected);
  });

  it('must be a version of a subject that is there', () => {
    expect(refusal(() => orderRollout({ topics, deployed: { s: 'v9' } })).message).toBe(
      'deployed says v9 of s, which has v1, v2, v3',
    );
    expect(refusal(() => orderRollout({ topics, deployed: { t: 'v1' } })).message).toBe(
      'deployed names the subject t; the topics have s',
    );
  });

  it('counts no more once none of its data is left', () => {
    const refused = { v2: { v1: 'no' }, v1: { v2: 'no' } };
    const value = { retained: ['v1', 'v2'], refused };
    const order = (one: Partial<SchemaContract>) =>
      orderRollout({ topics: { t: contractOf({ ...value, ...one }) } })[0]?.order;
    expect(() => order({})).toThrow('two step');
    expect(order({ older: ['v1'], retained: ['v2'], refused: { v1: { v2: 'no' } } })).toBe(
      'consumers-first',
    );
  });

  it('is told of contracts as earlier versions wrote them', () => {
    const ok = 'ok';
    const reads = {
      v1: { v1: ok, v2: 'v1 cannot read v2. note: no default' },
      v2: { v1: ok, v2: ok },
    };
    const value = { subject: 's', version: 'v2', retained: ['v1', 'v2'], reads };
    expect(orderRollout({ topics: { t: { partitions: 1, value } } })).toMatchObject([
      { order: 'consumers-first', from: 'v1' },
    ]);
  });

  it('is unknown of what has one version, or no contract', () => {
    const key = 'string';
    expect(orderRollout({ topics: { t: { partitions: 1, key } } })).toEqual([]);
    expect(orderRollout({ topics: { t: contractOf({ retained: ['v1'] }) } })).toEqual([]);
  });
});

function contractOf(side: Partial<SchemaContract>): TopicContract {
  const { retained = [] } = side;
  const version = retained.at(-1) ?? 'v1';
  return { partitions: 1, value: { subject: 's', version, ...side } };
}

const CONSUMERS_FIRST = { retained: ['v1', 'v2'], version: 'v2', refused: { v1: { v2: 'no' } } };
const PRODUCERS_FIRST = { retained: ['v1', 'v2'], version: 'v2', refused: { v2: { v1: 'no' } } };

it('looks at keys and at each of several types', () => {
  const topics: TopicContracts = {
    keyed: { partitions: 1, key: { subject: 'keyed-key', ...CONSUMERS_FIRST } },
    events: {
      partitions: 1,
      types: {
        'ev.A': { version: 'v1', retained: ['v1'] },
        'ev.B': { subject: 'events-ev.B', ...CONSUMERS_FIRST },
      },
    },
  };
  const { stack, reader, writer } = parts();
  const rollouts = orderRollout({ topics, consumers: [reader], producers: [writer] });
  expect(rollouts.map(({ topic, subject, order }) => [topic, subject, order])).toEqual([
    ['keyed', 'keyed-key', 'consumers-first'],
    ['events', 'events-ev.B', 'consumers-first'],
  ]);
  expect(dependenciesOf(stack)).toEqual({ Writer: ['Reader'] });
});

describe('two deployments', () => {
  it('stop synth with the plan that `tavro plan` prints', () => {
    const { code, message } = refusal(() => orderRollout({ topics: topicsOf('NONE') }));
    expect(code).toBe('ROLLOUT');
    const plan = plans.get('NONE');
    expect(plan).toMatch(/^rollout of user-clicks-avro-value from v1 to v2 \(draft\): two step\n/);
    const lines = message.split('\n');
    expect(lines.slice(1, -1).join('\n')).toBe(plan?.replaceAll(' (draft)', ''));
    expect(lines.at(-1)).toContain(`say deployed: { '${SUBJECT}': 'v2' }`);
    expect(orderRollout({ topics: topicsOf('NONE'), deployed: { [SUBJECT]: 'v2' } })).toEqual([]);
  });

  it('are told of an earlier release in words of its own', () => {
    const refused = { v1: { v3: 'A.' }, v3: { v1: 'B.' } };
    const topics = { t: contractOf({ retained: ['v1', 'v2', 'v3'], refused, plan: ['other'] }) };
    const { message } = refusal(() => orderRollout({ topics, deployed: { s: 'v1' } }));
    expect(message).toContain(
      'rollout of s from v1 to v3: two step\n  1. Release a version between the two that reads v1 and is read by it: v3 cannot read v1 (B.), v1 cannot read v3 (A.).\n',
    );
  });
});

describe('opposite orders', () => {
  const orders: TopicContract = { partitions: 1, value: { subject: 'orders', ...CONSUMERS_FIRST } };
  const clicks: TopicContract = { partitions: 1, value: { subject: 'clicks', ...PRODUCERS_FIRST } };

  it('of topics of the same functions are refused', () => {
    const { reader, writer } = parts();
    const all = { topics: { orders, clicks }, consumers: [reader], producers: [writer] };
    expect(refusal(() => orderRollout(all))).toMatchObject({
      code: 'ROLLOUT',
      message:
        "no one deployment has both orders: orders of topic 'orders' needs consumers first (v1 to v2); but clicks of topic 'clicks' needs producers first (v1 to v2). Deploy one of the changes, then release the other; or, where different functions are concerned, order each topic by itself",
    });
  });

  it('of a topic are refused, too', () => {
    const key = { subject: 'keys', ...PRODUCERS_FIRST };
    const topics = { orders: { ...orders, key } };
    expect(refusal(() => orderRollout({ topics })).message).toContain(
      "but keys of topic 'orders' needs producers first",
    );
  });

  it('of two calls are refused at synth', () => {
    const { stack, reader, writer } = parts();
    orderRollout({ topics: { orders }, consumers: [reader], producers: [writer] });
    orderRollout({ topics: { clicks }, consumers: [reader], producers: [writer] });
    expect(refusal(() => Template.fromStack(stack))).toMatchObject({
      code: 'ROLLOUT',
      construct: 'One/Reader',
      message: expect.stringMatching(
        /^One\/Reader: orders of topic 'orders' needs consumers first .* So One\/Writer is to wait for this, which waits for it itself: One\/Reader -> One\/Writer\. /,
      ),
    });
  });

  it('of a function that does both are refused', () => {
    const { reader } = parts();
    const all = { topics: { orders }, consumers: [reader], producers: [reader] };
    expect(refusal(() => orderRollout(all))).toMatchObject({
      construct: 'One/Reader',
      message: expect.stringMatching(
        /what is deployed first and what after it is both, but orders/,
      ),
    });
    const { stack, writer } = parts();
    expect(
      refusal(() => orderRollout({ ...all, consumers: [stack], producers: [writer] })).message,
    ).toContain('what is deployed first and what after it and One are not apart');
  });
});

describe('across stacks', () => {
  const order = (level: string, props: Partial<RolloutProps>) =>
    orderRollout({ topics: topicsOf(level), ...props });

  function stacks(app: IConstruct = quickApp()) {
    const [readers, writers] = [new Stack(app, 'Readers'), new Stack(app, 'Writers')] as const;
    const [reader, writer] = [resource(readers, 'Reader'), resource(writers, 'Writer')] as const;
    return { app, readers, writers, reader, writer };
  }

  it.each<[level: string, readers: readonly string[], writers: readonly string[]]>([
    ['BACKWARD', [], ['Readers']],
    ['FORWARD', ['Writers'], []],
    ['FULL', [], []],
  ])('a change of %s orders the stacks', (level, readersAfter, writersAfter) => {
    const { app, readers, writers, reader, writer } = stacks();
    order(level, { consumers: [reader], producers: [writer] });
    (app as App).synth();
    const of = ({ dependencies }: Stack) => dependencies.map(({ node }) => node.path);
    expect([of(readers), of(writers)]).toEqual([readersAfter, writersAfter]);
  });

  it('orders whole stacks', () => {
    const { readers, writers } = stacks();
    order('BACKWARD', { consumers: [readers], producers: [writers] });
    Template.fromStack(writers);
    expect(writers.dependencies).toEqual([readers]);
  });

  it.each<[how: string, (made: ReturnType<typeof stacks>) => void]>([
    ['a reference', ({ reader, writer }) => reader.addPropertyOverride('Topic', writer.ref)],
    ['an output', ({ readers, writer }) => new CfnOutput(readers, 'Out', { value: writer.ref })],
    ['a dependency', ({ readers, writers }) => readers.addStackDependency(writers)],
    ['a construct', ({ reader, writer }) => reader.node.addDependency(writer)],
    [
      'a third stack',
      ({ app, readers, writers }) => {
        const third = new Stack(app, 'Third');
        readers.addStackDependency(third);
        resource(third, 'Part').addPropertyOverride('Of', resource(writers, 'Other').ref);
      },
    ],
  ])('refuses an order that %s contradicts', (_, contradict) => {
    const made = stacks();
    order('BACKWARD', { consumers: [made.reader], producers: [made.writer] });
    contradict(made);
    expect(refusal(() => (made.app as App).synth())).toMatchObject({
      code: 'ROLLOUT',
      construct: 'Readers/Reader',
      message: expect.stringMatching(
        /user-clicks-avro-value of topic .* needs consumers first .* So Writers\/Writer is to wait for this, which waits for it itself: Readers -> (Third -> )?Writers\. Move what they share/,
      ),
    });
  });

  it('takes references the way of the order', () => {
    const { app, reader, writer } = stacks();
    order('BACKWARD', { consumers: [reader], producers: [writer] });
    writer.addPropertyOverride('Reader', reader.ref);
    expect(() => (app as App).synth()).not.toThrow();
  });

  it('takes a nested stack for what is deployed with it', () => {
    const stack = new Stack(quickApp(), 'Outer');
    const shared = resource(stack, 'Shared');
    const reader = resource(new NestedStack(stack, 'Nested'), 'Reader');
    const writer = resource(stack, 'Writer');
    reader.addPropertyOverride('Shared', shared.ref);
    order('BACKWARD', { consumers: [reader], producers: [writer] });
    expect(dependenciesOf(stack).Writer).toEqual([expect.stringMatching(/^NestedNestedStack/)]);
    reader.addPropertyOverride('Writer', writer.ref);
    const again = new Stack(quickApp(), 'Outer');
    const late = resource(again, 'Writer');
    const inner = resource(new NestedStack(again, 'Nested'), 'Reader');
    inner.addPropertyOverride('Writer', late.ref);
    order('BACKWARD', { consumers: [inner], producers: [late] });
    expect(refusal(() => Template.fromStack(again)).code).toBe('ROLLOUT');
  });

  it('works within a stage, and not across', () => {
    const app = quickApp();
    const [one, other] = ['Test', 'Live'].map((id) => stacks(new Stage(app, id)));
    if (one === undefined || other === undefined) throw new Error('no stages');
    order('BACKWARD', { consumers: [one.reader], producers: [one.writer] });
    expect(
      refusal(() => order('BACKWARD', { consumers: [one.reader], producers: [other.writer] }))
        .message,
    ).toContain('Test/Readers/Reader is to be deployed first, but is of another stage or app');
    one.reader.addPropertyOverride('Topic', one.writer.ref);
    expect(refusal(() => app.synth()).code).toBe('ROLLOUT');
  });
});
