import { expect, it } from '@jest/globals';
import { applyEdits, modify } from 'jsonc-parser';
import { type PulledTopic, withTopics } from '../../../codegen/registry/pulled-config.js';

const TOPICS: readonly PulledTopic[] = [
  { name: 'a', entry: { value: 'acme.A' } },
  { name: 'b.c', entry: { value: 'acme.B', key: 'acme.K', compatibility: 'NONE' } },
  { name: 'd', entry: { value: 'acme.D', subjects: { value: 'one', key: 'two' } } },
];

/** One edit after the other, as an editor makes them. */
function oneByOne(text: string): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
  return TOPICS.reduce(
    (from, { name, entry }) =>
      applyEdits(from, modify(from, ['topics', name], entry, { formattingOptions })),
    text,
  );
}

it.each([
  ['no topics yet', '{}'],
  ['an empty list of topics', '{\n  "topics": {}\n}\n'],
  [
    'a topic',
    '{\n  // Ours.\n  "topics": {\n    "x": { "value": "acme.X" } // Old.\n  },\n  "emit": {}\n}\n',
  ],
  [
    'a deeper layout',
    '{\n    "topics": {\n        "x": {\n            "value": "acme.X"\n        }\n    }\n}\n',
  ],
])('adds topics to a text with %s as one edit after the other would', (_, text) => {
  expect(withTopics(text, TOPICS)).toBe(oneByOne(text));
});

it('adds topics to a text on one line', () => {
  const text = withTopics('{"topics":{"x":{"value":"acme.X"}}}', TOPICS);
  expect(Object.keys(JSON.parse(text).topics)).toEqual(['x', 'a', 'b.c', 'd']);
});

it('leaves a text alone where there is nothing to add', () => {
  expect(withTopics('{ /* Ours. */ }', [])).toBe('{ /* Ours. */ }');
});
