/**
 * The sample pipeline as a CDK app. Run by itself it writes CloudFormation templates to `cdk.out`; the CDK
 * CLI runs it to deploy. What stacks there are, say `variants/`; for their settings see `settings.ts`.
 */
import path from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { onClosedPipe } from '../runtime/closed-pipe.js';
import { printable } from '../runtime/printable.js';
import { InfraError, pipelineSettings, TemplateChecks } from './index.js';
import { variants } from './variants/index.js';
import type { Variant } from './variants/variant.js';

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
  variantOf(app)(app, pipelineSettings(app));
  app.synth();
  if (process.env.CDK_OUTDIR !== undefined) return;
  for (const stack of app.node.children.filter(Stack.isStack)) {
    const template = path.relative(process.cwd(), path.join(outdir, stack.templateFile));
    process.stdout.write(`Wrote ${template}\n`);
  }
}

/** The one that `npm run synth -- NAME` or `cdk deploy -c variant=NAME` asks for. */
function variantOf(app: App): Variant {
  const name: unknown = process.argv[2] ?? app.node.tryGetContext('variant') ?? 'sample';
  const variant = variants.get(String(name));
  if (variant !== undefined) return variant;
  const names = [...variants.keys()].join(', ');
  throw new InfraError('SETTING', `variant: there is no '${name}', only ${names}`);
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

// The templates are written all the same.
onClosedPipe(() => undefined);
try {
  main();
} catch (error) {
  report(error);
}
