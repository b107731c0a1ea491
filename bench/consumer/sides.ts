/** The sides of `npm run bench:consumer` and `npm run bench:cold-start`: one row each. */
import { ENCODER } from '../peers/names.js';

export interface Side {
  readonly name: string;
  /** Its module, in `sides/`. */
  readonly module: string;
  readonly packages: readonly string[];
  /** Which of the two benchmarks has it. @default both */
  readonly only?: 'consumer' | 'cold-start';
  /** Whether its event comes of a mapping that has taken the frames off. */
  readonly takesNoFrames?: true;
  /** Whether it asks a registry for the schema, once. */
  readonly asksRegistry?: true;
}

export const OURS = 'tavro';
export const AVSC = 'avsc, base64 and a loop';
/** What is left when nothing is done but decoding, with the same checks. */
export const LIMIT = 'codec loop';
export const POWERTOOLS = '@aws-lambda-powertools/kafka';
const KAFKAJS_REGISTRY = '@kafkajs/confluent-schema-registry';

const SIDES: readonly Side[] = [
  { name: OURS, module: 'tavro', packages: [] },
  { name: 'tavro, log level WARN', module: 'tavro-quiet', packages: [], only: 'consumer' },
  {
    name: 'tavro, schema asked for',
    module: 'tavro-asking',
    packages: [],
    only: 'cold-start',
    asksRegistry: true,
  },
  { name: AVSC, module: 'avsc', packages: ['avsc'] },
  { name: LIMIT, module: 'codec-loop', packages: [], only: 'consumer' },
  {
    name: POWERTOOLS,
    module: 'powertools',
    packages: [POWERTOOLS, 'avro-js'],
    takesNoFrames: true,
  },
  {
    name: KAFKAJS_REGISTRY,
    module: 'kafkajs-registry',
    packages: [KAFKAJS_REGISTRY],
    asksRegistry: true,
  },
  { name: ENCODER, module: 'confluent', packages: [ENCODER], asksRegistry: true },
];

export function sidesOf(benchmark: 'consumer' | 'cold-start'): readonly Side[] {
  return SIDES.filter(({ only = benchmark }) => only === benchmark);
}
