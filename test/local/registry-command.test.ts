import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function start(...args: string[]): ChildProcess {
  const command = ['--conditions=tavro-source', '--import', 'tsx', 'codegen/cli.ts', 'registry'];
  const child = spawn(process.execPath, [...command, ...args], { cwd: ROOT });
  running.push(child);
  return child;
}

async function firstLine(stream: NodeJS.ReadableStream | null): Promise<string> {
  if (stream === null) throw new Error('no stream');
  const [line] = await once(createInterface(stream), 'line');
  return String(line);
}

describe('the registry as a command', () => {
  it('says where it is when it is ready, and ends when asked to', async () => {
    const child = start('--port', '0', '--auth', 'u:p');
    const line = await firstLine(child.stdout);
    expect(line).toMatch(/^Schema Registry: http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${line.replace(/^.*: /, '')}/subjects`, {
      headers: { authorization: `Basic ${btoa('u:p')}` },
    });
    expect(await response.json()).toEqual([]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    [['--port', 'http'], '--port'],
    [['--port', '70000'], '--port'],
    [['--auth', 'justme'], '--auth'],
  ])('%j is a mistake of whoever typed it', async (args, name) => {
    const child = start(...args);
    const ended = once(child, 'exit');
    expect(await firstLine(child.stderr)).toContain(name);
    expect(await ended).toEqual([2, null]);
  });
});
