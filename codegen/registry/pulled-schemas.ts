/** What pulling makes of the schemas of a registry. */
import type { Json } from '../../runtime/json.js';
import type { Model } from '../model/parse.js';
import type { NamedSchema, Schema } from '../model/schema.js';
import type { Carried } from '../project/config/carried.js';
import type { Staying } from './staying.js';

/** What a subject carries now. */
export interface PulledRoot {
  readonly subject: string;
  readonly schema: Schema;
  /** Whether a topic has the subject: else its type is wanted where no topic's says otherwise. */
  readonly isCarried: boolean;
  /** What `tavro.json` says that it carries, where it has the subject. */
  readonly given?: Carried | undefined;
}

export interface PulledFile {
  /** Below the schemas folder. */
  readonly path: string;
  readonly text: string;
  /** Full name of the type, or the kind of what has no name. */
  readonly type: string;
  /** Whether a file is there that says something else, and stays. */
  readonly isKept: boolean;
}

/** What a subject carries, in the words of `tavro.json`. */
export type CarriedWords =
  | string
  | { readonly file: string; readonly type?: string }
  | { readonly avro: Json };

export interface PulledFiles {
  readonly files: readonly PulledFile[];
  /** What deserves a look. */
  readonly notes: readonly string[];
  /** By subject. */
  readonly carried: ReadonlyMap<string, CarriedWords>;
}

/** What the schemas folder holds already, with files by their paths in it. */
export interface LocalSchemas {
  readonly model: Pick<Model, 'files' | 'types'>;
  /** What subjects that are not pulled carry by the name of a type. */
  readonly kept: readonly { readonly subject: string; readonly schema: NamedSchema }[];
  readonly staying: Staying;
}
