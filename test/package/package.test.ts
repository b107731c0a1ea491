/** The packed package, as a project that installed it sees it. */
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { blockCodecs } from '../../codegen/decode/block-codecs.js';
import { writeContainer } from '../../runtime/avro.js';
import { ROOT } from '../architecture/imports.js';
import { UserClickCodec } from '../frozen/generated/com/mycompany/events/UserClick.js';
import { BUNDLERS } from './bundlers.js';
import { COMPILERS, compileUse, kindsFor } from './compilers.js';
import { execute, PackedProject, readmeBlock } from './packed.js';
import './team-app-tests.js';

/** What an install of it may take, in bytes. */
const MAX_UNPACKED = 6_000_000;

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const CDK = ['aws-cdk-lib', 'constructs'];
/** Entries that need no peer to be loaded. */
const ENTRIES = Object.keys(MANIFEST.exports)
  .filter((path) => !['.', './infra'].includes(path) && !path.endsWith('.json'))
  .map((path) => `tavro${path.slice(1)}`);

/** What only generated code imports. */
const GENERATED_IMPORTS = ['tavro/generated-code', 'tavro/read', 'tavro/write'];

let project: PackedProject;

beforeAll(async () => {
  project = await PackedProject.create();
  await project.generated();
});

afterAll(() => project.remove());

/** What a program of one of the two kinds of module prints, errors included. */
function running(type: 'module' | 'commonjs', program: string): Promise<string> {
  return project.node(`--input-type=${type}`, '-e', program).catch(({ stderr }) => stderr);
}

describe('an install', () => {
  it('brings no other package', () => {
    expect(MANIFEST.dependencies).toBeUndefined();
    expect(MANIFEST.optionalDependencies).toBeUndefined();
    const optional = Object.keys(MANIFEST.peerDependencies).map((name) => [
      name,
      { optional: true },
    ]);
    expect(MANIFEST.peerDependenciesMeta).toEqual(Object.fromEntries(optional));
  });

  it('takes 6 MB at most', () => {
    expect(project.tarball.unpackedSize).toBeLessThanOrEqual(MAX_UNPACKED);
  });

  it('has the licences of all that is bundled', async () => {
    const text = await readFile(project.path('node_modules/tavro/dist/THIRD-PARTY.txt'), 'utf8');
    const packages = ['avsc', 'commander', 'fzstd', 'hono', 'jsonc-parser', 'picocolors'];
    for (const name of [...packages, '@hono/node-server', 'selfsigned', 'snappyjs'])
      expect(text).toMatch(new RegExp(`\n${name} [\\d.]+ \\((MIT|ISC)\\)\n\n`));
    expect(text).not.toContain('No file with its text');
  });
});

describe('the command', () => {
  const command = 'node_modules/tavro/bin/tavro.mjs';

  it('says its version and loads no command for it', async () => {
    expect(await project.node(command, '--version')).toBe(`${MANIFEST.version}\n`);
  });

  it('goes on where Node can keep nothing compiled', async () => {
    const env = {
      PATH: process.env.PATH,
      TMPDIR: '/dev/null/none',
      NODE_COMPILE_CACHE: project.path('package.json', 'none'),
    };
    const args = [project.path(command), 'rules'];
    const { stdout, stderr } = await execute(process.execPath, args, { env });
    expect(stdout).toContain('type-mismatch');
    expect(stderr).toBe('');
  });

  it('generates code and checks it, by what the last run noted', async () => {
    await project.write('schemas/a.avdl', '@namespace("a") protocol P { record A { int n; } }');
    await project.write('schemas/tavro.json', '{ "topics": { "as": { "value": "a.A" } } }');
    const generate = () => project.node(command, 'codegen', '--out', 'made');
    expect(await generate()).toMatch(/^1 type, 1 topic; \d+ files written\.\n$/);
    expect(await generate()).toBe('1 type, 1 topic; 0 files written.\n');
    expect(await project.node(command, 'check')).toBe('1 subject checked, 0 errors, 0 warnings.\n');
  });
});

it('the command reads blocks of snappy, by a package that is bundled', async () => {
  const click = { user_id: 'ann', url: '/', timestamp: new Date(7) };
  const options = { codec: 'snappy', codecs: await blockCodecs() };
  const pieces: Uint8Array[] = [];
  for await (const piece of writeContainer([click], UserClickCodec, options)) pieces.push(piece);
  await writeFile(project.path('clicks.avro'), Buffer.concat(pieces));
  const said = await project.node('node_modules/tavro/bin/tavro.mjs', 'decode', 'clicks.avro');
  expect(said).toContain('"user_id":"ann"');
});

