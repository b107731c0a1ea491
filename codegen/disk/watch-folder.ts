/** Tells of changes anywhere in a folder. */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * Watches each folder by itself. Node's recursive watching loses a file on Linux once another was put
 * in its place, which is how editors and this tool write.
 */
export class FolderWatcher {
  private readonly root: string;
  private readonly tell: (path: string) => void;
  /** By path in the root, with forward slashes. */
  private readonly watchers = new Map<string, FSWatcher>();

  /**
   * @param tell takes the path of what changed, in the folder and with forward slashes
   * @throws what the file system says of a folder that cannot be watched
   */
  constructor(root: string, tell: (path: string) => void) {
    this.root = root;
    this.tell = tell;
    this.open('');
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private open(path: string): void {
    const folder = join(this.root, path);
    const entries = readdirSync(folder, { withFileTypes: true });
    const watcher = watch(folder);
    watcher.on('change', (_, name) => this.changed(below(path, String(name))));
    // What is gone is told of by the folder around it.
    watcher.on('error', () => this.forget(path));
    this.watchers.set(path, watcher);
    for (const entry of entries)
      if (entry.isDirectory() && entry.name !== 'node_modules') this.open(below(path, entry.name));
  }

  private changed(path: string): void {
    // A folder may be new, gone, or another one.
    this.forget(path);
    try {
      this.open(path);
    } catch {
      // It is a file, or gone.
    }
    this.tell(path);
  }

  private forget(path: string): void {
    for (const [known, watcher] of this.watchers) {
      if (known !== path && !known.startsWith(`${path}/`)) continue;
      watcher.close();
      this.watchers.delete(known);
    }
  }
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
