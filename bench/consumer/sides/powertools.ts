/** Powertools, as its guide shows. It takes no frames: the event source mapping has taken them off. */
import { kafkaConsumer, SchemaType } from '@aws-lambda-powertools/kafka';
import type { ConsumerRecords, SchemaConfig } from '@aws-lambda-powertools/kafka/types';
import { type Click, type Handler, type Open, SCHEMA, TRACE } from '../side.js';

/** Safe: its types of event and context are of a package that is not installed, and ask for more than it looks at. */
const consumer = kafkaConsumer as unknown as (
  handler: (event: ConsumerRecords<string, Click>) => Promise<void>,
  config: SchemaConfig,
) => Handler;

const config = {
  value: { type: SchemaType.AVRO, schema: SCHEMA },
} satisfies SchemaConfig;

export const open: Open = (take, looksAtAll) =>
  consumer(async ({ records }) => {
    for (const record of records) {
      if (looksAtAll) {
        const header = record.headers?.find((one) => one[TRACE] !== undefined);
        take(record.value, record.key ?? null, header?.[TRACE]);
      } else take(record.value);
    }
  }, config);
