/** A project on disk as people have it, where commands of the package run as processes of their own. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ProjectSize, writeEvent, writeProject } from '../gate/project.js';
import { type Accounted, accounted } from './accounted.js';
import { type Build, ROOT } from './build.js';

/** A file as it was at a moment. */
interface Seen {
  readonly hash: string;
  readonly mtimeMs: number;
}

/** What a command did to the files of a project. */
export interface Touched {
  /** Written anew, or removed. */
  readonly written: number;
  /** Those of them that are not what they were. */
  readonly changed: number;
}

export class Workspace {
  readonly folder: string;
  readonly size: ProjectSize;
  readonly build: Build;

  private constructor(folder: string, size: ProjectSize, build: Build) {
    this.folder = folder;
    this.size = size;
    this.build = build;
  }

  /** Writes a project whose schemas are as they were released, and in which nothing ever ran. */
  static async create(folder: string, size: ProjectSize, build: Build): Promise<Workspace> {
    await writeProject(folder, { ...size, drafts: false });
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
    return new Workspace(folder, size, build).linked();
  }

  /** The same project elsewhere: whatever a command keeps, it is not there. */
  async copy(folder: string): Promise<Workspace> {
    await cp(join(this.folder, 'schemas'), join(folder, 'schemas'), { recursive: true });
    await cp(join(this.folder, 'package.json'), join(folder, 'package.json'));
    return new Workspace(folder, this.size, this.build).linked();
  }

  private async linked(): Promise<Workspace> {
    const link = join(this.folder, 'node_modules', 'tavro');
    await mkdir(dirname(link), { recursive: true });
    await symlink(ROOT, link, 'junction');
    return this;
  }

  /** Saves a subject's schema with so many fields more than were released. */
  edit(index: number, edits: number): Promise<void> {
    return writeEvent(this.folder, { index, versions: this.size.versions, edits });
  }

  run(command: string): Accounted {
    return accounted([...this.build.flags, this.build.cli, command], { cwd: this.folder });
  }

  /** Runs something and says what it did to schemas, lock and generated code. */
  async touchedBy(work: () => void): Promise<Touched> {
    const before = await this.seen();
    work();
    const after = await this.seen();
    const paths = [...new Set([...before.keys(), ...after.keys()])];
    const differ = (key: keyof Seen): number =>
      paths.filter((path) => before.get(path)?.[key] !== after.get(path)?.[key]).length;
    return { written: differ('mtimeMs'), changed: differ('hash') };
  }

  private async seen(): Promise<Map<string, Seen>> {
    const found = new Map<string, Seen>();
    for (const path of [...(await this.filesIn('schemas')), ...(await this.filesIn('generated'))]) {
      const hash = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      found.set(path, { hash, mtimeMs: (await stat(path)).mtimeMs });
    }
    return found;
  }

  /** Paths of all files in a folder of the project; none where it is not there. */
  async filesIn(folder: string): Promise<string[]> {
    const top = join(this.folder, folder);
    const entries = await readdir(top, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  }

  /** Bytes of a file, and of a folder that may stand in its place. */
  async bytesOf(file: string, folder: string): Promise<number> {
    const alone = join(this.folder, file);
    const paths = [...(existsSync(alone) ? [alone] : []), ...(await this.filesIn(folder))];
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}
