import { randomUUID } from 'node:crypto';
import type { InvocationContext, KafkaEvent } from '../../consumer/index.js';

/** A Lambda handler, in this process or behind a Runtime API. */
export type Invoke = (event: KafkaEvent, context: LambdaContext) => Promise<unknown>;

/** The part of Lambda's context object that a local invocation can tell. */
export interface LambdaContext extends InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  /** Until the function's time-out, in whole milliseconds; 0 once it is over. */
  getRemainingTimeInMillis(): number;
}

/** How one invocation ended. */
export type Invocation = { readonly requestId: string } & (
  | { readonly response: unknown }
  | { readonly error: unknown }
);

/**
 * Invokes the function as Lambda does: event and answer pass through JSON, and after `timeoutMs`
 * the invocation counts as failed. Its promise cannot be stopped and may still have effects, just
 * as the work of a function that Lambda kills may have had.
 */
export async function invoke(
  handler: Invoke,
  event: KafkaEvent,
  options: { readonly functionName: string; readonly timeoutMs: number },
): Promise<Invocation> {
  const { functionName, timeoutMs } = options;
  const requestId = randomUUID();
  const deadline = performance.now() + timeoutMs;
  const context: LambdaContext = {
    awsRequestId: requestId,
    functionName,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
  const { promise: timedOut, cancel } = timeout(timeoutMs);
  try {
    const response = await Promise.race([handler(throughJson(event), context), timedOut]);
    return { requestId, response: throughJson(response) };
  } catch (error) {
    return { requestId, error };
  } finally {
    cancel();
  }
}

/** As Lambda names and words it. */
class TimedOut extends Error {
  override readonly name = 'Sandbox.Timedout';

  constructor(ms: number) {
    super(`Task timed out after ${(ms / 1_000).toFixed(2)} seconds`);
  }
}

function timeout(ms: number): { readonly promise: Promise<never>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(ms)), ms);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}

/** What is left of a value after JSON, which is what crosses between Lambda and the function. */
function throughJson<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  // Safe for events, which are JSON by type; an answer is unknown before and after.
  return text === undefined ? value : (JSON.parse(text) as Value);
}
