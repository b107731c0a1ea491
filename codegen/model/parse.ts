/**
 * Schema files -> one typed graph. Types are declared first and linked after, so files may come in
 * any order and refer to each other in circles. Every problem of every file is kept, none thrown.
 * Source: Avro 1.12 specification, "Schema Declaration"; where it is silent, Java 1.12.1.
 */

import { isPrimitive, namespaceOf, qualify, simpleName } from '../../runtime/schema/schema.js';
import { buildType } from './build.js';
import { Declarations } from './declarations.js';
import { checkDefaults } from './defaults.js';
import { type Idl, readIdl } from './idl.js';
import { type Import, Imports } from './imports.js';
import { type JsonNode, type JsonRecord, parseJsonNode, stringOf } from './json.js';
import { NameJudge } from './judge-name.js';
import { type MissingType, MissingTypes } from './missing-types.js';
import { meantFor } from './misspelt.js';
import { namespaceUsed } from './names.js';
import { Problems } from './problem.js';
import { isProtocol, type Protocol, protocolOf } from './protocol.js';
import type { Field, NamedSchema, Schema } from './schema.js';
import { isIdl } from './schema-file.js';
import { BARE, type Shell } from './scope.js';
import type { SemanticNames } from './semantic.js';
import { type Origin, placeOf, printPlace, type SourceText } from './source-text.js';
import { saysTheSame, uniqueTypes } from './unique-types.js';

export interface ParseOptions {
  /**
   * `history`: the schema was accepted once, so invalid defaults and names are warnings.
   * @default 'candidate'
   */
  readonly role?: 'candidate' | 'history';
  /**
   * Which branch of a union its default must fit: any (Avro >= 1.12), or the first (before).
   * @default 'any'
   */
  readonly unionDefault?: 'any' | 'first';
  /**
   * Names with characters that Avro's grammar does not have, such as `-`: `avro` refuses them, to
   * `lenient` they are warnings, as they are to registries. Names that no file, code or report could
   * show are refused all the same.
   * @default 'avro' for candidates, 'lenient' for history
   */
  readonly names?: 'avro' | 'lenient';
  /** Names of Kafka Connect that count as logical types. @default none */
  readonly semantics?: SemanticNames;
}

/** Options of texts that other texts share fields with. */
export interface SharingOptions extends ParseOptions {
  /**
   * What a number in place of a field stands for: one that was parsed and checked already, and that
   * names no type.
   */
  readonly sharedField?: ((number: number) => Field | undefined) | undefined;
}

/** Options of the files of a folder, each of which may define types in any of Avro's forms. */
interface FolderOptions extends SharingOptions {
  /** Takes a protocol as the types that it defines; elsewhere it is an error. */
  readonly withProtocols?: boolean;
}

/** What one file holds. */
export interface SchemaFile {
  readonly source: SourceText;
  /** `undefined` when the file could not be read as a schema at all. Of a protocol: a union of its types. */
  readonly root: Schema | undefined;
  /** How many messages its protocol has, where it holds one: of these no code is made. */
  readonly messages?: number;
}

/** All schema files of a project. */
export interface Model {
  readonly files: readonly SchemaFile[];
  /** Each named type once, sorted by name. Two files may define one name differently: both are here. */
  readonly types: readonly NamedSchema[];
  /** Each definition in the files -> the one of {@link types} that says the same. */
  readonly canonical: ReadonlyMap<NamedSchema, NamedSchema>;
  readonly problems: Problems;
}

/** Parses the files of a project together. */
export function parseFiles(sources: readonly SourceText[], options: ParseOptions = {}): Model {
  return parseSharing(sources, options);
}

/** The same, of files of a schemas folder: protocols, and Avro IDL, define types as schemas do. */
export function parseFolder(sources: readonly SourceText[], options: ParseOptions = {}): Model {
  return parseSharing(sources, { ...options, withProtocols: true });
}

/** The same, of texts in which numbers stand for fields. */
export function parseSharing(sources: readonly SourceText[], options: FolderOptions): Model {
  const problems = new Problems();
  const parsers = sources.map((source) => new FileParser(source, { problems, options }));
  const imports = new Imports(parsers);
  const project = new Declarations(imports);
  for (const parser of parsers) {
    if (options.withProtocols === true) imports.check(parser, problems);
    parser.declare(project);
  }
  const files = parsers.map((parser): SchemaFile => {
    const { source, protocol } = parser;
    const file = { source, root: parser.link() };
    return protocol === undefined ? file : { ...file, messages: protocol.messages };
  });
  const broken = new Set(problems.errors.map(({ at }) => at.file));
  for (const parser of parsers) parser.settleMissing(broken);
  checkDefaults(files, problems, options);
  const shells = parsers.flatMap((parser) => [...parser.own.values()]);
  const canonical = uniqueTypes(shells, problems);
  const types = [...new Set(canonical.values())].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  return { files, types, canonical, problems };
}

