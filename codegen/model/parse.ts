/**
 * Schema files -> one typed graph. Types are declared first and linked after, so files may come in
 * any order and refer to each other in circles. Every problem of every file is kept, none thrown.
 * Source: Avro 1.12 specification, "Schema Declaration"; where it is silent, Java 1.12.1.
 */

import { printJson } from '../../runtime/json.js';
import { isPrimitive, namespaceOf, qualify, simpleName } from '../../runtime/schema/schema.js';
import { buildType } from './build.js';
import { checkDefaults } from './defaults.js';
import { type JsonNode, type JsonRecord, parseJsonNode, stringOf } from './json.js';
import { NameJudge } from './judge-name.js';
import { MAX_TYPES } from './limits.js';
import { namespaceUsed } from './names.js';
import { printSchema } from './print.js';
import { Problems } from './problem.js';
import { childrenOf, type Field, type NamedSchema, type Schema, visit } from './schema.js';
import type { Shell } from './scope.js';
import { type Origin, placeOf, printPlace, type SourceText } from './source-text.js';

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
}

/** Options of texts that other texts share fields with. */
export interface SharingOptions extends ParseOptions {
  /**
   * What a number in place of a field stands for: one that was parsed and checked already, and that
   * names no type.
   */
  readonly sharedField?: ((number: number) => Field | undefined) | undefined;
}

/** What one file holds. */
export interface SchemaFile {
  readonly source: SourceText;
  /** `undefined` when the file could not be read as a schema at all. */
  readonly root: Schema | undefined;
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

/** The same, of texts in which numbers stand for fields. */
export function parseSharing(sources: readonly SourceText[], options: SharingOptions): Model {
  const problems = new Problems();
  const project = new Declarations();
  const parsers = sources.map((source) => new FileParser(source, { problems, project, options }));
  for (const parser of parsers) parser.declare();
  const files = parsers.map((parser) => ({ source: parser.source, root: parser.link() }));
  checkDefaults(files, problems, options);
  const canonical = uniqueTypes(parsers, problems);
  const types = [...new Set(canonical.values())].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  return { files, types, canonical, problems };
}

/** What each full name stands for, over all files: in the order declared. */
class Declarations {
  readonly byName = new Map<string, Shell[]>();
  count = 0;

  add(shell: Shell): void {
    const known = this.byName.get(shell.name);
    if (known === undefined) this.byName.set(shell.name, [shell]);
    else known.push(shell);
    this.count++;
  }
}

interface Shared {
  readonly problems: Problems;
  readonly project: Declarations;
  readonly options: SharingOptions;
}

/** Reads one file in two steps: {@link declare} finds its types, {@link link} fills them. */
export class FileParser {
  readonly source: SourceText;
  readonly problems: Problems;
  readonly isHistory: boolean;
  readonly names: NameJudge;
  readonly sharedField: SharingOptions['sharedField'];
  /** Types defined in this file, by full name. */
  readonly own = new Map<string, Shell>();
  /** The shell of each definition in the JSON. */
  readonly shells = new Map<JsonRecord, Shell>();
  /** Definitions of a name that this file has already -> the first one. */
  readonly repeated = new Map<Shell, Shell>();
  private readonly project: Declarations;
  private readonly json: JsonNode | undefined;

  constructor(source: SourceText, shared: Shared) {
    this.source = source;
    this.problems = shared.problems;
    this.project = shared.project;
    this.isHistory = shared.options.role === 'history';
    const { isHistory } = this;
    this.names = new NameJudge(shared.problems, { names: shared.options.names, isHistory });
    this.sharedField = shared.options.sharedField;
    this.json = parseJsonNode(source, shared.problems, this.isHistory);
  }

  declare(): void {
    if (this.json !== undefined) this.declareWithin(this.json, '');
  }

  link(): Schema | undefined {
    if (this.json === undefined) return undefined;
    const root = buildType(this.json, { parser: this, namespace: '', buildType });
    for (const [shell, first] of this.repeated)
      if (!saysTheSame(shell, first)) this.redefined(shell, first);
    return root;
  }

