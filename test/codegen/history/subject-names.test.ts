/** How `tavro.json` names subjects, and what their names tell. */
import { describe, expect, it } from '@jest/globals';
import { useOfSubject } from '../../../codegen/history/subject-names.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { parseConfig } from '../../../codegen/project/config/config.js';
import type { Json } from '../../../runtime/json.js';

function subjectsOf(topic: Readonly<Record<string, Json>>, registry: Json = {}) {
  const topics = { orders: { value: 'acme.Order', ...topic } };
  const text = JSON.stringify({ topics, registry });
  const [config] = parseConfig(new SourceText('tavro.json', text)).topics;
  const [value] = config?.values ?? [];
  return {
    value: value?.subject,
    ...(typeof config?.key === 'object' && { key: config.key.subject }),
  };
}

function problemsOf(config: Json): string {
  try {
    parseConfig(new SourceText('tavro.json', JSON.stringify(config)));
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const KEY = { key: 'acme.OrderKey' };

describe('subjects of a topic', () => {
  it.each<[string, Readonly<Record<string, Json>>, Json, string, string | undefined]>([
    ['by topic unless told otherwise', KEY, {}, 'orders-value', 'orders-key'],
    ['by record', { ...KEY, subjects: 'record' }, {}, 'acme.Order', 'acme.OrderKey'],
    [
      'by topic and record',
      { ...KEY, subjects: 'topic-record' },
      {},
      'orders-acme.Order',
      'orders-acme.OrderKey',
    ],
    ['as the project has it', KEY, { subjects: 'record' }, 'acme.Order', 'acme.OrderKey'],
    [
      'the topic before the project',
      { ...KEY, subjects: 'topic' },
      { subjects: 'record' },
      'orders-value',
      'orders-key',
    ],
    [
      'by names of its own',
      { ...KEY, subjects: { value: 'Orders' } },
      { subjects: 'record' },
      'Orders',
      'acme.OrderKey',
    ],
    [
      'in a context',
      { ...KEY, subjects: { value: ':.live:orders-value' } },
      { context: '.staging' },
      ':.live:orders-value',
      ':.staging:orders-key',
    ],
    ['a key without a schema has none', { subjects: 'record' }, {}, 'acme.Order', undefined],
  ])('%s', (_, topic, registry, value, key) => {
    expect(subjectsOf(topic, registry)).toEqual({ value, ...(key !== undefined && { key }) });
  });

  it.each<[string, Json, string]>([
    [
      'an unknown strategy',
      { topics: { orders: { value: 'A', subjects: 'each' } } },
      'tavro.json:1:45: "subjects" must be one of topic, record, topic-record',
    ],
    [
      'an unknown side',
      { topics: { orders: { value: 'A', subjects: { header: 'x' } } } },
      '"header" is not known here',
    ],
    [
      'an empty name',
      { topics: { orders: { value: 'A', subjects: { value: '' } } } },
      '"value" must be the name of a subject',
    ],
    ['a context without a dot', { registry: { context: 'staging' } }, 'starts with a dot'],
    [
      'a flag that is none',
      { registry: { normalize: 'yes' } },
      '"normalize" must be true or false',
    ],
    [
      'one subject for two types',
      {
        topics: {
          a: { value: 'A', subjects: { value: 's' } },
          b: { value: 'B', subjects: { value: 's' } },
        },
      },
      'b and a share the subject s and carry B and A',
    ],
    [
      'one subject at two levels',
      {
        registry: { subjects: 'record' },
        topics: {
          a: { value: 'A', compatibility: 'FULL' },
          b: { value: 'A', compatibility: 'NONE' },
        },
      },
      'b and a share the subject A and hold it to NONE and FULL',
    ],
  ])('refuses %s', (_, config, message) => {
    expect(problemsOf(config)).toContain(message);
  });

  it('lets topics share a subject that they say the same of', () => {
    const registry = { subjects: 'record' };
    expect(
      problemsOf({ registry, topics: { a: { value: 'A' }, b: { value: 'A', key: 'A' } } }),
    ).toBe('');
  });
});

describe('what a subject is for', () => {
  it.each<[string, string, ReturnType<typeof useOfSubject>]>([
    ['orders-value', 'acme.Order', { topic: 'orders', side: 'value', strategy: 'topic' }],
    ['orders-key', 'acme.Order', { topic: 'orders', side: 'key', strategy: 'topic' }],
    [':.ctx:orders-key', 'acme.Order', { topic: 'orders', side: 'key', strategy: 'topic' }],
    [
      'orders-acme.Order',
      'acme.Order',
      { topic: 'orders', side: 'value', strategy: 'topic-record' },
    ],
    ['a-b-value', 'acme.Order', { topic: 'a-b', side: 'value', strategy: 'topic' }],
    ['acme.Order', 'acme.Order', undefined],
    ['-value', 'acme.Order', undefined],
    ['-acme.Order', 'acme.Order', undefined],
    ['whatever', 'acme.Order', undefined],
  ])('%s of %s', (subject, type, use) => {
    expect(useOfSubject(subject, type)).toEqual(use);
  });
});
