/** A copy of this repository, in which a test may do what its documents tell people to do. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What no command needs, or makes. */
const LEFT_OUT = new Set(['.git', '.cache', 'node_modules', 'dist', 'cdk.out', 'coverage']);

export interface Ended {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly said: string;
}

export class RepositoryCopy {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'tavro-copy-')));

  /** With the sample as it was frozen: whoever edits theirs may still run the tests. */
  constructor() {
    for (const entry of readdirSync(ROOT)) {
      if (!LEFT_OUT.has(entry))
        cpSync(join(ROOT, entry), join(this.folder, entry), { recursive: true });
    }
    for (const room of ['schemas', 'generated']) {
      rmSync(join(this.folder, room), { recursive: true });
      cpSync(join(ROOT, 'test', 'frozen', room), join(this.folder, room), { recursive: true });
    }
    // Each package by itself: what is noted in node_modules/.cache is noted in the copy.
    const packages = join(this.folder, 'node_modules');
    mkdirSync(packages);
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name !== '.cache')
        symlinkSync(join(ROOT, 'node_modules', name), join(packages, name), 'junction');
    }
  }

  /** Changes a file, which must have the text once. */
  edit(path: string, from: string, to: string): void {
    const parts = this.read(path).split(from);
    if (parts.length !== 2) throw new Error(`${path} has ${from} ${parts.length - 1} times.`);
    this.write(path, parts.join(to));
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Runs a command as it is typed, without settings of whoever runs the tests. */
  run(command: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const [program = '', ...args] = command.split(' ');
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(TAVRO_|KAFKA_|SCHEMA_REGISTRY_|npm_|NODE_ENV$|FORCE_COLOR$)/.test(name),
    );
    const options = {
      cwd: this.folder,
      env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
      // On Windows npm and npx are scripts.
      shell: process.platform === 'win32',
    };
    return new Promise((resolve) => {
      execFile(program, args, options, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), said: out + err });
      });
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
