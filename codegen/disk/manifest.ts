/** A package.json, as far as it matters to whoever adds to it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseError, parseTree } from 'jsonc-parser';
import { CodegenError } from '../error.js';
import { notAnObject, notJson } from './not-json.js';
import { reason } from './reason.js';
import { utf8Text } from './utf8.js';

export interface Manifest {
  /** As it stands, but for its byte order mark. */
  readonly text: string;
  readonly hasMark: boolean;
  readonly type?: string;
  readonly isWorkspaceRoot: boolean;
  readonly scripts: Readonly<Record<string, string>>;
  /** Names, of every kind of dependency. */
  readonly dependencies: readonly string[];
}

const GROUPS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
const MARK = 0xef;

/** @throws CodegenError `INPUT_INVALID`, with the place, for what npm could not read or use either */
export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const bytes = readBytes(file);
  const text = utf8Text(bytes, file, 'INPUT_INVALID');
  const given = parsed(text, file);
  for (const name of ['scripts', ...GROUPS])
    if (given[name] !== undefined && !isObject(given[name])) throw notAnObject(file, `"${name}"`);
  const { type, scripts = {}, workspaces } = given;
  return {
    text,
    hasMark: bytes[0] === MARK,
    ...(typeof type === 'string' && { type }),
    isWorkspaceRoot: workspaces !== undefined,
    scripts: Object.fromEntries(
      Object.entries(Object(scripts)).filter((entry): entry is [string, string] =>
        entry.every((part) => typeof part === 'string'),
      ),
    ),
    dependencies: GROUPS.flatMap((group) => Object.keys(Object(given[group]))),
  };
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new CodegenError('INPUT_INVALID', `${file} cannot be read: ${reason(cause)}`, { cause });
  }
}

function parsed(text: string, file: string): Partial<Record<string, unknown>> {
  // npm's reader takes no comments, and says no place.
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first !== undefined) throw notJson(file, text, first.offset);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notJson(file, text);
  }
  if (isObject(value)) return value;
  throw notAnObject(file, 'It');
}

function isObject(value: unknown): value is Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
