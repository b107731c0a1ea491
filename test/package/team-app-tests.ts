/**
 * The packed package in an app with a cluster of its own, two stacks, two topics, two functions, one alias.
 * Imported by package.test.ts, so that one tarball is enough.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../architecture/imports.js';
import { execute, PackedProject } from './packed.js';
import { TEAM_APP } from './team-app.js';

const LINKED = ['aws-cdk-lib', 'constructs', 'esbuild', '@types/node', 'undici-types'];
const CLUSTER =
  'arn:aws:kafka:eu-west-1:111122223333:cluster/shop/01234567-89ab-cdef-0123-456789abcdef-2';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:AmazonMSK_shop-AbCdEf';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';

let project: PackedProject;
let said: string;

/** What a program says in the project's folder, with the folder that the CDK's command would name. */
async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { PATH } = process.env;
  const out = { CDK_OUTDIR: project.path('cdk.out') };
  const env = { ...out, PATH, HOME: project.folder, npm_config_update_notifier: 'false' };
  const running = execute(process.execPath, [program, ...args], { cwd: project.folder, env });
  return running.then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr }) => {
      throw new Error(stdout + stderr);
    },
  );
}

/** Properties of the resources of a type, as the caller reads them. */
function resources<Properties = unknown>(stack: string, type: string): readonly Properties[] {
  const file = project.path('cdk.out', `${stack}.template.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.values<{ readonly Type: string; readonly Properties: Properties }>(
    Resources,
  ).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
}

interface Policy {
  readonly Roles: readonly { readonly Ref: string }[];
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Action: string | readonly string[];
      readonly Resource: unknown;
    }[];
  };
}

/** `action on resource` of all that a role may do by its policies; `…` for what only a deployment knows. */
function allowed(role: string): readonly string[] {
  return resources<Policy>('Shop', 'AWS::IAM::Policy')
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref.startsWith(role)))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((one) => `${action} on ${typeof one === 'string' ? one : '…'}`),
        ),
    );
}

interface Mapping {
  readonly FunctionName: unknown;
  readonly AmazonManagedKafkaEventSourceConfig: { readonly ConsumerGroupId: string };
}

describe('the app of a team', () => {
  beforeAll(async () => {
    project = await PackedProject.create();
    for (const name of LINKED) await project.link(name);
    // The CDK starts it by npx.
    await mkdir(project.path('node_modules/.bin'));
    await symlink(
      join(ROOT, 'node_modules/esbuild/bin/esbuild'),
      project.path('node_modules/.bin/esbuild'),
    );
    for (const [path, text] of Object.entries(TEAM_APP)) await project.write(path, text);
    await run('node_modules/tavro/bin/tavro.mjs', 'codegen');
    const compiled = await run(join(ROOT, 'node_modules/typescript/bin/tsc'));
    said = compiled + (await run('dist/app.js'));
  }, 300_000);

  afterAll(() => project.remove());

  it('has no class of its own', () => {
    expect(Object.values(TEAM_APP).join('\n')).not.toMatch(/\bclass\b/);
  });

  it('compiles and synthesizes without a warning', async () => {
    expect(said.replace(/^Bundling asset .*\n/gm, '')).toBe('');
    const manifest = await readFile(project.path('cdk.out/manifest.json'), 'utf8');
    expect(manifest).not.toMatch(/aws:cdk:(warning|error)/);
  });

  it('makes one of the topics', () => {
    const topics = resources('Data', 'AWS::MSK::Topic');
    expect(topics).toMatchObject([
      { ClusterArn: CLUSTER, TopicName: 'orders', ReplicationFactor: 3 },
    ]);
  });

  it('maps each topic to its function, the one by its alias, in groups of their own', () => {
    const mappings = resources<Mapping>('Shop', 'AWS::Lambda::EventSourceMapping');
    const uris = [{ Type: 'SASL_SCRAM_512_AUTH', URI: SECRET }];
    const common = { EventSourceArn: CLUSTER, SourceAccessConfigurations: uris };
    expect(mappings).toMatchObject([
      { ...common, Topics: ['orders'] },
      { ...common, Topics: ['clicks'] },
    ]);
    expect(mappings.map(({ FunctionName }) => JSON.stringify(FunctionName))).toEqual([
      expect.stringMatching(/\{"Ref":"Live\w+"\}.*":live"/),
      expect.stringMatching(/^\{"Ref":"OnClicks\w+"\}$/),
    ]);
    const groups = mappings.map(
      ({ AmazonManagedKafkaEventSourceConfig: config }) => config.ConsumerGroupId,
    );
    expect(groups).toEqual([
      expect.stringMatching(/^Shop\.Orders/),
      expect.stringMatching(/^Shop\.Clicks/),
    ]);
  });

  it.each(['OnOrders', 'OnClicks'])('lets %s poll, and read its secret', (role) => {
    expect(allowed(role)).toEqual(
      expect.arrayContaining([
        `kafka:DescribeClusterV2 on ${CLUSTER}`,
        `kafka:GetBootstrapBrokers on ${CLUSTER}`,
        'ec2:CreateNetworkInterface on *',
        `secretsmanager:GetSecretValue on ${SECRET}`,
        `kms:Decrypt on ${KEY}`,
      ]),
    );
  });

  it('lets the producer find the brokers, and read its secret and that of the registry', () => {
    expect(allowed('Checkout')).toEqual(
      expect.arrayContaining([
        `kafka:GetBootstrapBrokers on ${CLUSTER}`,
        `secretsmanager:GetSecretValue on ${SECRET}`,
        `kms:Decrypt on ${KEY}`,
        'secretsmanager:GetSecretValue on …',
      ]),
    );
  });

  it('deploys the topics before what reads them', async () => {
    const { artifacts } = JSON.parse(await readFile(project.path('cdk.out/manifest.json'), 'utf8'));
    expect(artifacts.Shop.dependencies).toContain('Data');
  });
});
