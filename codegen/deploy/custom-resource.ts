/**
 * CloudFormation's protocol for custom resources: a request comes as an event, the answer is put to
 * a URL that was signed for it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
import type { Fetch } from '../../runtime/registry/fetch.js';

export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Whoever has it may answer: it goes into no log. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Of Update and Delete: as the first answer had it. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties?: Readonly<Record<string, unknown>>;
  /** Of Update. */
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  /** What CloudFormation shows among the stack's events. */
  readonly reason: string;
}

/** Longest answer that CloudFormation takes, in bytes. */
const MAX_ANSWER_BYTES = 4_096;
const TRIES = 4;
/** For one try, and from one to the next, in milliseconds. */
const TRY_MS = 3_000;
const BETWEEN_MS = 250;

/**
 * Answers a request.
 * @param more ends a reason that had to be cut off
 * @throws Error when CloudFormation does not take it
 */
export async function answer(
  event: CustomResourceEvent,
  { status, reason }: Outcome,
  { more, send = fetch }: { readonly more: string; readonly send?: Fetch | undefined },
): Promise<void> {
  const body = answerBody(event, { status, reason }, more);
  for (let left = TRIES - 1; ; left--) {
    const failure = await put(event.ResponseURL, body, send);
    if (failure === undefined) return;
    if (left === 0) throw new Error(`CloudFormation did not take the answer: ${failure}.`);
    await new Promise((done) => setTimeout(done, BETWEEN_MS));
  }
}

/** The answer as JSON, its reason cut off where the whole would be too long. */
function answerBody(event: CustomResourceEvent, { status, reason }: Outcome, more: string): Buffer {
  const { StackId, RequestId, LogicalResourceId } = event;
  const bodyWith = (Reason: string): Buffer =>
    Buffer.from(
      JSON.stringify({
        Status: status,
        Reason,
        PhysicalResourceId: event.PhysicalResourceId ?? `tavro-${LogicalResourceId}`,
        StackId,
        RequestId,
        LogicalResourceId,
      }),
    );
  const whole = bodyWith(reason);
  if (whole.length <= MAX_ANSWER_BYTES) return whole;
  const points = [...reason];
  let [fits, tooLong] = [0, points.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    const { length } = bodyWith(points.slice(0, middle).join('') + more);
    if (length <= MAX_ANSWER_BYTES) fits = middle;
    else tooLong = middle;
  }
  return bodyWith(points.slice(0, fits).join('') + more);
}

/** What went wrong; never the URL, which is signed. */
async function put(url: string, body: Buffer, send: Fetch): Promise<string | undefined> {
  try {
    // A media type would be no part of what was signed: bytes are sent without one.
    const signal = AbortSignal.timeout(TRY_MS);
    const response = await send(url, { method: 'PUT', body, signal });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    const { cause, name }: { cause?: { code?: unknown }; name?: unknown } = Object(error);
    return String(cause?.code ?? name);
  }
}