describe('the entry', () => {
  it('loads without a peer', async () => {
    const names = JSON.stringify(ENTRIES);
    const imported = `for (const name of ${names}) console.log(name, Object.keys(await import(name)).length > 0)`;
    const required = `for (const name of ${names}) console.log(name, Object.keys(require(name)).length > 0)`;
    const loaded = ENTRIES.map((entry) => `${entry} true\n`).join('');
    expect(await running('module', imported)).toBe(loaded);
    expect(await running('commonjs', required)).toBe(loaded);
  });

  it.each([
    ['module', "import { createProducer, on, KafkaTopic } from 'tavro';"],
    ['module', "await import('tavro');"],
    ['commonjs', "require('tavro');"],
  ] as const)('tavro says to a %s which entries there are: %s', async (type, program) => {
    const said = await running(type, program);
    expect(said).toContain(`
Error: There is nothing in 'tavro' itself. Import from the part that you need, as in \`import { createProducer } from 'tavro/producer'\`:
  tavro/producer   sending
  tavro/consumer   receiving, in Lambda or in a process of your own
  tavro/sources    reading Kafka for it, in such a process
  tavro/runtime    what applications use besides: types, registry, errors
  tavro/avro       Avro's formats: containers, JSON encoding, single objects
  tavro/testing    trying it on a laptop: Kafka, registry, events
  tavro/infra      deploying, with the AWS CDK
  tavro/codegen    schemas as a library, at build time
`);
    const forPeople = ENTRIES.filter((entry) => !GENERATED_IMPORTS.includes(entry));
    for (const entry of forPeople) expect(said).toContain(`\n  ${entry} `);
  });

  it.each([
    ['producer', 'kafkajsTransport', "kafkajsTransport({ brokers: ['localhost:1'] }).connect()"],
    ['testing', 'launchKafka', "launchKafka({ env: { TAVRO_KAFKA: 'localhost:1' } })"],
  ])('tavro/%s says what to install when it is to connect', async (entry, name, connect) => {
    const print = '(error) => console.log(error.name, error.code, error.message)';
    const program = `import { ${name} } from 'tavro/${entry}'; await ${connect}.catch(${print});`;
    expect(await running('module', program)).toBe(
      'ProducerError CONFIG The package kafkajs is missing. It is an optional peer of tavro: run `npm i kafkajs@2`.\n',
    );
  });

  it('tavro/producer says what to install for MSK IAM', async () => {
    const program = `import { credentialsOf } from 'tavro/producer';
      const { login } = credentialsOf({ mechanism: 'aws-msk-iam', region: 'eu-central-1' });
      await login('b:9098').catch(({ code, message }) => console.log(code, message));`;
    expect(await running('module', program)).toBe(
      'CONFIG The package aws-msk-iam-sasl-signer-js is missing. It is an optional peer of tavro: run ' +
        '`npm i aws-msk-iam-sasl-signer-js`.\n',
    );
  });
});

