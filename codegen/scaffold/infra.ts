/** The CDK app of a new project: MSK, the topic, and the handler as a Lambda function. */
import type { FileText } from '../emit/file.js';
import { relativePath } from './relative-path.js';
import type { ImportStyle } from './sample.js';

export interface InfraPlaces extends ImportStyle {
  readonly schemas: string;
}

export function infraFiles(places: InfraPlaces): readonly FileText[] {
  return [
    { path: 'infra/app.ts', text: app(places) },
    {
      path: 'cdk.json',
      text: `${JSON.stringify({ app: 'node dist/infra/app.js', output: 'cdk.out' }, null, 2)}\n`,
    },
  ];
}

function app({ out, extension, schemas }: InfraPlaces): string {
  return `/** The pipeline on AWS. Synthesizes without an account; for its settings see tavro's README, "Deploy". */
import { App, Validations } from 'aws-cdk-lib';
import { PipelineStack, pipelineSettings, TemplateChecks } from 'tavro/infra';
import { contracts } from '${relativePath('infra', out)}/contracts${extension}';

const app = new App({ outdir: process.env.CDK_OUTDIR ?? 'cdk.out', analyticsReporting: false });
Validations.of(app).addPlugins(new TemplateChecks());
const { stackName, ...settings } = pipelineSettings(app);
new PipelineStack(app, stackName, {
  ...settings,
  topics: contracts.topics,
  schemas: '${schemas}',
  // Which of the schema's versions a topic may hold that the handler cannot read is a compile error here.
  consumers: { UserClicks: { topic: 'user-clicks', entry: 'src/handler.ts', onFailure: 'fail' } },
});
app.synth();
`;
}
