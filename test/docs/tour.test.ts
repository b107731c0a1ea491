/** The README's five minutes, done: every command that it shows, and every claim that it makes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { blocksOf, patternOf } from './blocks.js';
import { type Ended, RepositoryCopy } from './tour-copy.js';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const SECTION = /## Five minutes: [^\n]*\n(.*?)\n## /s.exec(README)?.[1] ?? '';
const SCHEMA = 'schemas/com/mycompany/events/user_click.avsc';
const URL_FIELD = '{ "name": "url", "type": "string", "doc": "Where the click led." }';
const LINK_FIELD =
  '{ "name": "link", "aliases": ["url"], "type": "string", "doc": "Where the click led." }';
/** Programs of the README that the compiler names. */
const PLACES = ['consumer/user-clicks.ts', 'producer/produce.ts', 'local/demo.ts'];

/** Code that the section has between backticks, outside its block, line breaks as spaces. */
const shown = new Set(
  [...SECTION.replaceAll(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) =>
    code.replaceAll(/\s+/g, ' '),
  ),
);
const tried = new Set<string>();

/** Code that the README shows. */
function quoted(code: string): string {
  if (!shown.has(code)) throw new Error(`The README's tour does not show \`${code}\`.`);
  tried.add(code);
  return code;
}

let copy: RepositoryCopy;
beforeAll(() => {
  copy = new RepositoryCopy();
});
afterAll(() => copy.remove());

const run = (command: string, env = {}): Promise<Ended> => copy.run(quoted(command), env);

/** What the compiler has against the copy: `file(line,column): error …`, by file. */
async function compilerErrors(): Promise<readonly string[]> {
  const { code, said } = await run('npx tsc --noEmit');
  const errors = said.split('\n').filter((line) => /^\S+\(\d+,\d+\): error /.test(line));
  expect(code === 0).toBe(errors.length === 0);
  return errors;
}

it('runs the demo', async () => {
  const { code, said } = await run('npm run demo', { TAVRO_KAFKA: 'memory' });
  expect(code).toBe(0);
  expect(said).toContain('5 events produced, handled and committed');
  for (const step of ['Bytes', 'Refused', 'Version 2', 'Gate'])
    expect(said).toMatch(new RegExp(`^${step} `, 'm'));
});

it('has a rename refused, with line, witness and fix', async () => {
  copy.edit(quoted(SCHEMA), `"${quoted('url')}"`, `"${quoted('link')}"`);
  const before = copy.read('generated/com/mycompany/events/UserClick.ts');
  const { code, said } = await run('npm run codegen');
  expect(code).toBe(Number(quoted('100')));
  expect(copy.read('generated/com/mycompany/events/UserClick.ts')).toBe(before);
  const [block] = blocksOf('README.md', SECTION).filter(({ language }) => language === 'text');
  for (const line of block?.text.trim().split('\n') ?? [])
    expect(said.split('\n')).toContainEqual(expect.stringMatching(patternOf(line)));
});

it('takes it with an alias, and the compiler names each line', async () => {
  const link = URL_FIELD.replace('url', 'link');
  copy.edit(SCHEMA, link, quoted(LINK_FIELD));
  expect((await run('npm run codegen')).code).toBe(0);
  const errors = await compilerErrors();
  const places = errors.map((error) => /^(\S+)\((\d+),/.exec(error)?.slice(1) ?? []);
  expect(new Set(places.map(([file]) => file))).toEqual(new Set(PLACES.map(quoted)));
  for (const [file = '', line] of places)
    expect(copy.read(file).split('\n')[Number(line) - 1]).toContain('url');
  const checked = await run('npm run check');
  expect(checked).toEqual({ code: 0, said: expect.stringContaining('consumers first') });
});

it('refuses to build, test and synth with code that is stale', async () => {
  copy.edit(SCHEMA, LINK_FIELD, URL_FIELD);
  expect((await run('npm run codegen')).code).toBe(0);
  const referrer = quoted('{ "name": "referrer", "type": ["null", "string"], "default": null },');
  copy.edit(SCHEMA, `${URL_FIELD},\n`, `${URL_FIELD},\n    ${referrer}\n`);
  expect(copy.read(SCHEMA)).toMatch(
    new RegExp(`"referrer".*\\n.*\\n.*"name": "${quoted('timestamp')}"`),
  );
  for (const command of ['npm run build', 'npm test', 'npm run synth']) {
    const { code, said } = await run(command);
    expect({ command, code }).toEqual({ command, code: 100 });
    expect(said).toMatch(/stale: generated\/com\/mycompany\/events\/UserClick\.ts/);
    expect(said).toMatch(/run .*codegen/i);
  }
});

it('takes a field that may be null, and nothing else has to change', async () => {
  expect((await run('npm run codegen')).code).toBe(0);
  expect(await compilerErrors()).toEqual([]);
  const generated = copy.read('generated/com/mycompany/events/UserClick.ts');
  expect(generated).toContain(`  referrer: ${quoted('string | null')};`);
  expect(generated).toContain('  readonly referrer?: string | null | undefined;');
  const { code, said } = await run('npm run demo', { TAVRO_KAFKA: 'memory' });
  expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/^Done /m) });
});

it('reads null where the data is of version 1', async () => {
  const script = `
    import { userClicksAvro } from './generated/topics/user-clicks-avro.ts';
    import { UserClickCodec } from './test/frozen/generated/com/mycompany/events/UserClick.ts';
    const old = UserClickCodec.encode({ user_id: 'a', url: 'b', timestamp: new Date(5) });
    const { referrer } = userClicksAvro.value.version(UserClickCodec.fingerprint)(old);
    if (referrer !== null) throw new Error(String(referrer));`;
  copy.write('old.ts', script);
  const command = 'node --conditions=tavro-source --import tsx old.ts';
  expect(await copy.run(command)).toEqual({ code: 0, said: '' });
});

it('leaves no code in the README untried', () => {
  expect([...shown].filter((code) => !tried.has(code))).toEqual([]);
});
