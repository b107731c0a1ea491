/** The imports of source files, as TypeScript reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ts } from 'ts-morph';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  readonly file: string;
  readonly line: number;
  /** As it is written. */
  readonly module: string;
  /** A file of the house, a package, or a built-in with its `node:`. */
  readonly target: string;
  /** `value` is loaded when the file is, `dynamic` when it is asked for, `type` never. */
  readonly kind: 'value' | 'type' | 'dynamic';
}

/** TypeScript files of a folder, by paths from the root. */
export function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => posix.join(folder, file.split('\\').join('/')))
    .sort();
}

export function importsOf(file: string): Import[] {
  return importsOfText(file, readFileSync(join(ROOT, file), 'utf8'));
}

/** @param file where the text stands, for what its relative paths mean */
export function importsOfText(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Import['kind']): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const line = source.getLineAndCharacterOfPosition(specifier.getStart(source)).line + 1;
    found.push({
      file,
      line,
      module: specifier.text,
      target: targetOf(file, specifier.text),
      kind,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, isTypeOnly(node.importClause) ? 'type' : 'value');
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value');
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, 'type');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], 'dynamic');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  if (clause.name !== undefined || names === undefined || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

/** Entries of the package, which samples import by name. */
const ENTRIES: Readonly<Record<string, string>> = {
  'tavro/testing': 'local/index.ts',
  'tavro/generated-code': 'runtime/generated-code.ts',
  'tavro/read': 'runtime/wire/read.ts',
  'tavro/write': 'runtime/wire/write.ts',
  'tavro/avro': 'runtime/avro.ts',
};

function targetOf(file: string, module: string): string {
  if (module.startsWith('.')) {
    const path = posix.join(dirname(file), module);
    return path.endsWith('.js') ? `${path.slice(0, -3)}.ts` : path;
  }
  if (module.startsWith('tavro/')) {
    return ENTRIES[module] ?? `${module.slice('tavro/'.length)}/index.ts`;
  }
  if (isBuiltin(module)) return `node:${module.replace(/^node:/, '').replace(/\/.*/, '')}`;
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The circles of a graph, each as the nodes on it: strongly connected components of two or more. */
export function circles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reach = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [from];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const next of edges.get(node) ?? []) {
        if (!seen.has(next)) open.push(next);
        seen.add(next);
      }
    }
    return seen;
  };
  const reached = new Map([...edges.keys()].map((node) => [node, reach(node)]));
  const found: string[][] = [];
  const done = new Set<string>();
  for (const [node, all] of reached) {
    if (done.has(node) || !all.has(node)) continue;
    const circle = [...all].filter((other) => reached.get(other)?.has(node));
    for (const member of circle) done.add(member);
    if (circle.length > 1) found.push(circle.sort());
  }
  return found;
}
