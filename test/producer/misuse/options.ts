/** Mistakes in options of producers, tests and dead letters, each with what the compiler points at and the first line of what it says. */
import type { Misuse } from './misuse.js';

export const OF_OPTIONS: readonly Misuse[] = [
  [
    'no transport',
    'createProducer({ registry })',
    "{: Property 'transport' is missing in type '{ registry: RegistryClient; }' but required in type 'ProducerOptions'.",
  ],
  [
    'no registry',
    'createProducer({ transport })',
    "{: Property 'registry' is missing in type '{ transport: Transport; }' but required in type 'ProducerOptions'.",
  ],
  [
    'the URL for the registry',
    "createProducer({ transport, registry: 'http://localhost:8081' })",
    "registry: Type 'string' is not assignable to type 'Registry'.",
  ],
  [
    'an option that is misspelt',
    'createProducer({ transport, registry, lingerMS: 5 })',
    "lingerMS: Object literal may only specify known properties, but 'lingerMS' does not exist in type 'ProducerOptions'. Did you mean to write 'lingerMs'?",
  ],
  [
    'an option of another type',
    "createProducer({ transport, registry, lingerMs: '5' })",
    "lingerMs: Type 'string' is not assignable to type 'number'.",
  ],
  [
    'a choice that there is not',
    "createProducer({ transport, registry, framing: 'header' })",
    `framing: Type '"header"' is not assignable to type 'Framing'.`,
  ],
  [
    'true for a choice',
    'createProducer({ transport, registry, register: true })',
    `register: Type 'true' is not assignable to type '"allowed" | "never"'.`,
  ],
  [
    'one text for the brokers',
    "kafkajsTransport({ brokers: 'localhost:9092' })",
    "brokers: Type 'string' is not assignable to type 'readonly string[]'.",
  ],
  [
    'a mechanism that is misspelt',
    "kafkajsTransport({ brokers: ['b:1'], sasl: { mechanism: 'scram-sha-265', username: 'u', password: 'p' } })",
    `mechanism: Type '"scram-sha-265"' is not assignable to type '"aws-msk-iam" | "oauthbearer" | PasswordMechanism'. Did you mean '"scram-sha-256"'?`,
  ],
  [
    'a transport for a test',
    'testProducer({ transport })',
    "transport: Object literal may only specify known properties, and 'transport' does not exist in type 'TestProducerOptions'.",
  ],
  [
    'a broker that is no option',
    'testProducer(new MemoryBroker())',
    "new: Type 'MemoryBroker' has no properties in common with type 'TestProducerOptions'.",
  ],
  [
    'the clock of another library',
    'testProducer({ clock: { now: () => 0 } })',
    "clock: Type '{ now: () => number; }' is missing the following properties from type 'Clock': running, schedule",
  ],
  [
    'a code that is misspelt',
    "kit.failNext({ code: 'TIMEDOUT' })",
    `code: Type '"TIMEDOUT"' is not assignable to type 'FailureCode'. Did you mean '"TIMED_OUT"'?`,
  ],
  [
    'a code that no broker gives',
    "kit.failNext({ code: 'ENCODE' })",
    `code: Type '"ENCODE"' is not assignable to type 'FailureCode'.`,
  ],
  [
    'no code',
    "kit.failNext({ delivered: 'no' })",
    `{: Property 'code' is missing in type '{ delivered: "no"; }' but required in type 'NextFailure'.`,
  ],
  [
    'a fate that there is not',
    "kit.failNext({ code: 'BROKER', delivered: 'maybe' })",
    `delivered: Type '"maybe"' is not assignable to type '"no" | "unknown" | undefined'.`,
  ],
  [
    'the name of a topic to fail',
    "kit.failNext({ code: 'BROKER', topic: 'clicks' })",
    "topic: Type 'string' is not assignable to type '{ readonly name: string; }'.",
  ],
  [
    'the name of a topic that was sent to',
    "kit.sent('clicks')",
    "': Argument of type 'string' is not assignable to parameter of type 'SendableTopic'.",
  ],
  [
    'a field that what was sent does not have',
    'kit.sent(clicks)[0]?.value?.referrer',
    "referrer: Property 'referrer' does not exist on type 'Click'.",
  ],
  [
    'a tombstone that is not thought of',
    'kit.sent(clicks)[0]?.value.url',
    "kit: Object is possibly 'null'.",
  ],
  [
    'a topic for the name of one',
    'deadLetterTopic(producer, clicks)',
    `clicks: Argument of type 'Topic<Click, Click, "string">' is not assignable to parameter of type 'string'.`,
  ],
  [
    'a transport for a producer of dead letters',
    "deadLetterTopic(transport, 'dead')",
    "transport: Argument of type 'Transport' is not assignable to parameter of type 'DeadLetterProducer | (() => DeadLetterProducer | Promise<DeadLetterProducer>)'.",
  ],
  [
    'a sink for a policy',
    'createHandler({ routes: [], onFailure: async () => {} })',
    "onFailure: Type '() => Promise<void>' is not assignable to type 'Partial<Record<FailureKind, FailurePolicy>> | FailurePolicy | undefined'.",
  ],
  [
    'a queue without its URL',
    'deadLetterQueue({})',
    "{: Property 'queueUrl' is missing in type '{}' but required in type 'DeadLetterQueueOptions'.",
  ],
  [
    'a fate of large records that there is not',
    "deadLetterQueue({ queueUrl: 'q', tooLarge: 'drop' })",
    `tooLarge: Type '"drop"' is not assignable to type '"fail" | "reference" | undefined'.`,
  ],
  [
    'a client of the other kind',
    "deadLetterQueue({ queueUrl: 'q', client: { send: async () => {} } })",
    "send: Object literal may only specify known properties, and 'send' does not exist in type 'SqsClient'.",
  ],
];
