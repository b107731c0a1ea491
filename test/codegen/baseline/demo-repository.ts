/** A repository with schemas and branches, made in a temporary folder. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EXIT } from '../../../codegen/context.js';
import { run } from '../../../codegen/program.js';
import type { Json } from '../../../runtime/json.js';

export { EXIT };

export type Fields = readonly Json[];

export const ORDER_FIELDS: Fields = [
  { name: 'id', type: 'string' },
  { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 } },
  { name: 'placed_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  {
    name: 'status',
    type: { type: 'enum', name: 'Status', symbols: ['OPEN', 'PAID'] },
  },
  { name: 'quantity', type: 'int', default: 1 },
];

export const ORDER = 'schemas/shop/order.avsc';

export function order(fields: Fields, more: { readonly [key: string]: Json } = {}): string {
  return `${JSON.stringify(
    { type: 'record', name: 'Order', namespace: 'com.acme.shop', fields, ...more },
    null,
    2,
  )}\n`;
}

/** What a command answered. */
export interface Answer {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export class DemoRepository {
  readonly folder: string;

  constructor(folder = mkdtempSync(join(tmpdir(), 'tavro-demo-'))) {
    this.folder = folder;
  }

  /** A repository whose main branch has one topic and one schema. */
  static create(): DemoRepository {
    const demo = new DemoRepository();
    demo.git('init', '--quiet', '--initial-branch=main');
    demo.git('config', 'user.name', 'Demo');
    demo.git('config', 'user.email', 'demo@example.com');
    demo.write(
      'schemas/tavro.json',
      `${JSON.stringify({ topics: { orders: { value: 'com.acme.shop.Order', compatibility: 'FULL' } } }, null, 2)}\n`,
    );
    demo.write(ORDER, order(ORDER_FIELDS));
    demo.commit('Start');
    return demo;
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', [...args], {
      cwd: this.folder,
      encoding: 'utf8',
      // Nothing of the machine's own settings may matter here.
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
  }

  branch(name: string, from = 'main'): void {
    this.git('checkout', '--quiet', '-B', name, from);
  }

  /** Runs tavro on this repository's schemas; the folder is `<repo>` in what it prints. */
  async tavro(...args: readonly string[]): Promise<Answer> {
    return this.tavroWith({}, ...args);
  }

  async tavroWith(
    context: { readonly env?: Readonly<Record<string, string>>; readonly now?: () => Date },
    ...args: readonly string[]
  ): Promise<Answer> {
    const out: string[] = [];
    const err: string[] = [];
    const schemas = ['--schemas', join(this.folder, 'schemas')];
    const exit = await run([...args, ...schemas], {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      env: context.env ?? {},
      signal: new AbortController().signal,
      ...(context.now === undefined ? {} : { now: context.now }),
    });
    const clean = (lines: readonly string[]): string =>
      lines
        .join('\n')
        .replaceAll(this.folder, '<repo>')
        .replace(/\b[0-9a-f]{7}\b(?=\)|:|")/g, '0000000');
    return { exit, out: clean(out), err: clean(err) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Rule and path of the findings in a JSON report. */
export function rulesOf({ out }: Answer, category?: string): string[] {
  // Safe: the shape of `--format json`.
  const { findings } = JSON.parse(out) as {
    findings: readonly { rule: string; path: string; category: string }[];
  };
  const wanted = findings.filter(
    (finding) => category === undefined || finding.category === category,
  );
  return [...new Set(wanted.map(({ rule, path }) => (path === '' ? rule : `${rule} ${path}`)))];
}
