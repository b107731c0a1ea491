import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { KafkaLaunchError } from './errors.js';

/** A half-built directory older than this was left by a run that was killed. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;
/** In the name of what is being made; removed when nobody goes on with it. */
export const PARTIAL = '.partial-';

export interface CacheOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** @default process.platform */
  readonly platform?: NodeJS.Platform;
}

/**
 * Where this user keeps what can be downloaded again: `$XDG_CACHE_HOME/tavro`, else the
 * platform's own place (`~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`).
 */
export function userCacheDirectory(options: CacheOptions = {}): string {
  const { env = process.env, platform = process.platform } = options;
  const xdg = env.XDG_CACHE_HOME;
  // The XDG specification tells us to ignore a relative path.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'tavro');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tavro');
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'tavro', 'Cache');
  }
  return join(homedir(), '.cache', 'tavro');
}

export interface CachedDirectoryOptions extends CacheOptions {
  /** A path inside the directory; when it is there, the directory is whole. */
  readonly witness: string;
  /** Fills the empty directory that it is given. */
  readonly build: (directory: string) => Promise<void>;
}

/**
 * Answers the directory `name` of the user's cache, building it when it is not there. It appears
 * by one rename, so runs at the same time cannot see or make half a directory.
 *
 * @throws KafkaLaunchError CACHE_UNUSABLE, and whatever `build` throws.
 */
export async function cachedDirectory(
  name: string,
  options: CachedDirectoryOptions,
): Promise<string> {
  const cache = userCacheDirectory(options);
  const final = join(cache, name);
  await removeAbandoned(cache);
  const whole = () => existsSync(join(final, options.witness));
  if (whole()) return final;
  if (existsSync(final)) throw damaged(final, options.witness);

  const partial = await makePartial(cache, name);
  try {
    await options.build(partial);
    await rename(partial, final);
  } catch (error) {
    // Another run may have been faster: the rename then finds a full directory in its way.
    if (!whole()) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  if (!whole()) throw damaged(final, options.witness);
  return final;
}

async function makePartial(cache: string, name: string): Promise<string> {
  try {
    await mkdir(cache, { recursive: true });
    return await mkdtemp(join(cache, `${name}${PARTIAL}`));
  } catch (cause) {
    throw new KafkaLaunchError(
      'CACHE_UNUSABLE',
      `Cannot write to the cache directory ${cache}. Make it writable, or set XDG_CACHE_HOME ` +
        'to a directory that is.',
      { cause },
    );
  }
}

/** Does what it can: whatever is wrong with the cache is told by who needs it. */
async function removeAbandoned(cache: string): Promise<void> {
  const entries = await readdir(cache).catch(() => []);
  for (const entry of entries.filter((name) => name.includes(PARTIAL))) {
    const path = join(cache, entry);
    // It may vanish between the listing and here: its owner is done with it.
    const changed = await stat(path).catch(() => undefined);
    if (changed === undefined || Date.now() - changed.mtimeMs < ABANDONED_AFTER_MS) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function damaged(directory: string, witness: string): KafkaLaunchError {
  return new KafkaLaunchError(
    'CACHE_UNUSABLE',
    `The cached directory ${directory} is incomplete (no ${witness}). Delete it and run again.`,
  );
}
