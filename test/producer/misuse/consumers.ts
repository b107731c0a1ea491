/** Mistakes in what consumers are made of, each with what the compiler points at and the first line of what it says. */
import type { Misuse } from './misuse.js';

export const OF_CONSUMERS: readonly Misuse[] = [
  [
    'a handler of another type',
    'on(clicks, (click: { id: string }) => void click)',
    "(: Argument of type '(click: { id: string; }) => undefined' is not assignable to parameter of type 'TopicHandler<Topic<Click, Click, \"string\">>'.",
  ],
  [
    'a field that there is not',
    'on(clicks, (click) => void click.userId)',
    "userId: Property 'userId' does not exist on type 'Click'. Did you mean 'user_id'?",
  ],
  [
    'a handler of tombstones alone',
    'on(clicks, { tombstone: () => {} })',
    "{: Argument of type '{ tombstone: () => void; }' is not assignable to parameter of type 'TopicHandler<Topic<Click, Click, \"string\">>'.",
  ],
  [
    'a case that is missing',
    'on(shop, { cases: { Created: () => {} } })',
    "cases: Property 'Deleted' is missing in type '{ Created: () => void; }' but required in type '{ readonly Created: RecordHandler<{ id: string; name: string; }, string | null>; readonly Deleted: RecordHandler<{ id: string; }, string | null>; }'.",
  ],
  [
    'a case that there is not',
    'on(shop, { cases: { Created: () => {}, Deleted: () => {}, Moved: () => {} } })',
    "Moved: Object literal may only specify known properties, and 'Moved' does not exist in type '{ readonly Created: RecordHandler<{ id: string; name: string; }, string | null>; readonly Deleted: RecordHandler<{ id: string; }, string | null>; }'.",
  ],
  [
    'cases of a topic of one type',
    'on(clicks, { cases: { Click: () => {} } })',
    "cases: Type '{ Click: () => void; }' is not assignable to type 'never'.",
  ],
  [
    'a batch handler for single records',
    'on(clicks, async (records: readonly string[]) => void records.length)',
    "async: Argument of type '(records: readonly string[]) => Promise<undefined>' is not assignable to parameter of type 'TopicHandler<Topic<Click, Click, \"string\">>'.",
  ],
  [
    'a batch without saying that it takes tombstones',
    'onBatch(clicks, { batch: () => {} })',
    "{: Argument of type '{ batch: () => void; }' is not assignable to parameter of type 'TopicBatchHandler<Topic<Click, Click, \"string\">>'.",
  ],
  [
    'an id for a record that failed',
    'onBatch(clicks, async (records) => records.map(({ id }) => ({ id })))',
    "async: Argument of type '(records: readonly ConsumedRecord<Click, string | null>[]) => Promise<{ id: string; }[]>' is not assignable to parameter of type 'TopicBatchHandler<Topic<Click, Click, \"string\">>'.",
  ],
  [
    'a dead-letter policy without its sink',
    "createHandler({ routes: [], onFailure: 'dead-letter' })",
    "onFailure: Type '\"dead-letter\"' is not assignable to type 'Partial<Record<FailureKind, FailurePolicy>> | FailurePolicy | undefined'.",
  ],
  [
    'an option of createHandler that is misspelt',
    'createHandler({ routes: [], keysAtonce: 2 })',
    "keysAtonce: Object literal may only specify known properties, but 'keysAtonce' does not exist in type 'HandlerOptions'. Did you mean to write 'keysAtOnce'?",
  ],
  [
    'a consumer without its group',
    'runConsumer({ kafka: memorySource(new MemoryBroker()), routes: [] })',
    "{: Property 'group' is missing in type '{ kafka: Sources; routes: never[]; }' but required in type 'ConsumerOptions'.",
  ],
  [
    'brokers for the source',
    "runConsumer({ kafka: { brokers: ['b:9092'] }, group: 'billing', routes: [] })",
    "brokers: Object literal may only specify known properties, and 'brokers' does not exist in type 'Sources'.",
  ],
  [
    'a producer for exactly once',
    "runConsumer({ kafka: memorySource(new MemoryBroker()), group: 'billing', routes: [], exactlyOnce: producer })",
    "exactlyOnce: Property 'within' is missing in type 'Producer' but required in type 'Pick<ExactlyOnce<unknown>, \"within\">'.",
  ],
  [
    'attempts without dead letters',
    'createHandler({ routes: [], attempts: { max: 3 } })',
    "attempts: Property 'deadLetter' is missing in type '{ max: number; }' but required in type 'AttemptLimit'.",
  ],
];
