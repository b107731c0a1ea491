/** The Lambda function. Its registry is named by SCHEMA_REGISTRY_*, and its queue by `infra/stack.ts`. */
import { createHandler, deadLetterQueue } from 'tavro/consumer';
import { printedLedger } from './ledger.js';
import { routes } from './routes.js';

// A queue, which a function outside the VPC reaches. One inside may take a topic, as the container does.
const deadLetter = deadLetterQueue({ queueUrl: process.env.DEAD_LETTER_QUEUE_URL ?? '' });

export const handler = createHandler({
  routes: routes(printedLedger()),
  // What does not decode never will, and must not hold up its partition. What a handler fails on comes again.
  onFailure: { decode: deadLetter, handler: 'report' },
  // A record that failed so often moves on too. Counted while the function is warm; `dynamoDbAttempts` outlasts that.
  attempts: { max: 10, deadLetter },
});
