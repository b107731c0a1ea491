/** A Schema Registry as a table, served over real HTTP: it holds what no server of today would take. */
import type { Json } from '../../../runtime/json.js';
import type { SchemaReference } from '../../../runtime/registry/schemas.js';
import { type Loopback, type Reaction, startLoopback } from '../../runtime/registry/loopback.js';

export interface HeldVersion {
  readonly version: number;
  readonly id: number;
  readonly schema: Json;
  /** @default 'AVRO' */
  readonly schemaType?: 'PROTOBUF' | 'JSON';
  readonly references: readonly SchemaReference[];
  readonly isDeleted: boolean;
}

export interface HeldSubject {
  readonly versions: HeldVersion[];
  level?: string;
}

export class ServedRegistry {
  readonly subjects = new Map<string, HeldSubject>();
  /** By topic and side: the subject. */
  readonly associations = new Map<string, string>();
  private server: Loopback | undefined;
  private ids = 0;

  get url(): string {
    return this.server?.url ?? '';
  }

  async start(): Promise<this> {
    this.server = await startLoopback(({ path }) => this.answer(path));
    return this;
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }

  clear(): void {
    this.subjects.clear();
    this.associations.clear();
    this.ids = 0;
  }

  add(
    subject: string,
    schema: Json,
    { references = [], isDeleted = false, ...rest }: Partial<Omit<HeldVersion, 'schema'>> = {},
  ): HeldVersion {
    const held = this.subjects.get(subject) ?? { versions: [] };
    this.subjects.set(subject, held);
    const version = (held.versions.at(-1)?.version ?? 0) + 1;
    const one = { version, schema, references, isDeleted, ...rest, id: ++this.ids };
    held.versions.push(one);
    return one;
  }

  deleteNewest(subject: string): void {
    const versions = this.subjects.get(subject)?.versions ?? [];
    const index = versions.findLastIndex(({ isDeleted }) => !isDeleted);
    const one = versions[index];
    if (one !== undefined) versions[index] = { ...one, isDeleted: true };
  }

  /** What a subject carries now. */
  newest(subject: string): HeldVersion | undefined {
    return this.subjects.get(subject)?.versions.findLast(({ isDeleted }) => !isDeleted);
  }

  /** Names of the subjects that are there. */
  living(): string[] {
    return [...this.subjects.keys()].filter((name) => this.newest(name) !== undefined);
  }

  private answer(path: string): Reaction {
    const { pathname, searchParams } = new URL(path, 'http://registry');
    const [kind = '', name = '', what, number] = pathname
      .slice(1)
      .split('/')
      .map(decodeURIComponent);
    const unknown: Reaction = { status: 404, json: { error_code: 40401, message: 'Not found' } };
    if (kind === 'schemas') return this.byId(Number(what)) ?? unknown;
    if (kind === 'associations') return { json: this.associated(number ?? '', searchParams) };
    const held = this.subjects.get(name);
    if (kind === 'config') {
      const level = name === '' ? 'BACKWARD' : held?.level;
      return level === undefined ? unknown : { json: { compatibilityLevel: level } };
    }
    if (name === '') return { json: this.living() };
    const found = held?.versions.filter(
      ({ isDeleted }) => !isDeleted || searchParams.get('deleted') === 'true',
    );
    if (what === 'versions' && number === undefined)
      return found?.length ? { json: found.map(({ version }) => version) } : unknown;
    const one = found?.find(({ version }) => version === Number(number));
    return one === undefined ? unknown : { json: { subject: name, ...texts(one) } };
  }

  private byId(id: number): Reaction | undefined {
    const all = [...this.subjects.values()].flatMap(({ versions }) => versions);
    const one = all.find((held) => held.id === id);
    return one && { json: texts(one) };
  }

  private associated(topic: string, query: URLSearchParams): Json {
    const subject = this.associations.get(`${topic} ${query.get('associationType')}`);
    return subject === undefined ? [] : [{ subject }];
  }
}

function texts({ version, id, schema, schemaType, references }: HeldVersion): object {
  const text = schemaType === 'PROTOBUF' ? 'syntax = "proto3";' : JSON.stringify(schema);
  return { version, id, schema: text, schemaType, references };
}
