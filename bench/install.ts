/** `npm run build && npm run bench:install`: what installs take, as docs/dependencies.md shows it. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withMarked } from './report/marked.js';
import { readOptions } from './report/options.js';

readOptions({});

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/dependencies.md');
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Who installs what besides tavro. */
const INSTALLS = [
  ['a service without a Kafka client, such as a Lambda handler', []],
  ['a service that sends with kafkajs', ['kafkajs']],
  ['development with the CDK', ['kafkajs', 'typescript', 'aws-cdk-lib', 'constructs']],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'tavro-install-'));
try {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const packed = JSON.parse(npm(pack, ROOT));
  // npm 12 answers by the names of packages, others with a list.
  const { filename } = Object.values<{ filename: string }>(packed)[0] ?? {};
  const rows = INSTALLS.map(([who, others], i) => {
    const project = join(folder, `${i}`);
    const names = others.map((name) => `${name}@${MANIFEST.devDependencies[name]}`);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{}');
    npm(['install', '--ignore-scripts', join(folder, `${filename}`), ...names], project);
    const modules = join(project, 'node_modules');
    const command = ['`npm i tavro', ...others].join(' ');
    return `| ${who} | ${command}\` | ${packagesIn(project)} | ${megabytes(modules)} |`;
  });
  const head = ['| who | installs | packages | MB |', '|---|---|---|---|'];
  const table = [...head, ...rows].join('\n');
  writeFileSync(PAGE, withMarked(readFileSync(PAGE, 'utf8'), 'installs', table));
  process.stdout.write(`${table}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function packagesIn(project: string): number {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  return Object.keys(packages).filter((path) => existsIn(project, path)).length;
}

/** Not the project itself, nor what is for another platform. */
function existsIn(project: string, path: string): boolean {
  return path !== '' && statSync(join(project, path), { throwIfNoEntry: false }) !== undefined;
}

/** What the files hold: a disk takes more, each in its own way. */
function megabytes(modules: string): string {
  const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
  return (bytes.reduce((sum, size) => sum + size, 0) / 1_000_000).toFixed(1);
}
