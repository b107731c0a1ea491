/** A function whose events say what becomes of them, for the tests under Lambda's client. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHandler, jsonLogger, type KafkaHandler, on } from 'tavro/consumer';
import { userClicksAvro } from '../../frozen/generated/topics.js';

/** How long a record takes, in milliseconds. */
const workMs = Number(process.env.WORK_MS ?? 0);
const { MARGIN_MS } = process.env;
const deadlineMarginMs = MARGIN_MS === undefined ? undefined : Number(MARGIN_MS);
const handlerPolicy = process.env.ON_FAILURE === 'report' ? 'report' : 'fail';

class PaymentDeclined extends Error {
  override readonly name = 'PaymentDeclined';
}

const logger = jsonLogger();
/** One for each process: what is kept from invocation to invocation. */
const instance = randomUUID();
let invocations = 0;

const consume = createHandler({
  logger,
  deadlineMarginMs,
  onFailure: { handler: handlerPolicy },
  routes: [
    on(userClicksAvro, async ({ user_id: user }, { id }, { requestId }) => {
      if (workMs > 0) await sleep(workMs);
      act(user);
      logger.info('Handled.', { id, requestId });
    }),
  ],
});

/** Does what the name of the user says. */
function act(user: string): void {
  if (user === 'broke') throw new PaymentDeclined('The card of this customer was declined.');
  if (user === 'exit') process.exit(3);
  if (user === 'talkative') {
    console.info('said by console', { n: 1 });
    process.stdout.write('said by stdout\n');
  }
  if (user === 'busy') for (;;);
}

export const handler: KafkaHandler = async (event, context) => {
  invocations += 1;
  const requestId = context?.awsRequestId;
  logger.info('Invoked.', { requestId, instance, invocation: invocations });
  try {
    return await consume(event, context);
  } finally {
    logger.info('Ends.', { requestId, remainingMs: context?.getRemainingTimeInMillis?.() });
  }
};
