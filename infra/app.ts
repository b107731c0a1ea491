/**
 * The sample pipeline as a CDK app. Run by itself it writes the CloudFormation template to
 * `cdk.out`; the CDK CLI runs it to deploy. For its settings see `settings.ts`.
 */
import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { contracts } from '../generated/contracts.js';
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

function main(): void {
  const outdir = process.env.CDK_OUTDIR ?? path.join(ROOT, 'cdk.out');
  const app = new App({ outdir, context: FEATURE_FLAGS });
  Validations.of(app).addPlugins(new TemplateChecks());
  const { stackName, ...settings } = pipelineSettings(app);
  const stack = new PipelineStack(app, stackName, {
    description: 'Typed Avro events from Amazon MSK to AWS Lambda',
    ...settings,
    topics: contracts.topics,
    consumers: {
      UserClicks: {
        topic: 'user-clicks-avro',
        entry: path.join(ROOT, 'consumer', 'user-clicks.ts'),
        projectRoot: ROOT,
        // What consumer/user-clicks.ts gives to createHandler.
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

try {
  main();
} catch (error) {
  if (!(error instanceof InfraError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
