/** A function as it is synthesized: bundled, with the settings that its template has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { ConsumerFunction, SchemaRegistry } from '../../infra/index.js';

const ROOT = path.join(import.meta.dirname, '../..');

/** What Lambda would be told of a function. */
export interface DeployedFunction {
  /** The folder with the bundle: `/var/task` in Lambda. */
  readonly taskRoot: string;
  /** `file.export` */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMib: number;
  readonly logFormat: string;
  /** Those variables whose values the template has; others are known when it is deployed. */
  readonly environment: Readonly<Record<string, string>>;
}

const outdir = mkdtempSync(path.join(tmpdir(), 'tavro-lambda-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Synthesizes a consumer function, which bundles it. @param entries TypeScript files, from the root, by name */
export function deployed<Name extends string>(
  entries: Readonly<Record<Name, string>>,
): Readonly<Record<Name, DeployedFunction>> {
  // The library starts esbuild by npx, which would ask the npm registry for news of itself.
  process.env.npm_config_update_notifier = 'false';
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  const stack = new Stack(app, 'Functions');
  const schemaRegistry = new SchemaRegistry(stack, 'Registry', {
    url: 'https://registry.example.com',
  });
  const functions = Object.entries<string>(entries).map(([name, entry]) => {
    const made = new ConsumerFunction(stack, name, {
      entry: path.join(ROOT, entry),
      projectRoot: ROOT,
      depsLockFilePath: path.join(ROOT, 'package-lock.json'),
      conditions: ['tavro-source'],
      schemaRegistry,
    });
    // Safe: the resource that every function construct is made of.
    return [name, made.node.defaultChild as lambda.CfnFunction] as const;
  });
  app.synth();
  // Safe: one for each of the entries' names.
  return Object.fromEntries(
    functions.map(([name, resource]) => [name, inAssembly(outdir, stack.getLogicalId(resource))]),
  ) as Record<Name, DeployedFunction>;
}

/** The consumer of the sample pipeline, out of what `npm run synth` writes. */
export function deployedSample(): DeployedFunction {
  const folder = path.join(outdir, 'sample');
  const command = ['--conditions=tavro-source', '--import', 'tsx', 'infra/app.ts'];
  const env = { PATH: process.env.PATH, HOME: outdir, CDK_OUTDIR: folder };
  execFileSync(process.execPath, command, { cwd: ROOT, env, stdio: 'pipe' });
  return inAssembly(folder, 'UserClicks');
}

/** What the templates of a folder have of the function whose logical id is this, or begins with it. */
function inAssembly(folder: string, id: string): DeployedFunction {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.template.json'))) {
    const { Resources } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    for (const [logicalId, resource] of Object.entries<FunctionResource>(Resources))
      if (resource.Type === 'AWS::Lambda::Function' && logicalId.startsWith(id))
        return asDeployed(folder, resource.Properties);
  }
  throw new Error(`no function ${id} in ${folder}`);
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: {
    readonly Code: { readonly S3Key: string };
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
    readonly Handler: string;
    readonly LoggingConfig: { readonly LogFormat: string };
    readonly MemorySize: number;
    readonly Timeout: number;
  };
}

function asDeployed(folder: string, of: FunctionResource['Properties']): DeployedFunction {
  return {
    taskRoot: path.join(folder, `asset.${path.basename(of.Code.S3Key, '.zip')}`),
    handler: of.Handler,
    timeoutMs: of.Timeout * 1000,
    memoryMib: of.MemorySize,
    logFormat: of.LoggingConfig.LogFormat,
    environment: Object.fromEntries(
      Object.entries(of.Environment.Variables).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    ),
  };
}
