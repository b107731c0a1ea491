/** What the code of each mistake may use: topics with keys of all formats, a producer, a kit. */
export const PRELUDE = `
import { createProducer, kafkajsTransport, type Producer } from 'tavro/producer';
import { createHandler, deadLetterQueue, deadLetterTopic, on, onBatch, runConsumer } from 'tavro/consumer';
import { createRegistry, type Codec, type Topic, type TopicOfTypes } from 'tavro/runtime';
import { MemoryBroker, memorySource, memoryTransport, manualClock, testProducer } from 'tavro/testing';

export interface Click { user_id: string; url: string; at: Date }
interface Account { id: bigint }
export declare const clicks: Topic<Click, Click, 'string'>;
export declare const keyless: Topic<Click, Click, 'none'>;
export declare const inBytes: Topic<Click, Click, 'bytes'>;
export declare const byAccount: Topic<Click, Click, Codec<Account>>;
type Shop = { case: 'Created'; value: { id: string; name: string } } | { case: 'Deleted'; value: { id: string } };
export declare const shop: TopicOfTypes<Shop, Shop, 'string'>;
export declare const producer: Producer;
export const value: Click = { user_id: 'ann', url: 'https://example.com', at: new Date() };
export const transport = memoryTransport(new MemoryBroker());
export const registry = createRegistry({ url: 'http://localhost:8081' });
export const kit = testProducer();
export { createHandler, createProducer, deadLetterQueue, deadLetterTopic, kafkajsTransport, MemoryBroker, manualClock, memorySource, on, onBatch, runConsumer, testProducer };
`;
