/** The same routes as Lambda functions, one for each topic, with MSK. Synthesizes without an account. */
import { App, Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { PipelineStack, pipelineSettings, TemplateChecks } from 'tavro/infra';
import { contracts } from '../generated/contracts.js';

// As lambda.ts has it. Of a sink the infrastructure only needs to know that there is one.
const onFailure = { decode: 'dead-letter', handler: 'report' } as const;
const shared = { entry: 'src/lambda.ts', onFailure, batchSize: 500, timeout: Duration.minutes(1) };

const app = new App({ outdir: process.env.CDK_OUTDIR ?? 'cdk.out', analyticsReporting: false });
Validations.of(app).addPlugins(new TemplateChecks());
const { stackName, ...settings } = pipelineSettings(app);
const stack = new PipelineStack(app, stackName, {
  ...settings,
  topics: contracts.topics,
  consumers: {
    Orders: { ...shared, topic: 'orders' },
    Payments: { ...shared, topic: 'payments' },
  },
});

const deadLetters = new Queue(stack, 'DeadLetters', {
  retentionPeriod: Duration.days(14),
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
});
for (const consumer of [stack.consumer('Orders'), stack.consumer('Payments')]) {
  consumer.addEnvironment('DEAD_LETTER_QUEUE_URL', deadLetters.queueUrl);
  deadLetters.grantSendMessages(consumer);
}
app.synth();
