import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../codegen/context.js';
import { run } from '../../../codegen/program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tavro-compare-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tavro(
  args: readonly string[],
  stdin = '',
): Promise<{ exit: number; out: string[]; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
    stdin: Readable.from([stdin]),
  });
  return { exit, out, err: err.join('\n') };
}

function file(name: string, json: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(json));
  return path;
}

describe('tavro compare', () => {
  it('prints one JSON line, and exits by it', async () => {
    const reader = file('reader.avsc', 'int');
    const good = await tavro([
      'compare',
      '--reader',
      reader,
      '--writer',
      reader,
      '--format',
      'json',
    ]);
    expect([good.exit, good.out]).toEqual([EXIT.clean, ['{"compatible":true,"findings":[]}']]);
    const writer = file('writer.avsc', 'string');
    const bad = await tavro([
      'compare',
      '--reader',
      reader,
      '--writer',
      writer,
      '--format',
      'json',
    ]);
    expect(bad.exit).toBe(EXIT.findings);
    expect(JSON.parse(bad.out[0] ?? '')).toMatchObject({
      compatible: false,
      findings: [{ rule: 'type-mismatch', path: '', at: { file: reader, line: 1, column: 1 } }],
    });
  });

  it('finds types in referenced files', async () => {
    const type = file('type.avsc', { type: 'enum', name: 'n.E', symbols: ['A'] });
    const schema = file('record.avsc', {
      type: 'record',
      name: 'n.R',
      fields: [{ name: 'e', type: 'E' }],
    });
    const args = ['compare', '--reader', schema, '--writer', schema];
    expect((await tavro(args)).err).toMatch(/Nothing defines the type n\.E/);
    expect((await tavro([...args, '--reference', type])).exit).toBe(EXIT.clean);
  });

  it.each([
    [['compare'], EXIT.usage, /Give --reader FILE/],
    [
      ['compare', '--reader', 'nowhere.avsc', '--writer', 'nowhere.avsc'],
      EXIT.failure,
      /nowhere\.avsc/,
    ],
    [['compare', '--format', 'xml'], EXIT.usage, /xml/],
  ])('%j fails with a message', async (args, exit, message) => {
    const answer = await tavro(args);
    expect([answer.exit, answer.err]).toEqual([exit, expect.stringMatching(message)]);
    expect(answer.err).not.toMatch(/\n\s+at /);
  });
});

describe('tavro compare --pairs', () => {
  it('answers each line, in order', async () => {
    const pairs = [
      { id: 'a', reader: 'long', writer: 'int' },
      { id: 'b', reader: 'int', writer: 'long' },
      { reader: ['null', 'int'], writer: '"int"' },
    ].map((pair) => JSON.stringify(pair));
    const { exit, out } = await tavro(['compare', '--pairs'], `${pairs.join('\n')}\n\n`);
    expect(exit).toBe(EXIT.clean);
    const answers = out.map((line) => JSON.parse(line));
    expect(answers.map(({ id, compatible }) => [id, compatible])).toEqual([
      ['a', true],
      ['b', false],
      [undefined, true],
    ]);
    expect(answers[1].findings[0].java).toEqual({ type: 'TYPE_MISMATCH', location: '/' });
  });

  it('goes on after a line that is no pair, and fails in the end', async () => {
    const lines = [
      'nonsense',
      '{"reader": "int"}',
      '{"reader": "int", "writer": "Unknown"}',
      '{"reader": "int", "writer": "int"}',
    ];
    const { exit, out, err } = await tavro(['compare', '--pairs'], lines.join('\n'));
    expect(exit).toBe(EXIT.failure);
    expect(out.map((line) => JSON.parse(line).compatible)).toEqual([null, null, null, true]);
    expect(err).toMatch(/line 1: not JSON/);
    expect(err).toMatch(/line 3: .*Nothing defines the type Unknown/);
  });

  it('goes on after a line too long to hold, past a byte order mark and carriage returns', async () => {
    const pair = '{"reader": "int", "writer": "int"}';
    const lines = [`\uFEFF${pair}\r`, 'x'.repeat(40_000_000), pair];
    const { exit, out, err } = await tavro(['compare', '--pairs'], lines.join('\n'));
    expect(exit).toBe(EXIT.failure);
    expect(out.map((line) => JSON.parse(line).compatible)).toEqual([true, null, true]);
    expect(err).toBe('line 2: longer than 33554432 bytes');
  });
});

describe('tavro rules', () => {
  it.each(['text', 'json', 'markdown'])('lists them as %s', async (format) => {
    const { exit, out } = await tavro(['rules', '--format', format]);
    expect(exit).toBe(EXIT.clean);
    expect(out.join('\n')).toMatch('field-default-missing');
  });
});
