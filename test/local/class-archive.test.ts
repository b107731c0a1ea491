import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newClassArchive, usedClassArchive } from '../../local/kafka/class-archive.js';
import { supervise } from '../../local/kafka/supervise.js';
import type { Kept } from '../../local/kafka/watchdog.js';
import { eventually } from './processes.js';

const JAVA = { command: 'java', version: 17, build: 'java.vm.version = 17.0.15', shares: true };
const OTHER_JAVA = { ...JAVA, build: 'java.vm.version = 17.0.16' };

let cache: string;
let jars: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'tavro-test-'));
  jars = join(cache, 'kafka-1');
  mkdirSync(jars);
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const archives = () => readdirSync(jars);
const usedFile = () =>
  usedClassArchive(JAVA, jars)
    .flags.find((flag) => flag.startsWith('-XX:SharedArchiveFile='))
    ?.split('=')[1];

function kept(): Kept {
  const { kept: file } = newClassArchive(JAVA, jars);
  if (file === undefined) throw new Error('nothing is kept');
  return file;
}

/** What a broker does that is ended gently; answers the archive. */
function leave(text: string): string {
  const { to, suffix } = kept();
  const archive = `${to}${text.length}${suffix}`;
  writeFileSync(archive, text);
  return archive;
}

describe('the archive of classes', () => {
  it('is none at first, and is to be left by the next broker', () => {
    expect(usedClassArchive(JAVA, jars)).toEqual({ flags: [] });
    const { flags, kept: file } = newClassArchive(JAVA, jars);
    expect(flags).toContain(`-XX:ArchiveClassesAtExit=${file?.from}`);
  });

  it('is used by its Java only, with its checksums looked at, and made once', () => {
    const archive = leave('classes');
    expect(usedFile()).toBe(archive);
    expect(usedClassArchive(JAVA, jars).flags).toContain('-XX:+VerifySharedSpaces');
    expect(usedClassArchive(OTHER_JAVA, jars)).toEqual({ flags: [] });
    expect(newClassArchive(JAVA, jars)).toEqual({ flags: [] });
    expect(newClassArchive(OTHER_JAVA, jars).kept).toBeDefined();
    expect(existsSync(archive)).toBe(true);
  });

  it('that was cut short is removed, and made anew', () => {
    const archive = leave('classes');
    writeFileSync(archive, 'cla');
    expect(usedFile()).toBeUndefined();
    expect(archives()).toEqual([]);
    expect(kept()).toBeDefined();
  });

  it('is one of those that were made at the same time', () => {
    const { to, suffix } = kept();
    for (const text of ['classes', 'classes, too'])
      writeFileSync(`${to}${text.length}${suffix}`, text);
    const file = usedFile() ?? '';
    expect(archives().map((name) => join(jars, name))).toEqual([file]);
    expect(usedFile()).toBe(file);
  });

  it('is not made by a Java that shares none, nor where nothing can be written', () => {
    expect(newClassArchive({ ...JAVA, shares: false }, jars)).toEqual({ flags: [] });
    rmSync(jars, { recursive: true });
    writeFileSync(jars, '');
    expect(newClassArchive(JAVA, join(jars, 'under-a-file'))).toEqual({ flags: [] });
  });
});

describe('what a command leaves', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tavro-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** Runs a program that is asked to end; answers once it has. */
  async function runAndStop(file: Kept, atEnd: string): Promise<void> {
    const script = `
      process.on('SIGTERM', () => { ${atEnd}; process.exit(143); });
      setInterval(() => {}, 1000);
      console.log('up');`;
    const commands = [{ command: process.execPath, args: ['-e', script] }];
    const supervised = supervise(directory, { commands, kept: file });
    await eventually(() => supervised.logTail() === 'up');
    await supervised.stop();
    expect(existsSync(directory)).toBe(false);
    expect(existsSync(file.from)).toBe(false);
  }

  it('is kept whole under its name', async () => {
    const file = kept();
    await runAndStop(
      file,
      `require('node:fs').writeFileSync(${JSON.stringify(file.from)}, 'classes')`,
    );
    expect(usedFile()).toBe(`${file.to}7${file.suffix}`);
  });

  it('is nothing where it wrote nothing', async () => {
    await runAndStop(kept(), '');
    expect(archives()).toEqual([]);
  });
});
