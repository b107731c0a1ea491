/** Terminals and pipes, dumb ones and those of a CI: by a table, and by real processes. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Env, StatusLine, showsColor, showsStatus } from '../../codegen/terminal.js';
import { startLoopback } from '../runtime/registry/loopback.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = `'${process.execPath}' --conditions=tavro-source --import tsx codegen/cli.ts`;
const ESC = '\u001b';
/** So slow that they take several seconds. */
const SUBJECTS = 100;
const SLOW_MS = 240;
const CLEAR = `\r${ESC}[2K`;

describe('by the environment', () => {
  it.each<[Env, { color: boolean; status: boolean }]>([
    [{}, { color: true, status: true }],
    [{ TERM: 'xterm-256color' }, { color: true, status: true }],
    [{ TERM: 'dumb' }, { color: false, status: false }],
    [{ NO_COLOR: '1' }, { color: false, status: true }],
    [{ NO_COLOR: '' }, { color: true, status: true }],
    [{ CI: 'true' }, { color: true, status: false }],
    [{ CI: '1' }, { color: true, status: false }],
    [{ CI: 'false' }, { color: true, status: true }],
    [{ CI: '' }, { color: true, status: true }],
    [{ FORCE_COLOR: '0' }, { color: false, status: true }],
    [{ FORCE_COLOR: 'false' }, { color: false, status: true }],
    [
      { FORCE_COLOR: '1', NO_COLOR: '1' },
      { color: true, status: true },
    ],
    [
      { FORCE_COLOR: '1', TERM: 'dumb' },
      { color: true, status: false },
    ],
  ])('%j on a terminal', (env, { color, status }) => {
    const screen = { isTTY: true };
    expect([showsColor(screen, env), showsStatus(screen, env)]).toEqual([color, status]);
  });

  it.each<[Env, boolean]>([
    [{}, false],
    [{ TERM: 'xterm' }, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: 'true', CI: 'true' }, true],
  ])('%j in a pipe', (env, color) => {
    expect([showsColor({}, env), showsStatus({}, env)]).toEqual([color, false]);
  });
});

describe('the line of the status', () => {
  function screen(columns?: number) {
    const said: string[] = [];
    return { said, line: new StatusLine({ columns, write: (text) => said.push(text) }) };
  }

  it('takes the place of the one before, and goes before anything else is written', () => {
    const { said, line } = screen();
    line.clear();
    line.show('one');
    line.show('two');
    line.clear();
    line.clear();
    expect(said).toEqual([`${CLEAR}one`, `${CLEAR}two`, CLEAR]);
  });

  it('is never wrapped, as only its last row would be cleared', () => {
    const { said, line } = screen(10);
    line.show('123456789');
    line.show('1234567890');
    expect(said).toEqual([`${CLEAR}123456789`, `${CLEAR}12345678…`]);
    const unsized = screen(0);
    unsized.line.show('one');
    expect(unsized.said).toEqual([`${CLEAR}one`]);
  });

  it('is gone for good once results run over the terminal', () => {
    const { said, line } = screen();
    line.end();
    line.show('one');
    expect(said).toEqual([]);
  });
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tavro-terminal-'));
  writeFileSync(join(folder, 'int.avsc'), '"int"');
  writeFileSync(join(folder, 'string.avsc'), '"string"');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Nothing of the environment that these tests run in. */
const environment = (env: Env): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  TERM: 'xterm',
  ...env,
});

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Runs a line of shell; what it answers goes to both streams alike. */
async function shell(command: string, env: Env = {}): Promise<Ended> {
  const options = { cwd: ROOT, env: environment(env) };
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], options);
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    // Safe: that is what execFile rejects with.
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

/** Runs a tavro command in a terminal of its own (util-linux). */
const terminal = (argv: string, env: Env = {}): Promise<Ended> =>
  shell(`script -qec "${CLI} ${argv}" /dev/null </dev/null`, env);

describe('colours of a real process', () => {
  const compare = (): string =>
    `compare --reader ${join(folder, 'int.avsc')} --writer ${join(folder, 'string.avsc')}`;

  it.each<['terminal' | 'pipe', Env, boolean]>([
    ['terminal', {}, true],
    ['terminal', { CI: 'true' }, true],
    ['terminal', { TERM: 'dumb' }, false],
    ['terminal', { NO_COLOR: '1' }, false],
    ['terminal', { FORCE_COLOR: '0' }, false],
    ['pipe', {}, false],
    ['pipe', { CI: 'true' }, false],
    ['pipe', { FORCE_COLOR: '1' }, true],
  ])('on a %s with %j', async (where, env, isColored) => {
    const ended =
      where === 'terminal'
        ? await terminal(compare(), env)
        : await shell(`${CLI} ${compare()}`, env);
    expect(ended.code).toBe(100);
    expect(ended.said.includes(`${ESC}[`)).toBe(isColored);
    expect(ended.said).toContain('type-mismatch');
  });
});

describe('the status of a real process', () => {
  /** A registry that takes its time over empty subjects. */
  async function pullSlowly(run: (argv: string) => Promise<Ended>): Promise<Ended> {
    const names = Array.from({ length: SUBJECTS }, (_, index) => `topic${index}-value`);
    const server = await startLoopback(({ path }) => {
      if (path === '/subjects') return { json: names };
      const text = path.startsWith('/config') ? '{"compatibilityLevel":"BACKWARD"}' : '[]';
      return { raw: (response) => void setTimeout(() => response.end(text), SLOW_MS) };
    });
    try {
      return await run(`pull --dry-run --schemas ${join(folder, 'none')} --registry ${server.url}`);
    } finally {
      await server.stop();
    }
  }

  it('is one line that goes when all is done', async () => {
    const { code, said } = await pullSlowly((argv) => terminal(argv));
    expect(code).toBe(0);
    const [before, ...parts] = said.split(CLEAR);
    expect(before).toBe('');
    const lines = parts.filter((part) => /^read \d+ of 100 subjects$/.test(part));
    expect(lines.length).toBeGreaterThan(1);
    // All but what stays is one such line after the other.
    const others = parts.slice(0, -1).filter((part) => !lines.includes(part));
    // The first of them is seen where the registry takes its time.
    const slowly = others.filter((part) => part !== `listed ${SUBJECTS} subjects`);
    expect(slowly).toEqual([`laying out what is in ${SUBJECTS} subjects`]);
    expect(parts.at(-1)).toMatch(/^Nothing was written: this was a dry run\./);
  });

  it.each<[string, (argv: string) => Promise<Ended>]>([
    ['a dumb terminal', (argv) => terminal(argv, { TERM: 'dumb' })],
    ['a CI', (argv) => terminal(argv, { CI: 'true' })],
    ['a pipe', (argv) => shell(`${CLI} ${argv}`)],
  ])('is silent on %s', async (_, run) => {
    const { code, said } = await pullSlowly(run);
    expect(code).toBe(0);
    expect(said.trim()).toBe('Nothing was written: this was a dry run.');
  });
});

describe('a pipe that closes', () => {
  it.each(['rules', 'rules --format json', '--help', 'completion bash'])(
    'tavro %s | head -1',
    async (argv) => {
      const { code, said } = await shell(`set -o pipefail; ${CLI} ${argv} | head -1`);
      expect({ code, lines: said.trim().split('\n').length }).toEqual({ code: 0, lines: 1 });
    },
  );
});

it('npm run codegen -- -- --help shows the help of the command', () => {
  const said = execFileSync('npm', ['run', '-s', 'codegen', '--', '--', '--help'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(said).toMatch(/^Usage: tavro codegen \[options\]\n/);
});
