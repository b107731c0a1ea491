/** What is known of a topic and its schemas, and of who reads which versions. */
import { unread } from '../../../infra/contract.js';
import type { TopicContract } from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { pipeline } from './stacks.js';

export const contract = {
  replicationFactor: 2,
  config: { 'retention.ms': '1' },
  value: {
    subject: 's',
    version: 'v1',
    retained: ['v1'],
    older: ['v0'],
    refused: { v1: { v1: 'no' } },
    plan: ['Release a version between the two.'],
    reads: { v1: { v1: 'no' } },
  },
  types: { 'shop.A': { version: 'v1', retained: ['v1'], refused: { v1: { v1: 'no' } } } },
  key: 'string',
  sources: { 'a.avsc': 'hash' },
} as const;

export const contractRows: Readonly<Record<string, Row>> = {
  'infra TopicContract': row(
    contract,
    (given) => {
      const topic: TopicContract = { ...given, partitions: 3 };
      const topics = { 'user-clicks-avro': topic };
      return [unread(topic), pipeline({ topics, schemas: false, alarms: false })];
    },
    4,
  ),
  'infra SchemaContract': row(contract.value, (value) => unread({ partitions: 3, value })),
  'infra ReaderVersions': row({ reads: 'v1', readsKey: 'v1' }, (versions) =>
    unread({ ...contract, types: undefined, key: contract.value, partitions: 3 }, versions),
  ),
  'infra ReaderVersions.reads': row<Readonly<Record<string, string>>>({ 'shop.A': 'v0' }, (reads) =>
    unread({ ...contract, partitions: 3 }, { reads }),
  ),
};
