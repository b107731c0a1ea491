/** What a pipeline orders by itself: each topic's consumers and producers. */
import { expect, it } from '@jest/globals';
import { type CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  type ConsumerDefinition,
  PipelineStack,
  type PipelineStackProps,
  type SchemaContract,
  type TopicContracts,
} from '../../infra/index.js';
import { refusal } from './refusal.js';
import { contractOf, dependenciesOf } from './rollout-parts.js';
import { quickApp, userClicks } from './sample-stack.js';

const side = (subject: string, one: Partial<SchemaContract>) =>
  contractOf({ subject, version: 'v2', retained: ['v1', 'v2'], ...one });
const TOPICS: TopicContracts = {
  backward: side('backward', { refused: { v1: { v2: 'no' } } }),
  forward: side('forward', { older: ['v1'], retained: ['v2'], refused: { v2: { v1: 'no' } } }),
  broken: side('broken', { refused: { v1: { v2: 'no' }, v2: { v1: 'no' } } }),
};

const reading = (topic: string): ConsumerDefinition<string> => ({ ...userClicks(), topic });

function pipeline(
  consumers: Readonly<Record<string, ConsumerDefinition<string>>>,
  props: Partial<PipelineStackProps> = {},
) {
  const app = quickApp();
  const given = { topics: TOPICS, consumers, schemas: false, ...props } as const;
  // As JavaScript does it: the names are checked by synth alone.
  const stack = new PipelineStack(app, 'Pipeline', given as PipelineStackProps);
  return { app, stack };
}

function writer(stack: Stack, id = 'Writer'): lambda.Function {
  return new lambda.Function(stack, id, {
    code: lambda.Code.fromInline('exports.handler = async () => {}'),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_22_X,
  });
}

const BOTH = { Back: reading('backward'), Forth: reading('forward') };

it('orders each topic by its own change', () => {
  const { stack } = pipeline(BOTH);
  const [back, forth] = [stack.consumer('Back'), stack.consumer('Forth')];
  const forward = writer(stack);
  stack.addProducer(forward, { topics: ['forward'] });
  const backward = writer(stack, 'Other');
  stack.addProducer(backward, { topics: ['backward'] });
  const after = dependenciesOf(stack);
  const idOf = ({ node }: lambda.Function): string =>
    // Safe: the resource that every function construct is made of.
    stack.getLogicalId(node.defaultChild as CfnResource);
  expect(after[idOf(forth)]).toContain(idOf(forward));
  expect(after[idOf(backward)]).toContain(idOf(back));
  expect(after[idOf(back)]).not.toContain(idOf(backward));
  expect(after[idOf(forward)]).not.toContain(idOf(forth));
});

it('takes what is deployed of any of its topics', () => {
  expect(() => pipeline(BOTH, { deployed: { forward: 'v2', backward: 'v1' } })).not.toThrow();
  expect(refusal(() => pipeline(BOTH, { deployed: { typo: 'v2' } })).message).toBe(
    'deployed names the subject typo; the topics have backward, forward, broken',
  );
});

it('refuses a change of two deployments only where it deploys it', () => {
  const { stack } = pipeline(BOTH);
  const produce = () => stack.addProducer(writer(stack), { topics: ['broken'] });
  expect(refusal(produce)).toMatchObject({ code: 'ROLLOUT' });
  for (const deployed of [false, { broken: 'v2' }] as const) {
    const { stack: other } = pipeline(BOTH, { deployed });
    expect(() => other.addProducer(writer(other), { topics: ['broken'] })).not.toThrow();
  }
});

it('says how a change gets to producers of a stack that waits for it', () => {
  const { app, stack } = pipeline(BOTH);
  stack.addProducer(writer(new Stack(app, 'Shop')), { topics: ['forward'] });
  expect(refusal(() => Template.fromStack(stack)).message).toBe(
    "Shop/Writer: forward of topic 'forward' needs producers first (v1 to v2). So Pipeline/Forth is to wait for this, which waits for it itself: Shop -> Pipeline. Move what they share to a stack of its own, or deploy twice: first without the new code of Pipeline/Forth, which is left out here, then with deployed: { 'forward': 'v2' }",
  );
});