const NO_NAMES: SemanticNames = new Map();

interface Shared {
  readonly problems: Problems;
  readonly options: FolderOptions;
}

/** Reads one file in two steps: {@link declare} finds its types, {@link link} fills them. */
export class FileParser {
  readonly source: SourceText;
  readonly problems: Problems;
  readonly isHistory: boolean;
  readonly names: NameJudge;
  readonly sharedField: SharingOptions['sharedField'];
  readonly semantics: SemanticNames;
  /** Types defined in this file, by full name. */
  readonly own = new Map<string, Shell>();
  /** The shell of each definition in the JSON. */
  readonly shells = new Map<JsonRecord, Shell>();
  /** Definitions of a name that this file has already -> the first one. */
  readonly repeated = new Map<Shell, Shell>();
  /** Definitions of which a part has an error, which makes them other than they were meant. */
  readonly partial = new Set<Shell>();
  readonly imports: readonly Import[];
  readonly protocol: Protocol | undefined;
  /** Types that nothing defines, but perhaps a file with an error. */
  private readonly missing: MissingType[] = [];
  private readonly missingTypes: MissingTypes;
  private project: Declarations | undefined;
  private readonly json: JsonNode | undefined;

  constructor(source: SourceText, shared: Shared) {
    this.source = source;
    this.problems = shared.problems;
    this.missingTypes = new MissingTypes(shared.problems);
    this.isHistory = shared.options.role === 'history';
    const { isHistory } = this;
    this.names = new NameJudge(shared.problems, { names: shared.options.names, isHistory });
    this.sharedField = shared.options.sharedField;
    this.semantics = shared.options.semantics ?? NO_NAMES;
    const { node, imports } = this.read();
    this.json = node;
    this.imports = imports;
    this.protocol =
      shared.options.withProtocols === true ? protocolOf(node, this.problems) : undefined;
  }

  private read(): Pick<Idl, 'node' | 'imports'> {
    if (!isIdl(this.source.path))
      return { node: parseJsonNode(this.source, this.problems, this.isHistory), imports: [] };
    const idl = readIdl(this.source);
    this.problems.list.push(...idl.problems.list);
    return idl;
  }

  /** @param project takes note of what the file declares */
  declare(project: Declarations): void {
    this.project = project;
    const { protocol, json } = this;
    if (protocol !== undefined)
      for (const one of [...protocol.definitions, ...protocol.others])
        this.declareWithin(one, protocol.namespace);
    else if (json === undefined || isProtocol(json)) project.unread.addFile(this.source);
    else if (json !== undefined) this.declareWithin(json, '');
  }

  link(): Schema | undefined {
    if (this.json === undefined) return undefined;
    const root = this.protocol
      ? this.linkProtocol(this.protocol, this.json.origin)
      : buildType(this.json, { parser: this, namespace: '', buildType });
    // What an error left out may be all that differs.
    for (const [shell, first] of this.repeated)
      if (this.partial.size === 0 && !saysTheSame(shell, first)) this.redefined(shell, first);
    return root;
  }

  private linkProtocol({ definitions, namespace }: Protocol, origin: Origin): Schema {
    const scope = { parser: this, namespace, buildType };
    const types = definitions.flatMap((one) => buildType(one, scope) ?? []);
    return { kind: 'union', branches: [...new Set(types)], origin, ...BARE };
  }

  private declareWithin(node: JsonNode, namespace: string): void {
    if (node.kind === 'list') for (const item of node.items) this.declareWithin(item, namespace);
    if (node.kind !== 'object') return;
    const typeNode = node.entries.get('type');
    const type = stringOf(typeNode);
    if (type === 'array' || type === 'map') {
      const inner = node.entries.get(type === 'array' ? 'items' : 'values');
      if (inner !== undefined) this.declareWithin(inner, namespace);
    } else if (type === 'record' || type === 'error' || type === 'enum' || type === 'fixed') {
      this.declareType(node, type, namespace);
    } else if (typeNode !== undefined && typeNode.kind !== 'scalar') {
      this.declareWithin(typeNode, namespace);
    } else if (type === undefined || !isPrimitive(type)) {
      this.noteUnread(node);
    }
  }

