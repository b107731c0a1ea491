/** What was renamed is asked about in the first finding, by `codegen` as by `check`. */
import { afterEach, expect, it } from '@jest/globals';
import { checkHistory } from '../../../codegen/check/compare.js';
import type { Json } from '../../../runtime/json.js';
import { SchemasFolder } from '../schemas-folder.js';

const FIELDS = [
  { name: 'user', type: 'string' },
  { name: 'url', type: 'string' },
  { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['VIEW', 'BUY'] } },
] as const;
const [USER, URL, KIND] = FIELDS;
const record = (fields: readonly Json[], name = 'acme.Click'): Json => ({
  type: 'record',
  name,
  fields: [...fields],
});
const topics = (type: string, compatibility = 'BACKWARD', topic = 'clicks'): Json => ({
  topics: { [topic]: { value: type, key: 'string', compatibility } },
});

let folder: SchemasFolder | undefined;
afterEach(() => folder?.remove());

/** Rule and fix of the first finding after an edit of what is released. */
async function first(edited: Json, config: Json): Promise<string> {
  folder = await SchemasFolder.create({
    'click.avsc': record(FIELDS),
    'tavro.json': topics('acme.Click'),
  });
  await folder.run('codegen');
  await folder.release();
  await folder.write('click.avsc', edited);
  await folder.write('tavro.json', config);
  const check = await folder.run('check');
  const codegen = await folder.run('codegen');
  const shown = ({ out }: { out: string }) =>
    `${/^\w+ (\S+)/.exec(out)?.[1]}: ${/^ {2}fix: (.*)$/m.exec(out)?.[1]}`;
  if (codegen.code === 100) expect(shown(codegen)).toBe(shown(check));
  return shown(check);
}

const link = (more: Json = {}): Json => ({ ...URL, name: 'link', ...Object(more) });
const DEFAULT =
  'If not: give link a default, or make it nullable: "type": ["null", …], "default": null.';
const ALIAS = `field-default-missing: Renamed from url? Then add "aliases": ["url"] to link. ${DEFAULT}`;

it.each<[string, Json, Json, string]>([
  ['a field', record([USER, link(), KIND]), topics('acme.Click'), ALIAS],
  ['a field that moved', record([KIND, USER, link()]), topics('acme.Click'), ALIAS],
  [
    'a field beside a new one',
    record([{ name: 'at', type: 'long', default: 0 }, USER, link(), KIND]),
    topics('acme.Click'),
    ALIAS,
  ],
  [
    'a field that is nullable now',
    record([USER, link({ type: ['null', 'string'], default: null }), KIND]),
    topics('acme.Click'),
    'source-field-removed: Renamed to link? Then add "aliases": ["url"] to link. If not, change the code that uses it; the compiler lists the places.',
  ],
  [
    'a field, for readers of the past',
    record([USER, link(), KIND]),
    topics('acme.Click', 'FORWARD'),
    'field-default-missing: Keep url until nobody reads by a version that needs it: renamed to link, it is another field to such a reader. Write both.',
  ],
  [
    'a field with a default, for readers of the past',
    record([USER, link({ default: '' }), KIND]),
    topics('acme.Click', 'FORWARD'),
    'field-default-missing: Keep url until nobody reads by a version that needs it: renamed to link, it is another field to such a reader. Write both.',
  ],
  [
    'a type that may be null now, for readers of the past',
    record([USER, URL, { ...KIND, type: ['null', KIND.type] }]),
    topics('acme.Click', 'FORWARD'),
    'type-mismatch: Keep enum acme.Kind until nobody reads by a version that takes no null.',
  ],
  [
    'a type',
    record(FIELDS, 'acme.Tap'),
    topics('acme.Tap'),
    'name-mismatch: Add "aliases": ["acme.Click"] to acme.Tap.',
  ],
  [
    'a type, for readers of the past',
    record(FIELDS, 'acme.Tap'),
    topics('acme.Tap', 'FORWARD'),
    'name-mismatch: Keep the name acme.Click until nobody reads by a version that has it: such a reader knows no alias.',
  ],
  [
    'a symbol',
    record([USER, URL, { ...KIND, type: { ...KIND.type, symbols: ['SEEN', 'BUY'] } }]),
    topics('acme.Click'),
    'enum-symbol-missing: Keep the symbol (symbols have no aliases: if SEEN is VIEW renamed, list both), or give the enum a default, such as "default": "SEEN", before data with other symbols is written.',
  ],
  [
    'a symbol, for readers of the past',
    record([USER, URL, { ...KIND, type: { ...KIND.type, symbols: ['SEEN', 'BUY'] } }]),
    topics('acme.Click', 'FORWARD'),
    'enum-symbol-missing: Give the enum a default, such as "default": "VIEW", in a version of its own, and write SEEN when all consumers have that.',
  ],
  [
    'a topic',
    record(FIELDS),
    topics('acme.Click', 'BACKWARD', 'taps'),
    'subject-removed: Renamed the topic? Its data and its consumers stay under the old name: keep the old entry of tavro.json beside the new one until nothing reads or writes it; then remove it with a waiver: { "rule": "subject-removed", "subject": "clicks-value", "path": "", "reason": "…", "expires": "…" }.',
  ],
  [
    'no topic: one that is gone',
    record(FIELDS),
    { topics: {} },
    'subject-removed: Keep its topic in tavro.json until nothing reads or writes it; then remove it with a waiver: { "rule": "subject-removed", "subject": "clicks-value", "path": "", "reason": "…", "expires": "…" }.',
  ],
])('%s', async (_, edited, config, expected) => expect(await first(edited, config)).toBe(expected));

it('a type, while tavro.json has the name that it had', async () => {
  await first(record(FIELDS, 'acme.Tap'), topics('acme.Click'));
  expect((await folder?.run('codegen'))?.err.replaceAll(`${folder?.schemas}/`, '')).toBe(
    'tavro.json:4:16: error TYPE_UNKNOWN: the topic clicks carries acme.Click, which no schema defines. Defined: acme.Kind, acme.Tap. If it was renamed, write its new name here, and add "aliases": ["acme.Click"] to it.',
  );
});

it('a branch that is new is written later, for readers of the past', () => {
  const [finding] = checkHistory({
    compatibility: 'FORWARD',
    history: [['null', 'string']],
    candidate: ['null', 'string', 'int'],
  });
  expect(finding?.fix).toBe('Write int only when nobody reads by a version whose union lacks it.');
});