describe('tavro/infra', () => {
  const MISSING =
    'InfraError PEER tavro/infra needs the package aws-cdk-lib: run `npm i -D aws-cdk-lib constructs`.\n';
  const print = '(error) => console.log(error.name, error.code, error.message)';

  it('says what to install', async () => {
    expect(await running('module', `await import('tavro/infra').catch(${print})`)).toBe(MISSING);
    const required = `try { require('tavro/infra') } catch (error) { (${print})(error) }`;
    expect(await running('commonjs', required)).toBe(MISSING);
  });

  it.each([
    ['{ "exports": {} }', '', '(Package subpath|No "exports" main) '],
    ['{}', "require('constructs')", "Cannot find module 'constructs'\\. "],
  ])('says why a peer that is there cannot be loaded: %s %s', async (manifest, code, why) => {
    await project.write('node_modules/aws-cdk-lib/package.json', manifest);
    for (const module of ['aws-iam', 'index'])
      await project.write(`node_modules/aws-cdk-lib/${module}.js`, code);
    const said = await running('module', `await import('tavro/infra').catch(${print})`);
    await project.unlink('aws-cdk-lib');
    const first = 'InfraError PEER tavro/infra cannot load aws-cdk-lib(/aws-iam)?: ';
    expect(said).toMatch(new RegExp(`^${first}${why}`));
    expect(said).toMatch(/\. `npm ls aws-cdk-lib constructs` shows their versions\.\n$/);
  });

  it('loads with its peers, as what the compiler made of its sources', async () => {
    await Promise.all(CDK.map((name) => project.link(name)));
    const names = 'console.log(Object.keys(infra).sort().join(" "), infra.InfraError.name)';
    const imported = await running('module', `import * as infra from 'tavro/infra'; ${names}`);
    expect(imported).toMatch(/^ALARMS BROKER_INSTANCE_TYPE_DEFAULT .* templateRules InfraError\n$/);
    const required = await running('commonjs', `const infra = require('tavro/infra'); ${names}`);
    expect(required.replace('__esModule ', '')).toBe(imported);
    const modules = pathToFileURL(project.path('node_modules/tavro/dist/infra/constructs.js'));
    const bundled = await running('module', `import * as infra from '${modules}'; ${names}`);
    expect(bundled).toBe(imported);
    await Promise.all(CDK.map((name) => project.unlink(name)));
  });

  it.each([
    ['tavro/infra', "import * as infra from 'tavro/infra';"],
    ['its modules', "import * as infra from './node_modules/tavro/dist/infra/constructs.js';"],
  ])('deploys the function that registers schemas by %s, without a bundler', async (_, line) => {
    await Promise.all(CDK.map((name) => project.link(name)));
    await project.write('app/schemas/order.avsc', '{"type":"fixed","name":"acme.Id","size":4}');
    const program = `${line}
      import { readdirSync } from 'node:fs';
      import cdk from 'aws-cdk-lib';
      const outdir = process.cwd() + '/out';
      const app = new cdk.App({ outdir, builtinCloudFormationValidation: false });
      const stack = new cdk.Stack(app, 'Clicks');
      const schemaRegistry = new infra.SchemaRegistry(stack, 'Registry', { url: 'https://r' });
      new infra.SchemaSubjects(stack, 'Subjects', { schemas: 'app/schemas', schemaRegistry });
      const { directory } = app.synth();
      const asset = readdirSync(directory).find((name) => name.startsWith('asset.'));
      const folder = directory + '/' + asset;
      console.log(readdirSync(folder, { recursive: true }).sort().join(' '));
      const { handler } = await import(folder + '/index.mjs');
      console.log(typeof handler);`;
    const said = await running('module', program);
    await Promise.all(CDK.map((name) => project.unlink(name)));
    await rm(project.path('out'), { recursive: true });
    expect(said).toContain('app app/schemas app/schemas/order.avsc avsc.cjs index.mjs\nfunction\n');
  });
});

describe.each(Object.entries(BUNDLERS))('%s bundles without a warning', (name, bundle) => {
  const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf';
  const SDK = '@aws-sdk/client-secrets-manager';

  /** Gives the bundled handler one record, with a registry that has its schema. */
  const handled = async (file: string, more = ''): Promise<string> =>
    running(
      'module',
      `import { mskEvent, startRegistry, topicRecord } from 'tavro/testing';
      import { userClicksAvro } from './generated/topics/user-clicks-avro.js';
      const registry = await startRegistry({ port: 0 });
      const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
      const body = JSON.stringify({ schema: userClicksAvro.value.schema });
      const asked = await fetch(registry.url + '/subjects/x/versions', { method: 'POST', headers, body });
      const { id: schemaId } = await asked.json();
      process.env.SCHEMA_REGISTRY_URL = registry.url;
      ${more}
      const value = { user_id: 'user-1', url: 'https://example.com', timestamp: new Date(7) };
      const record = topicRecord(userClicksAvro, { key: 'user-1', value, schemaId, offset: 3 });
      const { handler } = await import('${pathToFileURL(file)}');
      await handler(mskEvent([record])).catch(({ message }) => console.log(message));
      await registry.stop();`,
    );

  it("the README's handler, which handles a record", async () => {
    const [entry, output] = [project.path('handler.js'), project.path('out', name, 'handler.mjs')];
    await project.write('handler.js', await readmeBlock('createHandler'));
    expect(await bundle(entry, output)).toEqual([]);
    const secret = `process.env.SCHEMA_REGISTRY_SECRET_ARN = '${ARN}';`;
    const missing = `the package ${SDK} is missing. Lambda's Node.js runtime has it; elsewhere run \`npm i ${SDK}\`.`;
    expect(await handled(output, secret)).toContain(missing);
    await project.write(
      `node_modules/${SDK}/index.js`,
      `exports.GetSecretValueCommand = class {};
      exports.SecretsManagerClient = class {
        async send() { return { SecretString: '{"username":"u","password":"p"}' }; }
        destroy() {}
      };`,
    );
    expect(await handled(output, secret)).toContain('user-clicks-avro-0@3 7\n');
    await project.unlink(SDK);
  });

  it("the README's producer", async () => {
    await project.link('kafkajs');
    await project.write('producer.js', await readmeBlock('createProducer'));
    const output = project.path('out', name, 'producer.mjs');
    expect(await bundle(project.path('producer.js'), output)).toEqual([]);
    expect(await readFile(output, 'utf8')).toContain('kafkajs');
    await project.unlink('kafkajs');
  });
});