  /** What seems to be meant as a definition: its name may stand under any key. */
  private noteUnread({ entries }: JsonRecord): void {
    for (const value of entries.values()) {
      const text = stringOf(value);
      if (text !== undefined && value !== entries.get('type'))
        this.project?.unread.addName(text, this.source);
    }
  }

  private declareType(node: JsonRecord, type: string, outer: string): void {
    const name = this.fullName(node, outer);
    const kind = type === 'error' ? 'record' : type;
    const shell: Shell = {
      kind,
      name: name ?? '',
      origin: this.originOfName(node),
      isError: type === 'error',
    };
    this.shells.set(node, shell);
    if (name === undefined) this.noteUnread(node);
    else this.register(shell);
    const fields = node.entries.get('fields');
    if (kind !== 'record' || fields?.kind !== 'list') return;
    for (const field of fields.items) {
      const fieldType = field.kind === 'object' ? field.entries.get('type') : undefined;
      if (fieldType !== undefined) this.declareWithin(fieldType, namespaceOf(shell.name));
    }
  }

  private register(shell: Shell): void {
    const known = this.own.get(shell.name);
    if (known !== undefined) {
      // Whether the two say the same is known when both are filled.
      this.repeated.set(shell, known);
      return;
    }
    this.own.set(shell.name, shell);
    this.project?.add(shell, this.problems);
  }

  private redefined(shell: Shell, first: Shell): void {
    this.problems.error('NAME_REDEFINED', shell.origin, {
      message: `${shell.name} is defined twice in this file, first at ${printPlace(placeOf(first.origin))}.`,
      fix: 'Define it once and use its name in the other place.',
    });
  }

  private originOfName(node: JsonRecord): Origin {
    return node.entries.get('name')?.origin ?? node.origin;
  }

  /** The full name of a definition, checked; `undefined` when it has none. */
  private fullName(node: JsonRecord, outer: string): string | undefined {
    const given = stringOf(node.entries.get('name'));
    if (given === undefined) {
      const { origin = node.entries.get('name')?.origin ?? node.origin, fix } = meantFor(
        node,
        'name',
      );
      this.problems.error('NAME_MISSING', origin, {
        message: `This ${stringOf(node.entries.get('type'))} has no name.`,
        fix: fix ?? 'Add "name": "…".',
      });
      return undefined;
    }
    const name = qualify(given, stringOf(node.entries.get('namespace')) ?? outer);
    const origin = this.originOfName(node);
    const isBad =
      this.names.refuses({ what: 'name', name: simpleName(name) }, origin) ||
      this.names.refuses({ what: 'namespace', name: namespaceUsed(name) }, origin);
    if (!isBad && isPrimitive(name)) {
      this.problems.error('NAME_INVALID', origin, {
        message: `No type may be named after the primitive ${name}.`,
      });
    }
    return name;
  }

  /** What a name stands for here: this file's own types first, then the project's. */
  lookUp(name: string, namespace: string, at: Origin): Shell | undefined {
    const full = qualify(name, namespace);
    // What is defined already comes before what is defined further down, as where files are read once.
    const isAhead = (shell: Shell | undefined) => shell && shell.origin.offset > at.offset;
    const bare = this.own.get(name);
    if (isAhead(this.own.get(full)) === true && isAhead(bare) === false) return bare;
    // Java falls back to the null namespace for a bare name, and real files rely on it.
    const candidates = full === name ? [name] : [full, name];
    for (const candidate of candidates) {
      const own = this.own.get(candidate);
      if (own !== undefined) return own;
      const elsewhere = this.project?.find(candidate, this.source.path);
      if (elsewhere !== undefined) return elsewhere;
    }
    return undefined;
  }

  /** Reports a name that nothing defines, once it is known whether a file with an error may. */
  missesType(missing: MissingType): void {
    if (this.project?.unread.mayDefine(missing.name) === true) this.missing.push(missing);
    else this.missingTypes.add(missing, this.project);
  }

  /** @param broken names of the files with errors: the others define what they seem to, and no more */
  settleMissing(broken: ReadonlySet<string>): void {
    for (const missing of this.missing)
      if (this.project?.unread.mayDefine(missing.name, broken) !== true)
        this.missingTypes.add(missing, this.project);
    this.missingTypes.close();
  }
}
