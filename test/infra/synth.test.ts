import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseTemplate } from '../../infra/template/template.js';
import { variants } from '../../infra/variants/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Synthesizes one variant after the other, and prints the name of each. */
const EACH = fileURLToPath(new URL('child/synth-each.ts', import.meta.url));
/** Values that the tutorial's scripts have in their environment; none may leave it. */
const SECRETS = {
  KAFKA_USERNAME: 'marker-user-7f3a',
  KAFKA_PASSWORD: 'marker-password-7f3a',
  SCHEMA_REGISTRY_API_KEY: 'marker-key-7f3a',
  SCHEMA_REGISTRY_API_SECRET: 'marker-secret-7f3a',
};

const home = mkdtempSync(path.join(tmpdir(), 'tavro-home-'));
afterAll(() => rmSync(home, { recursive: true }));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node without AWS credentials, with an empty home and without a registry to ask. */
function runNode(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const bare = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    npm_config_registry: 'http://127.0.0.1:9/',
    https_proxy: 'http://127.0.0.1:9/',
    ...env,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env: bare }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** `npm run synth -- VARIANT`, with another folder to write to. */
function synth(env: Readonly<Record<string, string>>, ...variant: string[]): Promise<Run> {
  const command = ['--conditions=tavro-source', '--import', 'tsx', 'infra/app.ts', ...variant];
  return runNode(command, { ...SECRETS, ...env });
}

/** In the repository, so that the bundle finds the SDK that Lambda's runtime brings. */
function newFolder(): string {
  mkdirSync(path.join(ROOT, '.cache'), { recursive: true });
  return mkdtempSync(path.join(ROOT, '.cache', 'synth-'));
}

describe('npm run synth', () => {
  let outdir = '';
  let run: Run = { code: -1, stdout: '', stderr: '' };
  const file = (name: string): string => path.join(outdir, name);
  const asset = (name: string): string => {
    const folder = readdirSync(outdir).find((entry) => entry.startsWith('asset.'));
    if (folder === undefined) throw new Error('no asset was bundled');
    return path.join(outdir, folder, name);
  };

  beforeAll(async () => {
    outdir = newFolder();
    run = await synth({ CDK_OUTDIR: outdir });
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  it('is the command that is tested here', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(scripts.synth).toBe('node --conditions=tavro-source --import tsx infra/app.ts');
  });

  it('ends well, and asks for nothing from an account', () => {
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(file('manifest.json'), 'utf8')).missing).toBeUndefined();
  });

  it('writes the template of the sample pipeline', () => {
    const template = parseTemplate(readFileSync(file('TavroPipeline.template.json'), 'utf8'));
    const types = [...template.values()].map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining([
        'AWS::EC2::VPC',
        'AWS::MSK::Cluster',
        'AWS::MSK::Configuration',
        'AWS::MSK::BatchScramSecret',
        'AWS::MSK::Topic',
        'AWS::KMS::Key',
        'AWS::SecretsManager::Secret',
        'AWS::Lambda::Function',
        'AWS::Lambda::EventSourceMapping',
        'AWS::Logs::LogGroup',
        'AWS::IAM::Role',
      ]),
    );
    const topic = [...template.values()].find(({ type }) => type === 'AWS::MSK::Topic');
    expect(topic?.properties.TopicName).toBe('user-clicks-avro');
  });

  it('passes the validators of CloudFormation and of this package without a finding', () => {
    const { pluginReports } = JSON.parse(readFileSync(file('validation-report.json'), 'utf8'));
    expect(pluginReports).toEqual([]);
  });

  it('lets nothing secret out', () => {
    const written = readdirSync(outdir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));
    expect(written.length).toBeGreaterThan(4);
    for (const text of [...written, run.stdout, run.stderr]) expect(text).not.toMatch(/marker-/);
  });

  it('bundles the handler, its schema and the runtime, and nothing of the build', () => {
    const { sources } = JSON.parse(readFileSync(asset('index.mjs.map'), 'utf8'));
    expect(sources).toContainEqual(expect.stringMatching(/consumer\/user-clicks\.ts$/));
    expect(sources).toContainEqual(expect.stringMatching(/generated\/.*UserClick\.ts$/));
    const foreign = /aws-cdk|constructs|kafkajs|ts-morph|(^|\/)(codegen|infra|local|producer)\//;
    for (const source of sources) expect(source).not.toMatch(foreign);
  });

  it('bundles something that Node loads by itself', async () => {
    const url = pathToFileURL(asset('index.mjs')).href;
    const script = `const { handler } = await import('${url}'); console.log(typeof handler);`;
    const loaded = await runNode(['--input-type=module', '--eval', script], {});
    expect(loaded).toMatchObject({ code: 0, stdout: 'function\n' });
  });

  it('refuses a bad setting in one line', async () => {
    const refused = await synth({ CDK_OUTDIR: outdir, TAVRO_EGRESS: 'vpn' });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^SETTING: egress: 'vpn' is none of nat, endpoints, none\..*\n$/,
    );
  });
});

describe('npm run synth -- VARIANT', () => {
  const names = [...variants.keys()];
  let folder = '';
  let all: Run = { code: -1, stdout: '', stderr: '' };
  beforeAll(async () => {
    folder = newFolder();
    // One process for all: of each, most would go into CloudFormation's validator, which is made once.
    all = await runNode(
      ['--conditions=tavro-source', '--import', 'tsx', EACH, folder, ...names],
      SECRETS,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes each in one process', () => {
    expect(all).toMatchObject({ code: 0, stdout: names.map((name) => `${name}\n`).join('') });
  });

  it.each(names)('writes %s, and says nothing else', (name) => {
    const outdir = path.join(folder, name);
    const said = all.stderr.replaceAll(/^Bundling asset .*\n/gm, '');
    expect(said).toBe('');
    const report = readFileSync(path.join(outdir, 'validation-report.json'), 'utf8');
    expect(JSON.parse(report).pluginReports).toEqual([]);
    expect(existsSync(path.join(outdir, 'TavroPipeline.template.json'))).toBe(true);
  });

  it('is one of these', async () => {
    const refused = await synth({}, 'serverles');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toBe(
      `SETTING: variant: there is no 'serverles', only ${[...variants.keys()].join(', ')}\n`,
    );
  });

  it('comes from context, too, as of cdk deploy -c variant=NAME', async () => {
    const context = JSON.stringify({ variant: 'serverles' });
    const refused = await synth({ CDK_CONTEXT_JSON: context });
    expect(refused.stderr).toMatch(/^SETTING: variant: there is no 'serverles'/);
  });
});
