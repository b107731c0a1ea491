/** Reads from the types of the package which options objects its entries take. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Node, Project, type Signature, type Type, TypeFlags } from 'ts-morph';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Names of optional members, by `<entry> <type>` or, for a type without a name, `<entry> <function>`. */
export type OptionsObjects = ReadonlyMap<string, readonly string[]>;

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly 'tavro-source'?: string }>>;
}

/** The entries of `tavro` that have sources, such as `runtime`. */
export function entries(): string[] {
  return Object.entries(manifest().exports).flatMap(([entry, target]) =>
    target['tavro-source'] === undefined ? [] : [entry.slice('./'.length)],
  );
}

/** Every type of ours with optional members that is called options, or that an export takes. */
export function optionsObjects(of: readonly string[]): OptionsObjects {
  const project = new Project({
    tsConfigFilePath: `${ROOT}tsconfig.json`,
    skipAddingFilesFromTsConfig: true,
  });
  const found = new Map<string, string[]>();
  const roots = of.map((entry) => {
    const source = manifest().exports[`./${entry}`]?.['tavro-source'] ?? '';
    return { entry, file: project.addSourceFileAtPath(`${ROOT}${source}`) };
  });
  project.resolveSourceFileDependencies();
  for (const { entry, file } of roots) {
    for (const [name, [node]] of file.getExportedDeclarations()) {
      if (node === undefined) continue;
      const named = Node.isInterfaceDeclaration(node) && NAMED.test(name) ? [node.getType()] : [];
      for (const type of [...named, ...parametersOf(node)])
        collect(type, { entry, name, node, found });
    }
  }
  return found;
}

/** Options by their name, also where a parameter is generic and its type so not to be seen. */
const NAMED = /(Options|Props|Settings|Definition)$/;

interface Collecting {
  readonly entry: string;
  /** What stands for a type without a name. */
  readonly name: string;
  readonly node: Node;
  readonly found: Map<string, string[]>;
}

/** Notes a type, and those of its members: options may hold options. */
function collect(type: Type, at: Collecting): void {
  for (const one of objectsIn(type)) {
    const key = `${at.entry} ${nameOf(one) ?? at.name}`;
    if (at.found.has(key)) continue;
    at.found.set(key, optionalMembers(one));
    for (const member of one.getProperties()) {
      const name = `${nameOf(one) ?? at.name}.${member.getName()}`;
      collect(member.getTypeAtLocation(at.node), { ...at, name });
    }
  }
}

function manifest(): Manifest {
  // Safe: it is this package's own.
  return JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Manifest;
}

/** Types of what is given to a function, a constructor or a method. */
function parametersOf(node: Node): Type[] {
  const type = node.getType();
  const members =
    Node.isClassDeclaration(node) || Node.isInterfaceDeclaration(node)
      ? type
          .getProperties()
          .filter((one) => !one.getDeclarations().some(isPrivate))
          .flatMap((one) => one.getTypeAtLocation(node).getCallSignatures())
      : [];
  const instance = Node.isClassDeclaration(node) ? node.getConstructors() : [];
  const signatures: Signature[] = [
    ...type.getCallSignatures(),
    ...instance.map((one) => one.getSignature()),
    ...members,
  ];
  return signatures.flatMap((signature) =>
    signature.getParameters().map((parameter) => parameter.getTypeAtLocation(node)),
  );
}

function isPrivate(node: Node): boolean {
  return Node.isModifierable(node) && node.hasModifier('private');
}

/** @param seen of the unions and lists around it, which may hold themselves as JSON does */
function objectsIn(type: Type, seen: ReadonlySet<unknown> = new Set()): Type[] {
  // Such as a message, which is keyed or not by its topic.
  const either = type.getFlags() & TypeFlags.Conditional ? type.getConstraint() : undefined;
  if (either !== undefined) return objectsIn(either, seen);
  if (seen.has(type.compilerType)) return [];
  const within = new Set([...seen, type.compilerType]);
  const given = type.getNonNullableType();
  const item = given.isArray() || given.isReadonlyArray() ? given.getArrayElementType() : undefined;
  if (item !== undefined) return objectsIn(item, within);
  if (given.isUnion() && !given.isBoolean()) {
    return given.getUnionTypes().flatMap((one) => objectsIn(one, within));
  }
  return isOurs(given) && optionalMembers(given).length > 0 ? [given] : [];
}

/** Plain data declared in this repository: not a class's, and not of a peer such as aws-cdk-lib. */
function isOurs(type: Type): boolean {
  if (!type.isObject() && !type.isIntersection()) return false;
  if (type.isArray() || type.getCallSignatures().length > 0) return false;
  const declarations = (type.getAliasSymbol() ?? type.getSymbol())?.getDeclarations() ?? [];
  const parts = declarations.length > 0 ? declarations : partsOf(type);
  return parts.some(
    (one) =>
      !Node.isClassDeclaration(one) && !one.getSourceFile().getFilePath().includes('node_modules'),
  );
}

function partsOf(type: Type): Node[] {
  return type
    .getIntersectionTypes()
    .flatMap((one) => (one.getAliasSymbol() ?? one.getSymbol())?.getDeclarations() ?? []);
}

function nameOf(type: Type): string | undefined {
  const name = (type.getAliasSymbol() ?? type.getSymbol())?.getName();
  return name?.startsWith('__') ? undefined : name;
}

function optionalMembers(type: Type): string[] {
  return type
    .getProperties()
    .filter((one) => one.isOptional())
    .map((one) => one.getName())
    .sort();
}
