/** `SchemaSubjects` in the template, and what it deploys. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { App, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { isSchemaFile } from '../../codegen/model/schema-file.js';
import {
  type InfraError,
  SchemaRegistry,
  SchemaSubjects,
  type SchemaSubjectsProps,
} from '../../infra/index.js';
import { startRegistry } from '../../local/registry/server.js';
import { createRegistry } from '../../runtime/registry/client.js';
import { createSubjects } from '../../runtime/registry/subjects.js';
import { startLoopback } from '../runtime/registry/loopback.js';
import { onlyResource, quickApp } from './sample-stack.js';

const SCHEMAS = fileURLToPath(new URL('../../schemas', import.meta.url));
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf';

/** Of the function without avsc: what Lambda loads before it does anything. */
const FUNCTION_BYTES_MAX = 350_000;

const scratch = mkdtempSync(path.join(tmpdir(), 'tavro-subjects-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const scratchFolder = (): string => mkdtempSync(path.join(scratch, 'f-'));

type Props = Partial<SchemaSubjectsProps>;

function subjectsIn(stack: Stack, props: Props = {}): SchemaSubjects {
  const schemaRegistry = new SchemaRegistry(stack, 'Registry', {
    url: 'https://registry.example.com',
    credentials: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', SECRET_ARN),
  });
  return new SchemaSubjects(stack, 'Subjects', { schemas: SCHEMAS, schemaRegistry, ...props });
}

function templateOf(props: Props = {}): Template {
  const stack = new Stack(quickApp(), 'Clicks');
  subjectsIn(stack, props);
  return Template.fromStack(stack);
}

function refusal(props: Props): Pick<InfraError, 'code' | 'message'> {
  try {
    templateOf(props);
  } catch (error) {
    // Safe: what is compared with what is wanted.
    const { code, message } = error as InfraError;
    return { code, message };
  }
  throw new Error('not refused');
}

const resourceOf = (template: Template) => onlyResource(template, 'Custom::TavroSchemaSubjects');

describe('the template', () => {
  const template = templateOf();

  it('has a function that answers CloudFormation itself, and may read the secret alone', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 300,
      VpcConfig: Match.absent(),
      Environment: {
        Variables: {
          TAVRO_RELEASE: Match.stringLikeRegexp('^[0-9a-f]{64}$'),
          TAVRO_SCHEMAS: 'schemas',
          SCHEMA_REGISTRY_URL: 'https://registry.example.com',
          SCHEMA_REGISTRY_SECRET_ARN: SECRET_ARN,
        },
      },
    });
    const { Statement } = onlyResource(template, 'AWS::IAM::Policy').Properties
      .PolicyDocument as Readonly<{ Statement: readonly { Action: unknown }[] }>;
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
    expect(onlyResource(template, 'AWS::IAM::Role').Properties.ManagedPolicyArns).toBeUndefined();
  });

  it('tries once: CloudFormation has rolled back when Lambda would try again', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
  });

  it('asks for an update where release, registry or subjects change', () => {
    const { Properties, DependsOn } = resourceOf(template);
    expect(Properties).toEqual({
      ServiceToken: expect.anything(),
      ServiceTimeout: '360',
      Release: expect.stringMatching(/^[0-9a-f]{64}$/),
      Registry: 'https://registry.example.com',
      Secret: SECRET_ARN,
    });
    // The rights are there before the first call, and what keeps Lambda from a second one.
    expect(DependsOn).toEqual([
      expect.stringMatching(/^SubjectsFunctionEventInvokeConfig/),
      expect.stringMatching(/^SubjectsFunction/),
    ]);
    expect(onlyResource(template, 'AWS::Lambda::Function').DependsOn).toContainEqual(
      expect.stringMatching(/^SubjectsRoleDefaultPolicy/),
    );
    expect(
      resourceOf(templateOf({ subjects: ['user-clicks-avro-value'] })).Properties.Subjects,
    ).toEqual(['user-clicks-avro-value']);
  });

  it('lets what needs the schemas come after them', () => {
    const stack = new Stack(quickApp(), 'Clicks');
    const { resource } = subjectsIn(stack);
    new sqs.Queue(stack, 'Producer').node.addDependency(resource);
    expect(onlyResource(Template.fromStack(stack), 'AWS::SQS::Queue').DependsOn).toContainEqual(
      expect.stringMatching(/^Subjects/),
    );
  });

  it('puts the function into a network where it is given one, with the rights for that', () => {
    const stack = new Stack(quickApp(), 'Clicks');
    subjectsIn(stack, { vpc: new ec2.Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) });
    const inVpc = Template.fromStack(stack);
    inVpc.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
    });
    expect(JSON.stringify(onlyResource(inVpc, 'AWS::IAM::Role').Properties)).toContain(
      'service-role/AWSLambdaVPCAccessExecutionRole',
    );
  });

  it('has the files of a private authority by a layer', () => {
    const stack = new Stack(quickApp(), 'Clicks');
    const arn = 'arn:aws:lambda:us-east-1:123456789012:layer:ca:1';
    const schemaRegistry = new SchemaRegistry(stack, 'Private', {
      url: 'https://registry.internal',
      tls: { ca: '/opt/ca.pem' },
    });
    const layers = [lambda.LayerVersion.fromLayerVersionArn(stack, 'Ca', arn)];
    subjectsIn(stack, { schemaRegistry, layers });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Layers: [arn],
      Environment: { Variables: { SCHEMA_REGISTRY_CA_LOCATION: '/opt/ca.pem' } },
    });
  });

  it('refuses a subject that the lock does not have, and says which was meant', () => {
    expect(() =>
      templateOf({ subjects: ['user-clicks-avro-value', 'user-click-avro-value'] }),
    ).toThrow(/no subject 'user-click-avro-value'. Did you mean "user-clicks-avro-value"\?/);
    expect(() => templateOf({ subjects: [Fn.importValue('Subject')] })).not.toThrow();
  });

  it('takes a timeout of deploy time', () => {
    const stack = new Stack(quickApp(), 'Clicks');
    const { valueAsNumber } = new CfnParameter(stack, 'Seconds', { type: 'Number' });
    subjectsIn(stack, { timeout: Duration.seconds(valueAsNumber) });
    const { Properties } = resourceOf(Template.fromStack(stack));
    expect(Properties).not.toHaveProperty('ServiceTimeout');
  });

  it.each([
    [
      { schemas: path.join(scratch, 'none') },
      'SCHEMAS',
      `Clicks/Subjects: there is no folder ${path.join(scratch, 'none')}; set \`schemas\` to the folder with schema files, tavro.json and lock/`,
    ],
    [
      { timeout: Duration.seconds(20) },
      'TIMEOUT',
      'Clicks/Subjects: a timeout of 20 s is not between 30 s and 900 s',
    ],
    [
      { timeout: Duration.hours(1) },
      'TIMEOUT',
      'Clicks/Subjects: a timeout of 3600 s is not between 30 s and 900 s',
    ],
  ])('refuses %o', (props, code, message) => {
    expect(refusal(props)).toEqual({ code, message });
  });
});

