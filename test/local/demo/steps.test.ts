/** What the demo shows beside the events, each by itself. */
import { describe, expect, it } from '@jest/globals';
import { bytesTable } from '../../../local/demo/bytes.js';
import { refusedEdit } from '../../../local/demo/gate.js';
import { withCampaign } from '../../../local/demo/newer-version.js';
import { holdStory, type Story } from '../../../local/demo/story.js';
import { resolvingDecoder } from '../../../runtime/avro.js';
import { UserClickCodec } from '../../frozen/generated/com/mycompany/events/UserClick.js';

const CLICK = { user_id: 'ann', url: 'https://example.com/', timestamp: new Date(5) };

it('explains the bytes of a frame, and what code has for them', () => {
  expect(bytesTable(UserClickCodec.encodeFramed(CLICK, 7), UserClickCodec)).toEqual([
    ' 0  00                                    magic byte       a schema id follows',
    ' 1  00 00 00 07                           schema id        7',
    ' 5  06 61 6e 6e                           user_id: string  "ann"',
    ' 9  28 68 74 74 70 73 3a 2f … (21 bytes)  url: string      "https://example.com/"',
    '30  0a                                    timestamp: long  5 is "1970-01-01T00:00:00.005Z"',
  ]);
});

describe('the edit that the gate refuses', () => {
  const text = (...fields: readonly unknown[]) =>
    JSON.stringify({ type: 'record', name: 'R', fields }, null, 1);
  const url = { name: 'url', type: 'string' };

  it.each<[string, string, object | undefined]>([
    [
      'renames the last text',
      text({ name: 'user', type: 'string' }, url),
      {
        field: 'url',
        newName: 'link',
        finding: { rule: 'field-default-missing', at: { file: 'r.avsc', line: 10, column: 12 } },
      },
    ],
    [
      'takes another name where that is in use',
      text({ ...url, name: 'link' }),
      { newName: 'target' },
    ],
    ['is none where every text has a default', text({ ...url, default: '' }), undefined],
    ['is none of what is no record', '"string"', undefined],
  ])('%s', (_, schema, expected) => {
    const refused = refusedEdit('r.avsc', schema);
    if (expected === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatchObject(expected);
    if (refused !== undefined) expect(refused.finding.witness?.bytes).toMatch(/^(00)+$/);
  });
});

it('writes a version that older code reads without the new field', () => {
  const newer = withCampaign(UserClickCodec);
  const value = { ...CLICK, campaign: 'autumn' };
  const bytes = newer.encode(value);
  expect(newer.decode(bytes)).toEqual(value);
  expect(resolvingDecoder(newer, UserClickCodec)(bytes)).toEqual(CLICK);
});

it('keeps lines of one who is not listened to, in their order', async () => {
  const lines: string[] = [];
  const story: Story = { title: () => {}, line: (label, text) => lines.push(`${label} ${text}`) };
  const held = holdStory(story);
  held.line('a', '1');
  story.line('b', '2');
  expect(lines).toEqual(['b 2']);
  await held.during(async () => held.line('a', '3'));
  held.line('a', '4');
  expect(lines).toEqual(['b 2', 'a 1', 'a 3']);
});
