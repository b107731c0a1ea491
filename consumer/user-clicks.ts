/** The sample Lambda function: logs every click on topic user-clicks-avro. */
import { userClicksAvro } from '../generated/topics/user-clicks-avro.js';
import {
  createHandler,
  embeddedMetrics,
  type HandlerOptions,
  jsonLogger,
  type KafkaHandler,
  logJson,
  on,
} from './index.js';

/** The handler with its outside given; {@link handler} is the one that Lambda calls. */
export function createUserClicksHandler(
  options: Pick<HandlerOptions, 'registry' | 'logger' | 'onFailure' | 'telemetry'> = {},
): KafkaHandler {
  const logger = options.logger ?? jsonLogger();
  return createHandler({
    registry: options.registry,
    logger,
    telemetry: options.telemetry,
    // `fail` by default: this sample has nowhere to put dead letters. With a queue or topic for them better
    // { decode: deadLetterQueue({ queueUrl }), handler: 'report' }, as examples/service has it.
    onFailure: options.onFailure,
    routes: [
      on(userClicksAvro, (click, { id }, { requestId }) => {
        // The whole message, because this sample is about seeing it. Log less where it is personal.
        logger.info(`Successfully deserialized message: ${logJson(click)}`, {
          requestId,
          id,
          userId: click.user_id,
          url: click.url,
          clickedAt: click.timestamp,
        });
      }),
    ],
  });
}

/**
 * Configured by SCHEMA_REGISTRY_*; see `registryFromEnvironment`. Alarms of the stack read the metrics: it names
 * their namespace, too.
 */
export const handler = createUserClicksHandler({
  telemetry: embeddedMetrics({ namespace: 'UserClicks' }),
});
