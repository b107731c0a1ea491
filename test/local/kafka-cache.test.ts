import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cachedDirectory, userCacheDirectory } from '../../local/kafka/cache.js';

describe('userCacheDirectory', () => {
  it.each([
    { platform: 'linux', env: {}, want: join(homedir(), '.cache', 'tavro') },
    { platform: 'linux', env: { XDG_CACHE_HOME: '/x' }, want: join('/x', 'tavro') },
    { platform: 'linux', env: { XDG_CACHE_HOME: 'x' }, want: join(homedir(), '.cache', 'tavro') },
    { platform: 'darwin', env: {}, want: join(homedir(), 'Library', 'Caches', 'tavro') },
    { platform: 'darwin', env: { XDG_CACHE_HOME: '/x' }, want: join('/x', 'tavro') },
    { platform: 'win32', env: { LOCALAPPDATA: 'L' }, want: join('L', 'tavro', 'Cache') },
  ] as const)('$platform $env', ({ platform, env, want }) => {
    expect(userCacheDirectory({ platform, env })).toBe(want);
  });
});

describe('cachedDirectory', () => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'tavro-test-'));
    env = { XDG_CACHE_HOME: home };
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const cache = () => join(home, 'tavro');
  const fill = async (directory: string) => writeFileSync(join(directory, 'whole'), '');
  const witness = 'whole';

  it('builds once', async () => {
    let builds = 0;
    const build = async (directory: string) => {
      builds += 1;
      await fill(directory);
    };
    const first = await cachedDirectory('a', { env, witness, build });
    expect(first).toBe(join(cache(), 'a'));
    expect(await cachedDirectory('a', { env, witness, build })).toBe(first);
    expect(builds).toBe(1);
    expect(readdirSync(cache())).toEqual(['a']);
  });

  it('lets two at once build without harm: the first to finish wins', async () => {
    let release: (() => void) | undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const build = async (directory: string) => {
      await slow;
      await fill(directory);
    };
    const late = cachedDirectory('a', { env, witness, build });
    const early = await cachedDirectory('a', { env, witness, build: fill });
    release?.();
    expect(await late).toBe(early);
    expect(readdirSync(cache())).toEqual(['a']);
  });

  it('leaves nothing behind when the build fails', async () => {
    const failed = new Error('no network');
    const build = async (directory: string) => {
      await fill(directory);
      throw failed;
    };
    await expect(cachedDirectory('a', { env, witness, build })).rejects.toBe(failed);
    expect(readdirSync(cache())).toEqual([]);
  });

  it('removes what killed runs left, but not what others are building', async () => {
    const old = join(cache(), 'a.partial-old');
    const recent = join(cache(), 'b.partial-recent');
    for (const directory of [old, recent]) mkdirSync(directory, { recursive: true });
    utimesSync(old, 0, 0);
    await cachedDirectory('a', { env, witness, build: fill });
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
  });

  it('says what to do about a damaged directory', async () => {
    mkdirSync(join(cache(), 'a'), { recursive: true });
    await expect(cachedDirectory('a', { env, witness, build: fill })).rejects.toMatchObject({
      code: 'CACHE_UNUSABLE',
      message: expect.stringMatching(/incomplete \(no whole\)\. Delete it/),
    });
  });

  it('says what to do about a cache that cannot be written', async () => {
    writeFileSync(join(home, 'tavro'), 'a file in the way');
    await expect(cachedDirectory('a', { env, witness, build: fill })).rejects.toMatchObject({
      code: 'CACHE_UNUSABLE',
      message: expect.stringMatching(/XDG_CACHE_HOME/),
    });
  });
});
