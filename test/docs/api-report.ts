/** What each entry of the package exports, as text: names, signatures, members. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Node, Project, Scope, type SourceFile, ts } from 'ts-morph';
import { ROOT } from '../architecture/imports.js';

/** The surface of an entry such as `tavro/runtime`. */
export interface Entry {
  readonly name: string;
  /** What each exported name stands for: where it is declared, and as what. */
  readonly exports: ReadonlyMap<string, string>;
  readonly report: string;
}

/** What a name is declared by: overloads of a function are several. */
type Declarations = readonly Node[];

/** Reads the surface of every entry from the declarations that the build emits. */
export function readEntries(): Entry[] {
  const folder = mkdtempSync(join(tmpdir(), 'tavro-api-'));
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const to = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', folder];
    execFileSync(process.execPath, [tsc, ...to, '--emitDeclarationOnly'], { stdio: 'pipe' });
    // Only our own names are looked up: no library is loaded.
    const project = new Project({
      skipAddingFilesFromTsConfig: true,
      compilerOptions: { noLib: true, types: [], module: ts.ModuleKind.NodeNext },
    });
    project.addSourceFilesAtPaths(join(folder, '**/*.d.ts')).forEach(dropHiddenMembers);
    const files = Object.entries(entryFiles()).map(
      ([name, file]) => [name, project.getSourceFileOrThrow(join(folder, file))] as const,
    );
    const everywhere = new Set(
      files.flatMap(([, file]) => [...file.getExportedDeclarations().values()].flat()),
    );
    return files.map(([name, file]) => entryOf(name, { file, everywhere, folder }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** They come and go: no class of ours is there to be extended, and users see none of them. */
function dropHiddenMembers(file: SourceFile): void {
  for (const type of file.getClasses())
    for (const member of [...type.getInstanceMembers(), ...type.getStaticMembers()])
      if (Node.isScoped(member) && member.getScope() !== Scope.Public) member.remove();
}

/** `tavro/runtime` -> `runtime/index.d.ts`, as package.json has them. */
function entryFiles(): Record<string, string> {
  const { name, exports }: { name: string; exports: Record<string, { types?: string }> } =
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, { types }]) =>
      // The entry `.` is an error without a name.
      types === undefined || path === '.'
        ? []
        : [[name + path.slice(1), types.replace(/^\.\/dist\//, '')]],
    ),
  );
}

interface Surroundings {
  readonly file: SourceFile;
  /** What any entry exports. */
  readonly everywhere: ReadonlySet<Node>;
  readonly folder: string;
}

function entryOf(name: string, { file, everywhere, folder }: Surroundings): Entry {
  const exported = new Map<string, Declarations>(sorted(file.getExportedDeclarations()));
  const reached = reachedFrom([...exported.values()].flat(), everywhere);
  const lines = [
    `${name}: ${exported.size} names. Printed by \`npm run golden:update -- test/docs/api\`.`,
    ...[...exported].map(([as, declarations]) => textOf(as, declarations)),
  ];
  if (reached.size > 0) {
    lines.push('--- seen through these, and not exported by any entry:');
    for (const [as, declarations] of sorted(reached)) lines.push(textOf(as, declarations));
  }
  const places = [...exported].map(([as, [declaration]]): [string, string] => {
    const path = declaration
      ?.getSourceFile()
      .getFilePath()
      .slice(folder.length + 1);
    return [as, `${path} ${declaration === undefined ? '' : nameOf(declaration)}`];
  });
  return { name, exports: new Map(places), report: `${lines.join('\n\n')}\n` };
}

/** Our own types that the given declarations mention, and those that these mention, by name. */
function reachedFrom(
  from: Declarations,
  known: ReadonlySet<Node>,
): ReadonlyMap<string, Declarations> {
  const found = new Map<string, Node[]>();
  const seen = new Set<Node>([...from, ...known]);
  const open = [...from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const declaration of mentionedBy(node)) {
      if (seen.has(declaration)) continue;
      seen.add(declaration);
      open.push(declaration);
      const name = nameOf(declaration);
      found.set(name, [...(found.get(name) ?? []), declaration]);
    }
  }
  return found;
}

function mentionedBy(node: Node): Node[] {
  return node
    .getDescendantsOfKind(ts.SyntaxKind.Identifier)
    .flatMap((identifier) => {
      const symbol = identifier.getSymbol();
      return (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations() ?? [];
    })
    .filter(isOfFile);
}

/** Whether a declaration stands at the top of its file, as members and parameters do not. */
function isOfFile(node: Node): boolean {
  if (Node.isVariableDeclaration(node)) return node.getVariableStatement() !== undefined;
  return Node.isStatement(node) && Node.isSourceFile(node.getParent());
}

const printer = ts.createPrinter({ removeComments: true });

function textOf(as: string, declarations: Declarations): string {
  const text = declarations.map(printed).join('\n');
  const [own] = declarations;
  return own === undefined || nameOf(own) === as ? text : `${as} is\n${text}`;
}

function printed(node: Node): string {
  const { compilerNode } = node.getSourceFile();
  const text = printer.printNode(ts.EmitHint.Unspecified, node.compilerNode, compilerNode);
  return Node.isVariableDeclaration(node)
    ? `const ${text};`
    : text.replace(/^export (declare )?/, '');
}

function nameOf(node: Node): string {
  return Node.hasName(node) || Node.isNameable(node) ? (node.getName() ?? '') : '';
}

/** By name, in the order of code units, which is that of every machine. */
function sorted<V>(entries: Iterable<readonly [string, V]>): (readonly [string, V])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
