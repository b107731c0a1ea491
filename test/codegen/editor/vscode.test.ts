/** What VS Code is told, held to what commands print: its patterns are run over real output. */
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { vscodeSettings, vscodeTasks } from '../../../codegen/editor/vscode.js';
import { run } from '../../../codegen/program.js';
import { isArray, isObject, type Json } from '../../../runtime/json.js';
import { ROOT } from '../../architecture/imports.js';
import { SchemasFolder } from '../schemas-folder.js';

const at = (json: Json | undefined, ...keys: readonly string[]): Json | undefined =>
  keys.reduce<Json | undefined>((one, key) => (isObject(one) ? one[key] : undefined), json);

const { tasks } = vscodeTasks();
const [watch, check] = isArray(tasks) ? tasks : [];
const matcher = at(watch, 'problemMatcher');
const regexp = (...keys: string[]): RegExp => new RegExp(String(at(matcher, ...keys)));

interface Found {
  readonly place: string;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

/** The problems that VS Code makes of the lines of a task. */
function problemsIn(lines: readonly string[]): Found[] {
  const pattern = regexp('pattern', 'regexp');
  return lines.flatMap((line) => {
    const groups = pattern.exec(line);
    if (groups === null) return [];
    const group = (key: string): string => groups[Number(at(matcher, 'pattern', key))] ?? '';
    return {
      place: [group('file'), group('line'), group('column')].join(':'),
      severity: group('severity') || String(at(matcher, 'severity')),
      code: group('code'),
      message: group('message'),
    };
  });
}

const order = (...fields: Json[]): Json => ({ type: 'record', name: 'acme.Order', fields });
const ID = { name: 'id', type: 'string' };
const CONFIG = { topics: { orders: { value: 'acme.Order' } } };

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create({ 'order.avsc': order(ID), 'tavro.json': CONFIG });
  await folder.run('codegen');
  await folder.release();
});
afterEach(() => folder.remove());

/** Puts a file in the place of another at once, so that a run sees no half of it. */
async function replace(path: string, text: string | Buffer): Promise<void> {
  const file = join(folder.root, 'edited');
  await writeFile(file, text);
  await rename(file, join(folder.schemas, path));
}

/** Watches, and answers the lines of each run: the first, and one after each edit. */
async function watched(edits: readonly (() => Promise<void>)[]): Promise<string[][]> {
  const [begins, ends] = [
    regexp('background', 'beginsPattern'),
    regexp('background', 'endsPattern'),
  ];
  const runs: string[][] = [];
  const outside: string[] = [];
  let current: string[] | undefined;
  let ended = (): void => {};
  const say = (text: string): void => {
    for (const line of text.split('\n')) {
      if (begins.test(line)) current = [];
      else if (ends.test(line)) {
        runs.push(current ?? ['no beginning']);
        current = undefined;
        ended();
      } else (current ?? outside).push(line.replaceAll(`${folder.schemas}/`, ''));
    }
  };
  const stop = new AbortController();
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      ended = resolve;
    });
  const folders = ['--schemas', folder.schemas, '--out', folder.generated];
  let wait = next();
  const done = run(['codegen', '--watch', ...folders], {
    out: say,
    err: say,
    env: {},
    signal: stop.signal,
  });
  await wait;
  for (const edit of edits) {
    wait = next();
    await edit();
    await wait;
  }
  stop.abort();
  await done;
  expect(outside).toEqual([]);
  return runs;
}

it('codegen --watch: runs begin and end, and problems between are found', async () => {
  const put = (path: string, json: Json) => () => replace(path, JSON.stringify(json, null, 2));
  const [first, refused, broken, setting, unreadable, ...mended] = await watched([
    put('order.avsc', order(ID, { name: 'total', type: 'long' })),
    put('order.avsc', order({ name: 'id', type: 'strng' })),
    put('tavro.json', { ...CONFIG, longs: { defualt: 'number' } }),
    () => replace('tavro.json', Buffer.from('{\n"topics": "\xff"}', 'latin1')),
    put('tavro.json', CONFIG),
    put('order.avsc', order(ID)),
  ]);
  expect(problemsIn(first ?? [])).toEqual([]);
  expect(problemsIn(refused ?? [])).toEqual([
    {
      place: expect.stringMatching(/^order\.avsc:\d+:\d+$/),
      severity: 'error',
      code: 'field-default-missing',
      message: expect.stringMatching(/^orders-value total: .* cannot read v1\. Fix: Give total /),
    },
    {
      place: 'order.avsc:10:15',
      severity: 'warning',
      code: 'source-input-required',
      message: expect.stringMatching(/^orders-value total: /),
    },
  ]);
  expect(problemsIn(broken ?? [])).toEqual([
    {
      place: 'order.avsc:7:15',
      severity: 'error',
      code: 'TYPE_UNKNOWN',
      message: 'Nothing defines the type acme.strng.',
    },
  ]);
  expect(problemsIn(setting ?? [])).toEqual([
    {
      place: 'tavro.json:8:5',
      severity: 'error',
      code: '',
      message: '"defualt" is not known here. Did you mean "default"? Known: default, fields.',
    },
  ]);
  expect(problemsIn(unreadable ?? [])).toEqual([
    {
      place: 'tavro.json:2:',
      severity: 'error',
      code: '',
      message: expect.stringMatching(/UTF-8/),
    },
  ]);
  expect(mended.map((lines) => problemsIn(lines).length)).toEqual([1, 0]);
});

it('check --format compact: a problem for each finding, and warnings are some', async () => {
  await folder.write(
    'order.avsc',
    order(ID, { name: 'total', type: 'long' }, { name: 'Note', type: ['null', 'string'] }),
  );
  const { out, code } = await folder.run('check', ['--format', 'compact']);
  expect(code).toBe(100);
  const found = problemsIn(out.split('\n'));
  expect(found).toHaveLength(out.split('\n').length);
  expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set(['error', 'warning']));
});

it.each([
  'Done in 12 ms. Watching schemas.',
  '3 types, 1 topics; 2 files written.',
  '    fix: Did you mean "a.avsc:1:2"?',
  'http://localhost:8081: no answer',
  'note: the topic orders is ORDERS from now on.',
])('%s is no problem', (line) => {
  expect(problemsIn([line])).toEqual([]);
});

it('tasks run commands with the folders of the project', () => {
  const commandsOf = (all: Json | undefined): Json[] =>
    isArray(all) ? all.map((task) => at(task, 'command') ?? '') : [];
  expect(commandsOf(tasks)).toEqual([
    'npx tavro codegen --watch',
    'npx tavro check --format compact',
  ]);
  expect(commandsOf(vscodeTasks({ schemas: 'avro', out: 'src/gen' }).tasks)).toEqual([
    'npx tavro codegen --watch --schemas "avro" --out "src/gen"',
    'npx tavro check --format compact --schemas "avro"',
  ]);
  expect(at(watch, 'isBackground')).toBe(true);
  expect(at(check, 'problemMatcher', 'pattern')).toEqual(at(matcher, 'pattern'));
});

it('schemas for editors are in the package where settings look for them', () => {
  const schemas = vscodeSettings()['json.schemas'];
  const urls = isArray(schemas) ? schemas.map((one) => String(at(one, 'url'))) : [];
  expect(urls).toHaveLength(2);
  for (const url of urls)
    expect(existsSync(join(ROOT, url.replace('./node_modules/tavro/', '')))).toBe(true);
});