describe('a producer in a bundle of esbuild', () => {
  const CONNECT = `import { kafkajsTransport } from 'tavro/producer';
    const transport = kafkajsTransport({ brokers: ['127.0.0.1:1'], connectTimeoutMs: 1_000 });
    const told = ({ code, message, cause }) => console.log(code, code === 'CONFIG' ? message : cause.name);
    transport.connect().catch(told).then(() => transport.connect().catch(told));`;
  const UNREACHABLE = 'UNREACHABLE KafkaJSNumberOfRetriesExceeded\n';
  const NOT_LOADED =
    'CONFIG The package kafkajs cannot be loaded: Dynamic require of "events" is not supported. In a bundle, ' +
    'keep it outside (esbuild: `--external:kafkajs`) or bundle as CommonJS (`--format=cjs`): it is CommonJS itself.\n';

  it.each([
    ['ESM', 'connect.mjs', { format: 'esm' }, NOT_LOADED],
    ['ESM without kafkajs', 'connect.mjs', { format: 'esm', external: ['kafkajs'] }, UNREACHABLE],
    ['CommonJS', 'connect.cjs', { format: 'cjs' }, UNREACHABLE],
  ] as const)('as %s connects, or says how to', async (_, file, options, said) => {
    await project.link('kafkajs');
    await project.write('connect.js', CONNECT);
    const outfile = project.path('bundled', file);
    await build({
      ...options,
      external: 'external' in options ? [...options.external] : [],
      entryPoints: [project.path('connect.js')],
      outfile,
      bundle: true,
      platform: 'node',
    });
    expect(await project.node(outfile)).toBe(said.repeat(2));
    await project.unlink('kafkajs');
  });
});

it('kafkajs is found in a chunk of its own, too', async () => {
  await project.link('kafkajs');
  await project.write(
    'connect.js',
    `import { kafkajsTransport } from 'tavro/producer';
    const transport = kafkajsTransport({ brokers: ['127.0.0.1:1'], connectTimeoutMs: 1_000 });
    await transport.connect().catch(({ code, cause }) => console.log(code, cause.name));`,
  );
  await build({
    absWorkingDir: project.folder,
    entryPoints: ['connect.js'],
    outdir: 'split',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  expect(await project.node('split/connect.js')).toBe(
    'UNREACHABLE KafkaJSNumberOfRetriesExceeded\n',
  );
  await project.unlink('kafkajs');
});

describe('its declarations, without those of Node', () => {
  const rows = COMPILERS.flatMap((compiler) =>
    kindsFor(compiler).map((kind) => [compiler.version, kind, { compiler, kind }] as const),
  );

  it('name nothing of Node', async () => {
    const files = project.tarball.files.filter(({ path }) => path.endsWith('.d.ts'));
    const texts = files.map(async ({ path }) => {
      const text = await readFile(project.path('node_modules/tavro', path), 'utf8');
      const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
      return (code.match(/\bBuffer\b|\bNodeJS\.|'node:|<reference (?!lib)/g) ?? []).map(
        (name) => `${path}: ${name}`,
      );
    });
    expect((await Promise.all(texts)).flat()).toEqual([]);
  });

  it.each(rows)('compile with TypeScript %s in a project of the kind %s', async (_, kind, use) => {
    const isStack = kind === 'stack';
    if (isStack) await Promise.all(CDK.map((name) => project.link(name)));
    const entries = isStack ? ['tavro/infra'] : ['tavro', ...ENTRIES];
    expect(await compileUse(project, { ...use, entries })).toBe('');
    if (isStack) await Promise.all(CDK.map((name) => project.unlink(name)));
  });
});
