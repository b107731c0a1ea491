/** Runs git. */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { CodegenError } from '../error.js';

/** Most bytes that one git command may print. */
const MAX_OUTPUT_BYTES = 268_435_456;
/** Time that one git command may take, in milliseconds. */
const TIMEOUT_MS = 60_000;

const run = promisify(execFile);

/** git in a folder. */
export class Git {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What a command prints, or `undefined` when it fails. @throws CodegenError when there is no git */
  async ask(...args: readonly string[]): Promise<string | undefined> {
    try {
      const { stdout } = await run('git', [...args], {
        cwd: this.folder,
        maxBuffer: MAX_OUTPUT_BYTES,
        timeout: TIMEOUT_MS,
        // Messages are matched by nobody, but prompts would hang.
        env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      });
      return stdout.trimEnd();
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
        throw new CodegenError('GIT_FAILED', 'git is not installed, or not on the PATH.', {
          cause,
        });
      return undefined;
    }
  }

  /** The texts of files of a commit. @param paths from the repository's root */
  async read(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const output = await this.batch(paths.map((path) => `${commit}:${path}\n`).join(''));
    const texts = new Map<string, string>();
    let at = 0;
    for (const path of paths) {
      const end = output.indexOf(0x0a, at);
      const [, kind, size] = output.toString('utf8', at, end).split(' ');
      at = end + 1;
      // A path with a line break in it, or one that is gone: nothing follows its line.
      if (kind !== 'blob' || size === undefined) continue;
      texts.set(path, output.toString('utf8', at, at + Number(size)));
      at += Number(size) + 1;
    }
    return texts;
  }

  private batch(input: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = spawn('git', ['cat-file', '--batch'], {
        cwd: this.folder,
        stdio: ['pipe', 'pipe', 'ignore'],
        timeout: TIMEOUT_MS,
      });
      const chunks: Buffer[] = [];
      let bytes = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_OUTPUT_BYTES) child.kill();
        else chunks.push(chunk);
      });
      child.on('error', reject);
      child.stdin.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve(Buffer.concat(chunks));
        else reject(new CodegenError('GIT_FAILED', 'git cat-file failed: is the clone whole?'));
      });
      child.stdin.end(input);
    });
  }
}
