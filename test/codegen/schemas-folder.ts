/** A schemas folder on disk and the commands that work on it, for tests. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readLock } from '../../codegen/disk/lock-file.js';
import type { Lock } from '../../codegen/history/lock.js';
import { run } from '../../codegen/program.js';
import { CONFIG_FILE } from '../../codegen/project/config/config.js';
import type { Json } from '../../runtime/json.js';
import { disagreement } from './editor/agreement.js';
import { printFormat1 } from './history/locks.js';
import { refuseBadSyntaxIn } from './syntax.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class SchemasFolder {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async create(files: Readonly<Record<string, Json>> = {}): Promise<SchemasFolder> {
    const folder = new SchemasFolder(await mkdtemp(join(tmpdir(), 'tavro-')));
    await mkdir(folder.schemas);
    for (const [path, json] of Object.entries(files)) await folder.write(path, json);
    return folder;
  }

  get schemas(): string {
    return join(this.root, 'schemas');
  }

  get generated(): string {
    return join(this.root, 'generated');
  }

  /** Writes a file. Of `tavro.json` its reader and its JSON Schema must say the same. */
  async write(path: string, json: Json): Promise<void> {
    const file = join(this.schemas, path);
    const text = JSON.stringify(json, null, 2);
    const complaint = path === CONFIG_FILE ? disagreement(text) : undefined;
    if (complaint !== undefined) throw new Error(complaint);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.schemas, path), 'utf8');
  }

  lock(): Promise<Lock> {
    return readLock(this.schemas);
  }

  /** The texts of the lock's files, by path. */
  async lockTexts(): Promise<Readonly<Record<string, string>>> {
    const paths = [...((await this.lock()).files?.keys() ?? [])];
    const texts = await Promise.all(paths.map((path) => this.read(path)));
    return Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? '']));
  }

  /** Edits each file of the lock. */
  async editLock(edit: (text: string, path: string) => string): Promise<void> {
    for (const [path, text] of Object.entries(await this.lockTexts()))
      await writeFile(join(this.schemas, path), edit(text, path));
  }

  /** Puts back what {@link lockTexts} has told. */
  async restoreLock(texts: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(texts))
      await writeFile(join(this.schemas, path), text);
  }

  /** Puts a lock of format 1 in the place of what is there. */
  async writeFormat1(lock: Lock): Promise<void> {
    await rm(join(this.schemas, 'lock'), { recursive: true, force: true });
    await writeFile(join(this.schemas, 'lock.json'), printFormat1(lock));
  }

  /** Does to the drafts what `publish` does, but for ids. */
  release(): Promise<void> {
    return this.editLock((text) => text.replaceAll('"draft"', '"released"'));
  }

  /** `[version, state, ids]` of each version of a subject. */
  async versions(subject: string): Promise<(readonly [number, string, Record<string, number>])[]> {
    const { subjects } = await this.lock();
    return (
      subjects
        .get(subject)
        ?.versions.map(({ version, state, ids }) => [version, state, { ...ids }] as const) ?? []
    );
  }

  /** Runs a command on this folder, with what else the environment says. */
  async run(command: string, args: readonly string[] = [], env = {}): Promise<Ran> {
    const [out, err]: [string[], string[]] = [[], []];
    const folders = ['--schemas', this.schemas];
    if (command === 'codegen') folders.push('--out', this.generated);
    const code = await run([command, ...folders, ...args], {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      env,
      signal: new AbortController().signal,
    });
    const elsewhere = args[args.indexOf('--out') + 1];
    const generated = args.includes('--out') && elsewhere ? elsewhere : this.generated;
    if (command === 'codegen' && code === 0) refuseBadSyntaxIn(generated);
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