  private declareWithin(node: JsonNode, namespace: string): void {
    if (node.kind === 'list') for (const item of node.items) this.declareWithin(item, namespace);
    if (node.kind !== 'object') return;
    const type = stringOf(node.entries.get('type'));
    if (type === 'array' || type === 'map') {
      const inner = node.entries.get(type === 'array' ? 'items' : 'values');
      if (inner !== undefined) this.declareWithin(inner, namespace);
    } else if (type === 'record' || type === 'error' || type === 'enum' || type === 'fixed') {
      this.declareType(node, type, namespace);
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
    if (name !== undefined) this.register(shell);
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
    this.project.add(shell);
    if (this.project.count === MAX_TYPES + 1) {
      this.problems.error('TOO_MANY_TYPES', shell.origin, {
        message: `Over ${MAX_TYPES} named types.`,
      });
    }
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
      this.problems.error('NAME_MISSING', node.entries.get('name')?.origin ?? node.origin, {
        message: `This ${stringOf(node.entries.get('type'))} has no name.`,
        fix: 'Add "name": "…".',
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
      const elsewhere = this.project.byName.get(candidate);
      if (elsewhere !== undefined) return nearest(elsewhere, this.source.file);
    }
    return undefined;
  }

  /** Names that look like one that nothing defines, for "did you mean". */
  similar(name: string): string | undefined {
    const simple = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
    return [...this.project.byName.keys()].find(
      (known) => known.slice(known.lastIndexOf('.') + 1).toLowerCase() === simple,
    );
  }
}

/** Of several definitions of one name the one whose file shares most folders with `file`. */
function nearest(shells: readonly Shell[], file: string): Shell | undefined {
  if (shells.length < 2) return shells[0];
  const folders = file.split('/').slice(0, -1);
  const shared = (shell: Shell): number => {
    const theirs = shell.origin.source.file.split('/').slice(0, -1);
    const differs = folders.findIndex((folder, i) => theirs[i] !== folder);
    return differs < 0 ? folders.length : differs;
  };
  return shells.reduce((best, shell) => (shared(shell) > shared(best) ? shell : best));
}

/** Maps each definition to the first that says the same; names that differ get a warning. */
function uniqueTypes(
  parsers: readonly FileParser[],
  problems: Problems,
): Map<NamedSchema, NamedSchema> {
  const all = parsers.flatMap((parser) => [...parser.own.values()]).filter(isComplete);
  const canonical = new Map<NamedSchema, NamedSchema>();
  for (const types of groupByName(all).values()) {
    const [first] = types;
    const byText = new Map<string, NamedSchema>();
    for (const type of types) {
      const text = types.length === 1 ? '' : printJson(printSchema(type));
      const same = byText.get(text) ?? type;
      byText.set(text, same);
      canonical.set(type, same);
      if (same !== type || first === undefined || first === type) continue;
      problems.warn('NAME_VARIANTS', type.origin, {
        message: `${type.name} is defined differently at ${printPlace(placeOf(first.origin))}; both are generated.`,
        fix: 'Keep one definition, or give one of them another name or namespace.',
      });
    }
  }
  return canonical;
}

function groupByName(types: readonly NamedSchema[]): Map<string, NamedSchema[]> {
  const groups = new Map<string, NamedSchema[]>();
  for (const type of types) {
    const group = groups.get(type.name);
    if (group === undefined) groups.set(type.name, [type]);
    else group.push(type);
  }
  return groups;
}

/** Whether two definitions differ in their docs only; a type cannot be defined within itself. */
function saysTheSame(one: Shell, other: Shell): boolean {
  if (!isComplete(one) || !isComplete(other)) return false;
  let isWithin = false;
  for (const child of childrenOf(one)) visit(child, (part) => (isWithin ||= part === other));
  const text = (type: NamedSchema): string => printJson(printSchema(type, { docs: false }));
  return !isWithin && text(one) === text(other);
}

/** A shell that linking has filled. One that had problems stays open; those are reported. */
function isComplete(shell: Shell): shell is Shell & NamedSchema {
  return shell.name !== '' && 'props' in shell;
}
