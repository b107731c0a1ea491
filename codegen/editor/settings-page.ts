/** `docs/settings.md`: every option of `tavro.json`, printed from the tables that its reader reads by. */
import { type Json, printJson } from '../../runtime/json.js';
import { CONFIG, CONFIG_FILE } from '../project/config/config.js';
import type { Form, Part, Setting } from '../project/config/setting.js';
import { exampleOf, formsWithin } from './forms.js';

const INTRODUCTION = `Options stand in \`tavro.json\` in the schemas folder: JSON, in which comments may stand. All may be left out. An option
that is not known, and a name that names nothing, is an error with its place and the name that may have been meant.

\`"$schema"\` tells editors what may stand there: they complete, explain and check as you type. From a folder \`schemas/\` it is
\`"../node_modules/tavro/docs/editor/tavro.schema.json"\`; \`avsc.schema.json\` beside it is for \`*.avsc\` files.`;

/** The whole page. */
export function settingsPage(): string {
  const example = exampleOf({ is: CONFIG, doc: '' });
  return [
    '# Settings',
    '<!-- Printed from codegen/project/config by `tavro settings --format markdown`. Do not edit. -->',
    INTRODUCTION,
    ...chapters(),
    '## All at once',
    'What no project would need together:',
    ['```json', JSON.stringify(example, null, 2), '```'].join('\n'),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** One line an option: the way to it, what it may be, what holds without it. */
export function settingsList(): string {
  const rows = formsWithin(CONFIG).flatMap(({ path, form }) =>
    form.form === 'part' && form.listed === undefined
      ? Object.entries(form.settings).map(([key, { is, default: fallback }]) => {
          const name = below(path, key);
          const usual = fallback === undefined ? '' : ` (default ${printJson(fallback)})`;
          return [name, `${plain(typeOf(is, name))}${usual}`] as const;
        })
      : [],
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, type]) => `${name.padEnd(width)}  ${type}`).join('\n');
}

/** What stands under one heading: of alternatives there are several parts. */
interface Chapter {
  readonly parts: Part[];
  readonly doc: string[];
}

function chapters(): string[] {
  const found = new Map<string, Chapter>();
  for (const { path, form } of formsWithin(CONFIG)) {
    if (form.form === 'shared') found.set(form.title, { parts: [], doc: [form.doc] });
    if (form.form !== 'part' || Object.keys(form.settings).length === 0) continue;
    const chapter = found.get(path) ?? { parts: [], doc: [] };
    chapter.parts.push(form);
    found.set(path, chapter);
  }
  return [...found].flatMap(([path, { parts, doc }]) => [
    `## ${headingOf(path)}`,
    ...doc,
    ...parts.flatMap(({ listed }) => listed ?? []),
    ...tableOf(
      path,
      parts.filter(({ listed }) => listed === undefined),
    ),
  ]);
}

function headingOf(path: string): string {
  if (path === '') return CONFIG_FILE;
  return /^[A-Z]/.test(path) ? path : code(path);
}

function tableOf(path: string, parts: readonly Part[]): string[] {
  // Of alternatives none is needed by itself.
  const isOne = parts.length === 1;
  const rows = parts.flatMap(({ settings, others }) => [
    ...Object.entries(settings).map(([key, { isRequired, ...rest }]) =>
      rowOf({ path, key }, isOne && isRequired ? { ...rest, isRequired } : rest),
    ),
    ...(others === undefined
      ? []
      : [rowOf({ path, key: others.key }, { is: others.value, doc: others.doc })]),
  ]);
  if (rows.length === 0) return [];
  return [
    [
      '| option | what it may be | default | meaning | example |',
      '|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
  ];
}

function rowOf({ path, key }: { path: string; key: string }, setting: Setting): string {
  const { is, doc, default: fallback, isRequired } = setting;
  const example = exampleOf(setting);
  const usual = isRequired ? 'needed' : fallback === undefined ? '' : code(printJson(fallback));
  const shown =
    example === undefined || isLong(example) ? '' : code(`"${key}": ${printJson(example)}`);
  return `| ${code(key)} | ${typeOf(is, below(path, key))} | ${usual} | ${doc} | ${shown} |`;
}

/** What is made of many examples stands at the end of the page. */
function isLong(example: Json): boolean {
  return printJson(example).length > 120;
}

/** What a form is, in words; Markdown of one line. */
function typeOf(form: Form, path: string): string {
  switch (form.form) {
    case 'text':
      return form.called ?? 'text';
    case 'choice':
    case 'either':
      return orOf(wordsOf(form, path));
    case 'flag':
      return '`true` or `false`';
    case 'whole number':
      return `whole number from 1 to ${form.most}`;
    case 'scalar':
      return 'text, number, `true` or `false`';
    case 'list':
      return `list of ${typeOf(form.of, path)}`;
    case 'part':
      return typeOfPart(form, path);
    case 'shared':
      return `[${lowerFirst(form.title)}](#${anchorOf(form.title)})`;
    case 'avro':
      return form.only === 'union' ? 'Avro union' : 'Avro schema';
  }
}

/** Each of what may stand there. */
function wordsOf(form: Form, path: string): readonly string[] {
  if (form.form === 'either') return form.of.flatMap((one) => wordsOf(one, path));
  if (form.form !== 'choice') return [typeOf(form, path)];
  return form.called === undefined ? form.choices.map(code) : [form.called];
}

function typeOfPart({ settings, others }: Part, path: string): string {
  if (Object.keys(settings).length > 0) return `[object](#${anchorOf(headingOf(path))})`;
  if (others === undefined) return 'object';
  const { key, value } = others;
  return `object of ${code(key)}: ${typeOf(value, below(path, key))}`;
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function orOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** As GitHub makes them of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

/** Without Markdown, for a terminal. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
