/**
 * The sample pipeline as a CDK app. Run by itself it writes the CloudFormation template to
 * `cdk.out`; the CDK CLI runs it to deploy. For its settings see `settings.ts`.
 */
import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { contracts } from '../generated/contracts.js';
import { onClosedPipe } from '../runtime/closed-pipe.js';
import { printable } from '../runtime/printable.js';
import { InfraError, PipelineStack, pipelineSettings, TemplateChecks } from './index.js';

const ROOT = path.resolve(import.meta.dirname, '..');

/**
 * Of the library's recommended flags those that bear on this app. Here and not in `cdk.json`, so
 * that the template is the same with and without the CLI.
 */
const FEATURE_FLAGS = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

/** The name of the error by which `synth` ends after it printed what template checks found. */
const VALIDATION = 'ValidationFailed';

function main(): void {
  // The library starts esbuild by npx, which would ask the npm registry for news of itself.
  process.env.npm_config_update_notifier = 'false';
  const outdir = process.env.CDK_OUTDIR ?? path.join(ROOT, 'cdk.out');
  const app = new App({ outdir, context: FEATURE_FLAGS, analyticsReporting: false });
  Validations.of(app).addPlugins(new TemplateChecks());
  const { stackName, ...settings } = pipelineSettings(app);
  const stack = new PipelineStack(app, stackName, {
    description: 'Typed Avro events from Amazon MSK to AWS Lambda',
    ...settings,
    topics: contracts.topics,
    schemas: path.join(ROOT, 'schemas'),
    consumers: {
      UserClicks: {
        topic: 'user-clicks-avro',
        entry: path.join(ROOT, 'consumer', 'user-clicks.ts'),
        projectRoot: ROOT,
        depsLockFilePath: path.join(ROOT, 'package-lock.json'),
        // As consumer/user-clicks.ts has it, by the default of createHandler.
        onFailure: 'fail',
        batchSize: 100,
      },
    },
    // In this repository `tavro/*` is the source beside us.
    conditions: ['tavro-source'],
  });
  app.synth();
  const template = path.relative(process.cwd(), path.join(outdir, stack.templateFile));
  if (process.env.CDK_OUTDIR === undefined) process.stdout.write(`Wrote ${template}\n`);
}

/** Whatever the user can put right comes without a stack trace, unless TAVRO_STACK=1 asks for it. */
function report(error: unknown): void {
  const { TAVRO_STACK } = process.env;
  const known =
    error instanceof InfraError || (error instanceof Error && error.name === VALIDATION);
  if (!known || TAVRO_STACK === '1') throw error;
  const code = error instanceof InfraError ? `${error.code}: ` : '';
  process.stderr.write(`${printable(`${code}${error.message}`)}\n`);
  process.exitCode = 1;
}

// The template is written all the same.
onClosedPipe(() => undefined);
try {
  main();
} catch (error) {
  report(error);
}
