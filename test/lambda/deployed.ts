/** A function as the construct makes it: bundled, with the settings that its template has. */
import { mkdtempSync, rmSync } from 'node:fs';
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
    functions.map(([name, resource]) => [name, asDeployed(resource)]),
  ) as Record<Name, DeployedFunction>;
}

function asDeployed(resource: lambda.CfnFunction): DeployedFunction {
  const { code, environment, handler, loggingConfig, memorySize, timeout } = Stack.of(
    resource,
  ).resolve({
    code: resource.code,
    environment: resource.environment,
    handler: resource.handler,
    loggingConfig: resource.loggingConfig,
    memorySize: resource.memorySize,
    timeout: resource.timeout,
  });
  const variables: Readonly<Record<string, unknown>> = environment.variables;
  return {
    taskRoot: path.join(outdir, `asset.${path.basename(code.s3Key, '.zip')}`),
    handler,
    timeoutMs: timeout * 1000,
    memoryMib: memorySize,
    logFormat: loggingConfig.logFormat,
    environment: Object.fromEntries(
      Object.entries(variables).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    ),
  };
}
