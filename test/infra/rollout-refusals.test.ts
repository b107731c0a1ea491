/** Which version a rollout is from, which changes have no order, and what contradicts one. */
import { describe, expect, it } from '@jest/globals';
import { CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  orderRollout,
  type SchemaContract,
  type TopicContract,
  type TopicContracts,
} from '../../infra/index.js';
import { refusal } from './refusal.js';
import {
  CONSUMERS_FIRST,
  contractOf,
  dependenciesOf,
  PRODUCERS_FIRST,
  parts,
  resource,
  stacks,
} from './rollout-parts.js';
import { quickApp } from './sample-stack.js';

const orders: TopicContract = { partitions: 1, value: { subject: 'orders', ...CONSUMERS_FIRST } };
const clicks: TopicContract = { partitions: 1, value: { subject: 'clicks', ...PRODUCERS_FIRST } };

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

  it('may need two deployments, which are told in words of its own', () => {
    const refused = { v1: { v3: 'A.' }, v3: { v1: 'B.' } };
    const topics = { t: contractOf({ retained: ['v1', 'v2', 'v3'], refused, plan: ['other'] }) };
    const { message } = refusal(() => orderRollout({ topics, deployed: { s: 'v1' } }));
    expect(message).toContain(
      'rollout of s from v1 to v3: two step\n  1. Release a version between the two that reads v1 and is read by it: v3 cannot read v1 (B.), v1 cannot read v3 (A.).\n',
    );
  });
});

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

describe('opposite orders', () => {
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

describe('an order', () => {
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
    orderRollout({ topics: { orders }, consumers: [made.reader], producers: [made.writer] });
    contradict(made);
    expect(refusal(() => made.app.synth())).toMatchObject({
      code: 'ROLLOUT',
      construct: 'Readers/Reader',
      message: expect.stringMatching(
        /orders of topic .* needs consumers first .* So Writers\/Writer is to wait for this, which waits for it itself: Readers -> (Third -> )?Writers\. Move what they share/,
      ),
    });
  });

  it('takes references the way of the order', () => {
    const { app, reader, writer } = stacks();
    orderRollout({ topics: { orders }, consumers: [reader], producers: [writer] });
    writer.addPropertyOverride('Reader', reader.ref);
    expect(() => app.synth()).not.toThrow();
  });

  it('takes a nested stack for what is deployed with it', () => {
    const stack = new Stack(quickApp(), 'Outer');
    const shared = resource(stack, 'Shared');
    const reader = resource(new NestedStack(stack, 'Nested'), 'Reader');
    const writer = resource(stack, 'Writer');
    reader.addPropertyOverride('Shared', shared.ref);
    orderRollout({ topics: { orders }, consumers: [reader], producers: [writer] });
    expect(dependenciesOf(stack).Writer).toEqual([expect.stringMatching(/^NestedNestedStack/)]);
    reader.addPropertyOverride('Writer', writer.ref);
    const again = new Stack(quickApp(), 'Outer');
    const late = resource(again, 'Writer');
    const inner = resource(new NestedStack(again, 'Nested'), 'Reader');
    inner.addPropertyOverride('Writer', late.ref);
    orderRollout({ topics: { orders }, consumers: [inner], producers: [late] });
    expect(refusal(() => Template.fromStack(again)).code).toBe('ROLLOUT');
  });

  it('works within a stage, and not across', () => {
    const app = quickApp();
    const [one, other] = ['Test', 'Live'].map((id) => stacks(new Stage(app, id)));
    if (one === undefined || other === undefined) throw new Error('no stages');
    orderRollout({ topics: { orders }, consumers: [one.reader], producers: [one.writer] });
    expect(
      refusal(() =>
        orderRollout({ topics: { orders }, consumers: [one.reader], producers: [other.writer] }),
      ).message,
    ).toContain('Test/Readers/Reader is to be deployed first, but is of another stage or app');
    one.reader.addPropertyOverride('Topic', one.writer.ref);
    expect(refusal(() => app.synth()).code).toBe('ROLLOUT');
  });
});
