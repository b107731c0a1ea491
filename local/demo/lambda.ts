import { type DeadLetter, deadLetterTo, type Logger } from '../../consumer/index.js';
import type { createUserClicksHandler } from '../../consumer/user-clicks.js';
import { startPoller } from '../poller/index.js';
import { type Cleanup, within } from './cleanup.js';
import { Commits, type Place } from './delivered.js';
import type { DemoKafka } from './kafka.js';
import { holdStory, type Story } from './story.js';

/** From a record's delivery to its commit, in milliseconds. */
const HANDLING_TIMEOUT_MS = 60_000;
/** For more records, in milliseconds: half of Lambda's, since a person waits. */
const WINDOW_MS = 250;

/** What the function needs that the demo has. */
export type HandlerOutside = Pick<
  NonNullable<Parameters<typeof createUserClicksHandler>[0]>,
  'logger' | 'onFailure'
>;

export interface LambdaOptions {
  readonly kafka: DemoKafka;
  readonly topic: string;
  /** So many records come first, and are not waited for once they are there. */
  readonly events: number;
  readonly story: Story;
  readonly cleanup: Cleanup;
  /** Makes the sample handler; its log and its sink are the demo's. */
  handler(outside: HandlerOutside): ReturnType<typeof createUserClicksHandler>;
}

/** The sample function, and what plays its event source mapping. */
export interface DemoLambda {
  /** Waits until these records are handled and committed, and tells what the function says. */
  handled(reports: readonly Place[]): Promise<void>;
  /** A record's value as the function got it. */
  received(report: Place): Uint8Array;
  /** What the failure policy handed to the sink. */
  readonly letters: readonly DeadLetter[];
}

export function startLambda(options: LambdaOptions): DemoLambda {
  const { kafka, topic, events, handler, story, cleanup } = options;
  const commits = new Commits();
  const letters: DeadLetter[] = [];
  const values = new Map<string, Uint8Array>();
  const said = holdStory(story);
  const invoke = handler({
    logger: storyLogger(said),
    onFailure: deadLetterTo((letter) => void letters.push(letter)),
  });
  const poller = startPoller({
    source: kafka.source(),
    topics: [topic],
    functionName: 'user-clicks',
    batchSize: events,
    windowMs: WINDOW_MS,
    handler: (event, context) => {
      for (const { partition, offset, value } of Object.values(event.records).flat())
        values.set(`${partition}@${offset}`, Buffer.from(value ?? '', 'base64'));
      return invoke(event, context);
    },
    onEvent(event) {
      if (event.kind === 'committed') {
        const { topic, partition, nextOffset } = event;
        said.line('Committed', `${topic}-${partition} up to offset ${nextOffset}`);
      }
      commits.onEvent(event);
    },
  });
  cleanup.add('Poller', () => poller.stop());
  const stopped = poller.done.then(() => {
    throw new Error('The poller was stopped before all events were handled.');
  });
  // The demo waits for it only while it waits for records.
  stopped.catch(() => undefined);
  return {
    letters,
    handled: (reports) =>
      said.during(() => {
        const handled = Promise.race([commits.all(reports), stopped]);
        return within(HANDLING_TIMEOUT_MS, handled, 'Handling the events');
      }),
    received({ partition, offset }) {
      return values.get(`${partition}@${offset}`) ?? new Uint8Array();
    },
  };
}

/** What the function logs, without the fields that CloudWatch would have beside the message. */
function storyLogger(story: Story): Logger {
  const say = (message: string) => story.line('Lambda', message);
  return { debug: () => {}, info: say, warn: say, error: say };
}
