/** What makes another mapping of a subscription, and which group that has. */
import { describe, expect, it } from '@jest/globals';
import { CfnParameter, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { KafkaSubscription } from '../../infra/index.js';
import { refusal } from './refusal.js';
import { quickApp } from './sample-stack.js';
import { Bench, MAPPING } from './subscribed.js';

type Props = NonNullable<Parameters<Bench['subscribe']>[0]>;

const GROUP_ID = /^[A-Za-z0-9\-/*:_+=.@]{1,200}$/;

/** The one mapping of an app with these props. */
function mapped(props: (stack: Bench) => Props, id = 'Clicks') {
  const stack = new Bench();
  const { consumerGroupId } = stack.subscribe(props(stack), id);
  const [logicalId] = Object.keys(stack.template().findResources(MAPPING));
  return { logicalId, consumerGroupId };
}

/** The clusters of two mappings are the same but for where it is said otherwise. */
const before = mapped((stack) => ({ cluster: stack.cluster('same') }));

const REPLACING: Readonly<Record<string, (stack: Bench) => Props>> = {
  'another topic': (stack) => ({ topic: stack.topicOf('orders') }),
  'another cluster': (stack) => ({ cluster: stack.cluster('other') }),
  'the newest record': () => ({ startingPosition: lambda.StartingPosition.LATEST }),
  'a time': () => ({
    startingPosition: lambda.StartingPosition.AT_TIMESTAMP,
    startingPositionTimestamp: 1_700_000_000,
  }),
  'another time': () => ({
    startingPosition: lambda.StartingPosition.AT_TIMESTAMP,
    startingPositionTimestamp: 1_700_000_001,
  }),
  'brokers elsewhere': () => ({ cluster: { bootstrapServers: ['a.example.com:9092'] } }),
  'other brokers elsewhere': () => ({ cluster: { bootstrapServers: ['b.example.com:9092'] } }),
};

describe('a mapping is another one', () => {
  it.each(Object.entries(REPLACING))('with %s, and so is its group', (_name, props) => {
    const after = mapped((stack) => ({ cluster: stack.cluster('same'), ...props(stack) }));
    expect(after.logicalId).not.toBe(before.logicalId);
    expect(after.consumerGroupId).not.toBe(before.consumerGroupId);
  });

  it('of every other, too', () => {
    const all = Object.values(REPLACING).map((props) => mapped(props));
    expect(new Set(all.map(({ logicalId }) => logicalId)).size).toBe(all.length);
    expect(new Set(all.map(({ consumerGroupId }) => consumerGroupId)).size).toBe(all.length);
  });

  it('with another group that was given', () => {
    const [one, two] = ['one', 'two'].map((consumerGroupId) => mapped(() => ({ consumerGroupId })));
    expect(one?.consumerGroupId).toBe('one');
    expect(one?.logicalId).not.toBe(two?.logicalId);
  });

  it.each<[string, (stack: Bench) => Props]>([
    ['nothing', () => ({})],
    ['the default said aloud', () => ({ startingPosition: lambda.StartingPosition.TRIM_HORIZON })],
    ['batches', () => ({ batchSize: 7 })],
    ['pollers', () => ({ pollers: { minimumPollers: 2 } })],
    ['the function', (stack) => ({ target: stack.handler('Other') })],
  ])('but not with other %s', (_name, props) => {
    const after = mapped((stack) => ({ cluster: stack.cluster('same'), ...props(stack) }));
    expect(after).toEqual(before);
  });
});

describe('the default group', () => {
  it('names stack, construct and topic', () => {
    expect(before.consumerGroupId).toMatch(/^Bench\.Clicks\.clicks\.[0-9a-f]{8}$/);
    const later = mapped(() => ({ startingPosition: lambda.StartingPosition.LATEST }));
    expect(later.consumerGroupId).toMatch(/^Bench\.Clicks\.clicks\.latest\.[0-9a-f]{8}$/);
  });

  it.each([
    ['letters that are not ASCII', 'Klicks-ü'],
    ['a colon, which hides the lag', 'a:b'],
    ['many letters', 'x'.repeat(230)],
  ])('is one that Lambda and MSK take, with %s', (_name, id) => {
    const { consumerGroupId } = mapped(() => ({}), id);
    expect(consumerGroupId).toMatch(GROUP_ID);
    expect(consumerGroupId).not.toContain(':');
    expect(consumerGroupId).not.toBe(mapped(() => ({}), `${id}ö`).consumerGroupId);
  });

  it('is not shared: within a stack, between stacks, or by stages', () => {
    const app = quickApp();
    const stacks = [
      new Bench(app, 'One'),
      new Bench(app, 'Two'),
      new Bench(new Stage(app, 'Prod'), 'One'),
    ];
    const groups = stacks.flatMap((stack) =>
      ['A', 'B'].map((id) => stack.subscribe({ cluster: stack.cluster('same') }, id)),
    );
    expect(new Set(groups.map(({ consumerGroupId }) => consumerGroupId)).size).toBe(6);
  });
});

describe('a group that was given', () => {
  const consumerGroupId = 'clicks';

  it('is refused to a second subscription of the app', () => {
    const app = quickApp();
    new Bench(app, 'One').subscribe({ consumerGroupId });
    const stack = new Bench(app, 'Two');
    const error = refusal(() => stack.subscribe({ consumerGroupId }));
    expect(error.code).toBe('GROUP_ID');
    expect(error.message).toMatch(/'clicks' is that of One\/Clicks, too.*each its own/);
  });

  it('is taken in every account and region once', () => {
    const app = quickApp();
    const of = (id: string, account: string): Bench =>
      new Bench(new Stage(app, id, { env: { account, region: 'eu-west-1' } }), 'Bench');
    of('Dev', '111122223333').subscribe({ consumerGroupId });
    expect(() => of('Prod', '444455556666').subscribe({ consumerGroupId })).not.toThrow();
  });

  it('is taken in every stage once whose account only the deployment knows', () => {
    const app = quickApp();
    const of = (id: string): Bench => new Bench(new Stage(app, id), 'Bench');
    of('Dev').subscribe({ consumerGroupId });
    expect(() => of('Prod').subscribe({ consumerGroupId })).not.toThrow();
  });
});

describe('names that only the deployment knows', () => {
  it('make a mapping for each topic, and two of one function', () => {
    const stack = new Bench();
    const topics = ['One', 'Two'].map((id) =>
      stack.topicOf(new CfnParameter(stack, `${id}Name`).valueAsString),
    );
    const cluster = stack.cluster('same');
    for (const [n, topic] of topics.entries()) stack.subscribe({ topic, cluster }, `Sub${n}`);
    const resources = Object.values(stack.template().findResources(MAPPING));
    expect(resources.map(({ Properties }) => Properties.Topics)).toEqual([
      [{ Ref: 'OneName' }],
      [{ Ref: 'TwoName' }],
    ]);
    const [group] = resources.map(
      ({ Properties }) => Properties.AmazonManagedKafkaEventSourceConfig.ConsumerGroupId,
    );
    expect(JSON.stringify(group)).toContain('"Bench.Sub0.",{"Ref":"OneName"}');
  });

  it('may be the cluster, the time, or a nested stack', () => {
    const stack = new Bench();
    stack.subscribe({
      cluster: stack.clusterAt(new CfnParameter(stack, 'Arn').valueAsString),
      startingPosition: lambda.StartingPosition.AT_TIMESTAMP,
      startingPositionTimestamp: new CfnParameter(stack, 'Time', { type: 'Number' }).valueAsNumber,
    });
    const list = new CfnParameter(stack, 'Servers', { type: 'CommaDelimitedList' }).valueAsList;
    // Safe: what only the deployment knows may be empty by its type alone.
    stack.subscribe({ cluster: { bootstrapServers: list as unknown as [string] } }, 'Elsewhere');
    const nested = new KafkaSubscription(new NestedStack(stack, 'Nested'), 'Clicks', {
      target: stack.target,
      topic: stack.topicOf('clicks'),
      cluster: stack.cluster('same'),
      credentials: stack.credentials,
    });
    expect(Object.keys(stack.template().findResources(MAPPING))).toHaveLength(2);
    Template.fromStack(Stack.of(nested)).resourceCountIs(MAPPING, 1);
  });
});

it('one function reads a topic of the same name on two clusters', () => {
  const stack = new Bench();
  for (const id of ['A', 'B']) stack.subscribe({ cluster: stack.cluster(id) }, id);
  stack.template().resourceCountIs(MAPPING, 2);
});

it('one function reads one topic twice', () => {
  const stack = new Bench();
  const [topic, cluster] = [stack.topicOf('clicks'), stack.cluster('same')];
  for (const id of ['A', 'B']) stack.subscribe({ topic, cluster }, id);
  stack.template().resourceCountIs(MAPPING, 2);
});
