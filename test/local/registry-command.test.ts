import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const command = ['--conditions=tavro-source', '--import', 'tsx', 'codegen/cli.ts', 'registry'];
  const child = spawn(process.execPath, [...command, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
  });
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
    const child = start(['--port', '0'], { TAVRO_REGISTRY_AUTH: 'u:p' });
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
    [['--auth-file', 'package.json'], 'user:password'],
    [['--auth-file', 'none'], 'none cannot be read'],
    // A password on the command line is nobody's secret.
    [['--auth', 'u:p'], '--auth'],
  ])('%j is a mistake of whoever typed it', async (args, name) => {
    const child = start(args);
    const ended = once(child, 'exit');
    expect(await firstLine(child.stderr)).toContain(name);
    expect(await ended).toEqual([2, null]);
  });

  it('says in one line that its port is taken', async () => {
    const first = start(['--port', '0']);
    const port = (await firstLine(first.stdout)).replace(/^.*:/, '');
    const second = start(['--port', port]);
    let stderr = '';
    second.stderr?.on('data', (text) => {
      stderr += text;
    });
    expect(await once(second, 'close')).toEqual([1, null]);
    expect(stderr).toBe(
      `Port ${port} of 127.0.0.1 is taken, perhaps by another \`tavro registry\` or a Schema Registry in Docker; \`lsof -i :${port}\` tells (on Windows \`netstat -ano\`). ` +
        `Run \`npx tavro registry --port ${Number(port) + 1}\`, or with \`--port 0\` for a free one.\n`,
    );
  });

  it('keeps a file from a second process, and takes it from one that was killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tavro-registry-'));
    const args = ['--port', '0', '--persist', join(folder, 'registry.json')];
    const first = start(args);
    await firstLine(first.stdout);
    const second = start(args);
    const why = await firstLine(second.stderr);
    expect(why).toContain(`The registry of process ${first.pid} on ${hostname()} keeps`);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const third = start(args);
    expect(await firstLine(third.stdout)).toMatch(/^Schema Registry: /);
    third.kill('SIGTERM');
    expect(await once(third, 'exit')).toEqual([0, null]);
    // The note goes with its process.
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
