/** The order of a change since the deployed release, as the sample schema's contracts tell it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  orderRollout,
  ProducerRole,
  SchemaSubjects,
  type TopicContract,
  type TopicContracts,
} from '../../infra/index.js';
import type { JsonObject } from '../../runtime/json.js';
import { SchemasFolder } from '../codegen/schemas-folder.js';
import { refusal } from './refusal.js';
import { dependenciesOf, parts, stacks } from './rollout-parts.js';
import { quickApp, sampleStack } from './sample-stack.js';

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

const settings = (compatibility: string, more: JsonObject = {}): JsonObject => ({
  topics: {
    'user-clicks-avro': {
      value: 'com.mycompany.events.UserClick',
      key: 'string',
      ...{ compatibility, ...more },
    },
  },
});

/** The sample's schemas with a second version, which is a draft. */
beforeAll(async () => {
  for (const [compatibility, changed] of Object.entries(CHANGES)) {
    const folder = await SchemasFolder.create();
    folders.set(compatibility, folder);
    await folder.write('tavro.json', settings(compatibility));
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

  it.each([
    ['BACKWARD', 'consumers-first'],
    ['FORWARD', 'producers-first'],
    ['FULL', 'any'],
    // Nobody has to read what is gone.
    ['NONE', 'consumers-first'],
  ])('for a change of %s is %s once no old data is left', async (level, order) => {
    const folder = folders.get(level);
    if (folder === undefined) throw new Error('no folder');
    await folder.write('tavro.json', settings(level, { oldestRetained: 2 }));
    const text = await generate(folder);
    expect(text).toContain("retained: ['v2']");
    // Of another name, since modules are loaded once.
    const file = join(folder.generated, 'later.ts');
    writeFileSync(file, text);
    const { userClicksAvroContract } = await import(pathToFileURL(file).href);
    expect(orderRollout({ topics: { clicks: userClicksAvroContract } })).toMatchObject([{ order }]);
  });
});

describe('across stacks', () => {
  it.each<[level: string, readers: readonly string[], writers: readonly string[]]>([
    ['BACKWARD', [], ['Readers']],
    ['FORWARD', ['Writers'], []],
    ['FULL', [], []],
  ])('a change of %s orders the stacks', (level, readersAfter, writersAfter) => {
    const { app, readers, writers, reader, writer } = stacks();
    orderRollout({ topics: topicsOf(level), consumers: [reader], producers: [writer] });
    app.synth();
    const of = ({ dependencies }: Stack) => dependencies.map(({ node }) => node.path);
    expect([of(readers), of(writers)]).toEqual([readersAfter, writersAfter]);
  });

  it('orders whole stacks', () => {
    const { readers, writers } = stacks();
    orderRollout({ topics: topicsOf('BACKWARD'), consumers: [readers], producers: [writers] });
    Template.fromStack(writers);
    expect(writers.dependencies).toEqual([readers]);
  });
});

describe('a pipeline', () => {
  /** The sample, and a service that produces; its function in a stack of its own if told so. */
  function pipeline(apart: boolean) {
    const app = quickApp();
    const stack = sampleStack({}, app);
    const registration = new SchemaSubjects(stack, 'Subjects', {
      schemas: join(import.meta.dirname, '../../schemas'),
      schemaRegistry: stack.schemaRegistry,
    });
    const home = apart ? new Stack(app, 'Shop') : stack;
    const role = new ProducerRole(home, 'ShopRole', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      cluster: stack.cluster,
      credentials: stack.users.credentials('producer'),
      topics: [stack.topic('user-clicks-avro')],
      schemaRegistry: stack.schemaRegistry,
    });
    const producer = new lambda.Function(home, 'Shop', {
      code: lambda.Code.fromInline('exports.handler = async () => {}'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      role,
    });
    const consumer = stack.consumer('UserClicks');
    const live = new lambda.Alias(stack, 'Live', {
      aliasName: 'live',
      version: consumer.currentVersion,
    });
    const props = { consumers: [consumer, live], registration, producers: [producer] };
    return { stack, home, consumer, producer, subjects: registration.resource, props };
  }

  it.each([false, true])('gets nothing but dependencies: %s', (apart) => {
    const [plain, ordered] = [pipeline(apart), pipeline(apart)];
    orderRollout({ topics: topicsOf('BACKWARD'), ...ordered.props });
    const without = (stack: Stack) => {
      const { Resources, ...rest } = Template.fromStack(stack).toJSON();
      const resources = Object.entries<object>(Resources).map(([id, one]) => [
        id,
        { ...one, DependsOn: undefined },
      ]);
      return { ...rest, Resources: Object.fromEntries(resources) };
    };
    expect(without(ordered.stack)).toEqual(without(plain.stack));
    expect(without(ordered.home)).toEqual(without(plain.home));
  });

  it.each(['BACKWARD', 'FORWARD'])('is ordered by a change of %s', (level) => {
    const { stack, consumer, subjects, producer, props } = pipeline(false);
    orderRollout({ topics: topicsOf(level), ...props });
    const after = dependenciesOf(stack);
    const [reader, registered, writer] = [consumer, subjects, producer].map(({ node }) =>
      // Safe: the resource that each is made of.
      stack.getLogicalId(node.defaultChild as CfnResource),
    );
    const order =
      level === 'BACKWARD' ? [reader, registered, writer] : [registered, writer, reader];
    order.slice(1).forEach((id, index) => {
      expect(after[id ?? '']).toContain(order[index]);
    });
  });

  it('whose producers need its stack deploys them after it', () => {
    const { stack, home, props } = pipeline(true);
    orderRollout({ topics: topicsOf('BACKWARD'), ...props });
    Template.fromStack(home);
    expect(home.dependencies).toEqual([stack]);
  });

  it('whose producers need its stack cannot deploy them before it', () => {
    const { home, props } = pipeline(true);
    orderRollout({ topics: topicsOf('FORWARD'), ...props });
    expect(refusal(() => Template.fromStack(home)).message).toMatch(
      /^Shop\/Shop: user-clicks-avro-value of topic 'user-clicks-avro' needs producers first .* So Clicks\/UserClicks is to wait for this, which waits for it itself: Shop -> Clicks\./,
    );
  });
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
});
