/** The CDK app of a new project: MSK, the topic, and the handler as a Lambda function. */
import type { FileText } from '../emit/file.js';
import { relativePath } from './relative-path.js';
import type { Layout } from './sample.js';

/** What the app deploys: the schemas folder's topics, and the sample's handler if there is one. */
export interface InfraContents {
  readonly schemas: string;
  readonly sample: boolean;
}

export function infraFiles(layout: Layout, contents: InfraContents): readonly FileText[] {
  return [{ path: `${layout.infra}/app.ts`, text: app(layout, contents) }];
}

/** For the CDK's command, where it is known what the app compiles to. */
export function cdkFile(): FileText {
  return {
    path: 'cdk.json',
    text: `${JSON.stringify({ app: 'node dist/infra/app.js', output: 'cdk.out' }, null, 2)}\n`,
  };
}

function app({ infra, out, code, extension }: Layout, { schemas, sample }: InfraContents): string {
  const clicks = `{ UserClicks: { topic: 'user-clicks', entry: '${code}/handler.ts', onFailure: 'fail' } }`;
  return `/** The pipeline on AWS. Synthesizes without an account; for its settings see tavro's README, "Deploy". */
import { App, Validations } from 'aws-cdk-lib';
import { PipelineStack, pipelineSettings, TemplateChecks } from 'tavro/infra';
import { contracts } from '${relativePath(infra, out)}/contracts${extension}';

const app = new App({ outdir: process.env.CDK_OUTDIR ?? 'cdk.out', analyticsReporting: false });
Validations.of(app).addPlugins(new TemplateChecks());
const { stackName, ...settings } = pipelineSettings(app);
new PipelineStack(app, stackName, {
  ...settings,
  topics: contracts.topics,
  schemas: '${schemas}',
  // Which of the schema's versions a topic may hold that the handler cannot read is a compile error here.
  // onFailure is the handler's policy by name: with dead letters { decode: 'dead-letter', handler: 'report' }.
  // A cluster that is there, alarms to a topic of SNS, schemas registered at deploy: tavro's docs/deploy.md.
  consumers: ${sample ? clicks : '{}'},
});
app.synth();
`;
}