const ORDER = { type: 'record', name: 'acme.Order', fields: [{ name: 'id', type: 'long' }] };
const IDL = '@namespace("acme") protocol P { record Customer { long id; } }';
const CONFIG = {
  topics: {
    orders: { value: 'acme.Order', compatibility: 'FULL' },
    customers: { value: 'acme.Customer' },
  },
};

/** A schemas folder with each kind of file. */
function schemasFolder(): string {
  const folder = path.join(scratchFolder(), 'schemas');
  mkdirSync(path.join(folder, 'deep', 'node_modules'), { recursive: true });
  const files = {
    'tavro.json': JSON.stringify(CONFIG),
    'deep/order.avsc': JSON.stringify(ORDER),
    'customer.avdl': IDL,
    'README.md': 'not deployed',
    'deep/node_modules/other.avsc': JSON.stringify(ORDER),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** The folder that is deployed, and the resource that asks for it. */
function bundled(schemas: string): { folder: string; release: unknown } {
  const app = new App({ outdir: scratchFolder(), builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Clicks');
  subjectsIn(stack, { schemas });
  const template = Template.fromStack(stack);
  const { directory } = app.synth();
  const [name = 'none'] = readdirSync(directory).filter((entry) => entry.startsWith('asset.'));
  return {
    folder: path.join(directory, name),
    release: resourceOf(template).Properties.Release,
  };
}

describe('what is deployed', () => {
  const schemas = schemasFolder();
  const { folder, release } = bundled(schemas);

  it('is the function, and of the schemas folder what tavro reads', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    expect(files.sort()).toEqual([
      'avsc.cjs',
      'index.mjs',
      'schemas/customer.avdl',
      'schemas/deep/order.avsc',
      'schemas/tavro.json',
    ]);
    expect(statSync(path.join(folder, 'index.mjs')).size).toBeLessThan(FUNCTION_BYTES_MAX);
    expect(['a.avsc', 'a.avpr', 'a.avdl'].map(isSchemaFile)).toEqual([true, true, true]);
  });

  it('is another release when a schema changes, and only then', () => {
    writeFileSync(path.join(schemas, 'README.md'), 'changed');
    expect(bundled(schemas).release).toBe(release);
    writeFileSync(path.join(schemas, 'deep/order.avsc'), JSON.stringify({ ...ORDER, doc: 'x' }));
    expect(bundled(schemas).release).not.toBe(release);
  });

  it('runs where nothing is but Node and the SDK of the runtime', async () => {
    const registry = await startRegistry({ auth: { username: 'key', password: 'pass' } });
    const bucket = await startLoopback(() => ({ text: '' }));
    const task = path.join(scratchFolder(), 'task');
    cpSync(folder, task, { recursive: true });
    writeSdk(task, JSON.stringify({ username: 'key', password: 'pass' }));
    const event = {
      RequestType: 'Create',
      ResponseURL: bucket.url,
      LogicalResourceId: 'Subjects',
      ResourceProperties: { Release: release },
    };
    const program = `
      const { handler } = await import(${JSON.stringify(path.join(task, 'index.mjs'))});
      await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60_000 });`;
    const env = {
      PATH: process.env.PATH ?? '',
      TAVRO_RELEASE: String(release),
      TAVRO_SCHEMAS: 'schemas',
      SCHEMA_REGISTRY_URL: registry.url,
      SCHEMA_REGISTRY_SECRET_ARN: SECRET_ARN,
    };
    const args = ['--input-type=module', '--eval', program];
    await promisify(execFile)(process.execPath, args, { cwd: tmpdir(), env });
    const auth = { username: 'key', password: 'pass' };
    const subjects = createSubjects(createRegistry({ url: registry.url, auth }));
    const found = [await subjects.list(), await subjects.level('orders-value')];
    await Promise.all([registry.stop(), bucket.stop()]);
    expect(JSON.parse(bucket.heard[0]?.body ?? '{}')).toMatchObject({ Status: 'SUCCESS' });
    expect(found).toEqual([['customers-value', 'orders-value'], 'FULL']);
  });
});

/** A stand-in for the SDK that Lambda's runtime has. */
function writeSdk(task: string, secret: string): void {
  const folder = path.join(task, 'node_modules/@aws-sdk/client-secrets-manager');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'index.js'),
    `exports.GetSecretValueCommand = class { constructor(asked) { this.asked = asked; } };
     exports.SecretsManagerClient = class {
       async send({ asked }) {
         if (asked.SecretId !== ${JSON.stringify(SECRET_ARN)}) throw new Error('another secret');
         return { SecretString: ${JSON.stringify(secret)} };
       }
       destroy() {}
     };`,
  );
}
