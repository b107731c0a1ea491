/** What a finding says to paste, pasted; and what it lets `--fix` do, done: the finding is gone, and no other came. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseFixes } from '../../../codegen/check/choose-fixes.js';
import { compare } from '../../../codegen/check/compare.js';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import type { Finding } from '../../../codegen/check/finding.js';
import { applyFix } from '../../../codegen/check/fix.js';
import { lint } from '../../../codegen/check/lint.js';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import { isNamed, visit } from '../../../codegen/model/schema.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import type { Json } from '../../../runtime/json.js';
import { paste } from './paste.js';
import { versions } from './renamed-versions.js';
import { schemaPairs } from './schema-pairs.js';

/** Of a schema alone, and of it as a reader. What another tool refuses is not asked: it overlaps. */
function findingsOf(text: string, writer: Json): Finding[] {
  const { schema } = parseSchema(text, { role: 'history' });
  return [...lint(schema, { rules: rulesOf(['LINT']) }), ...compare(schema, writer)].filter(
    ({ rule, severity }) => rule !== 'avsc-refuses' && severity !== 'off',
  );
}

const lintRules = (text: string): string[] =>
  lint(parseSchema(text, { role: 'history' }).schema, { rules: rulesOf(['LINT']) }).map(
    ({ rule }) => rule,
  );

/** Full names of the types of a schema. */
function typesOf(text: string): ReadonlySet<string> {
  const types = new Set<string>();
  visit(parseSchema(text, { role: 'history' }).schema, (one) => {
    if (isNamed(one)) types.add(one.name);
  });
  return types;
}

/**
 * What a finding is about: its place in the writer, which no fix edits, and its words only where it has none.
 * Words name the branches of the reader's union in their order, and a fix may put null first.
 */
const matterOf = ({ rule, path, writerAt, message }: Finding): string =>
  JSON.stringify([rule, path, writerAt ?? message]);

/** Whether a path is another, or leads on from it. */
const isWithin = (path: string, outer: string): boolean =>
  outer === '' || path === outer || [...'.[{<'].some((next) => path.startsWith(outer + next));

/** Where the writer's types are that a reader has in another namespace or under another name. */
function movedTypes(text: string, writer: Json): string[] {
  return compare(text, writer, { categories: ['SOURCE'] }).flatMap(({ rule, writerAt }) =>
    rule === 'source-type-moved' ? [JSON.stringify(writerAt)] : [],
  );
}

/** What is wrong after a fix: the finding that is still there, and others that came. */
function leftAfter(
  next: string,
  finding: Finding,
  { text, before, writer }: { text: string; before: readonly Finding[]; writer: Json },
): string[] {
  const known = new Set(before.filter((one) => one !== finding).map(matterOf));
  const moved = new Set(movedTypes(text, writer));
  return findingsOf(next, writer).flatMap((one) => {
    // Two defaults that differ are told where they meet first: a warning, and true before.
    if (known.has(matterOf(one)) || one.rule === 'default-changed') return [];
    // Unions that are alike but for namespaces are so in one order only, which a rule about one schema does
    // not see: that the type moved, and the alias that it needs, was said before.
    if (one.rule === 'union-branch-namespace' && moved.has(JSON.stringify(one.writerAt))) return [];
    // What an alias or a logical type lets the gate look at for the first time was there all along.
    const isShown = /"aliases"|"logicalType"/.test(finding.fix) && isWithin(one.path, finding.path);
    return isShown && one.rule !== finding.rule ? [] : [`${one.rule} ${one.path} ${one.message}`];
  });
}

const record = (...fields: readonly Json[]): Json => ({ type: 'record', name: 'R', fields });
const millis = 'timestamp-millis';

describe('what a finding says to paste', () => {
  it.each<readonly [string, Json, Json, string]>([
    [
      'a field without a default',
      record({ name: 'a', type: 'int' }),
      record(),
      'Give a a default, or make it nullable: "type": ["null", …], "default": null.',
    ],
    [
      'a nullable field',
      record({ name: 'a', type: ['null', 'int'] }),
      record(),
      'Add "default": null.',
    ],
    [
      'null behind',
      record({ name: 'a', type: ['int', 'null'] }),
      record(),
      'Add "default": null and put "null" first in the union.',
    ],
    [
      'a field that seems renamed',
      record({ name: 'link', type: 'int', default: 0 }),
      record({ name: 'url', type: 'int' }),
      'If it is the same, add "aliases": ["url"] to link. If not, say so with a waiver.',
    ],
    [
      'one that seems so and has no default',
      record({ name: 'link', type: 'int' }),
      record({ name: 'url', type: 'int' }),
      'Renamed from url? Then add "aliases": ["url"] to link. If not: give link a default, or make it nullable: "type": ["null", …], "default": null.',
    ],
    [
      'a branch that seems renamed',
      ['null', { type: 'fixed', name: 'Digest', size: 2 }],
      ['null', { type: 'fixed', name: 'Hash', size: 2 }],
      'Keep the branch, or, if it is Digest now, add "aliases": ["Hash"] to that.',
    ],
    [
      'a type of another name',
      { type: 'fixed', name: 'n.Digest', size: 2 },
      { type: 'fixed', name: 'Hash', size: 2 },
      'Add "aliases": [".Hash"] to n.Digest.',
    ],
    [
      'beside a type',
      record({ name: 'at', type: 'long', logicalType: millis }),
      'null',
      'Write "type": {"type": "long", "logicalType": "timestamp-millis"}.',
    ],
    [
      'beside a union',
      record({ name: 'at', type: ['null', 'long'], logicalType: millis, default: null }),
      'null',
      'Write "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}].',
    ],
    [
      'beside an array',
      record({ name: 'at', type: { type: 'array', items: 'long' }, logicalType: millis }),
      'null',
      'Write "type": {"type": "array", "items": {"type": "long", "logicalType": "timestamp-millis"}}.',
    ],
    [
      'beside a map in a union, with arguments',
      record({
        name: 'm',
        type: ['null', { type: 'map', values: { type: 'bytes', 'x.y': [1, 2] } }],
        logicalType: 'decimal',
        precision: 9,
        scale: 2,
        default: null,
      }),
      'null',
      'Write "type": ["null", {"type": "map", "values": {"type": "bytes", "x.y": [1, 2], "logicalType": "decimal", "precision": 9, "scale": 2}}].',
    ],
  ])('%s', (_, reader, writer, fix) => {
    const text = JSON.stringify(reader);
    const before = findingsOf(text, writer === 'null' ? reader : writer);
    const finding = before.find((one) => one.fix === fix);
    expect(before.map((one) => one.fix)).toContain(fix);
    if (finding === undefined) return;
    // `to that` is the type that was named before.
    const said = { ...finding, fix: fix.replace(/if it is (\w+) now, (.*) to that/, '$2 to $1') };
    const next = paste(text, said);
    expect(next).toBeDefined();
    const context = {
      text,
      before,
      writer: writer === 'null' ? (JSON.parse(next ?? '') as Json) : writer,
    };
    expect(leftAfter(next ?? '', finding, context)).toEqual([]);
  });

  it.each<readonly [string, Json, string]>([
    [
      'two that it may be about',
      { name: 'at', type: ['long', { type: 'array', items: 'long' }], logicalType: millis },
      'Write {"type": "long", "logicalType": "timestamp-millis"} in place of the "long" that it is about.',
    ],
    [
      'a fixed of its own',
      { name: 'd', type: { type: 'fixed', name: 'D', size: 12 }, logicalType: 'duration' },
      'Write "logicalType": "duration" into the definition of D.',
    ],
    [
      'nothing that can take it',
      { name: 's', type: ['null', 'string'], logicalType: millis },
      'Remove "logicalType": "timestamp-millis", or correct it. timestamp-millis stands on long, not on this string.',
    ],
    [
      'a decimal without digits',
      { name: 'b', type: ['null', 'bytes'], logicalType: 'decimal' },
      'Remove "logicalType": "decimal", or correct it. A decimal needs a precision: a whole number of 1 or more.',
    ],
    [
      'a name that Avro lacks',
      { name: 'p', type: 'string', logicalType: 'geo' },
      'Remove "logicalType": "geo", or correct it. The logical type "geo" is not one that Avro names.',
    ],
  ])('is words where there are choices: %s', (_, field, fix) => {
    const findings = findingsOf(JSON.stringify(record(field)), record(field));
    const found = findings.filter(({ rule }) => rule === 'logical-type-misplaced');
    expect(found.map((one) => [one.fix, one.edit])).toEqual([[fix, undefined]]);
  });
});

describe('over edited schemas', () => {
  const pairs = fc.oneof(
    schemaPairs(),
    versions().map(({ before, candidate }) => ({
      reader: candidate,
      writer: before.at(-1) ?? null,
    })),
  );

  /** What seeds found. */
  const found: readonly { readonly reader: Json; readonly writer: Json }[] = [
    // A field that may have been either of two, and another in the place of one of them.
    {
      reader: record({ name: 'iban', type: 'int', default: 0 }, { name: 'user_ids', type: 'int' }),
      writer: record({ name: 'userId', type: 'int' }, { name: 'user_id', type: 'int' }),
    },
    // A field in the place of one that may be null.
    {
      reader: record({ name: 'iban', type: 'long' }),
      writer: record({ name: 'user_id', type: ['null', 'long'] }),
    },
    // A field that could be read from its namesake's null alone.
    {
      reader: record({ name: 'userId', type: { type: 'fixed', name: 'F', size: 4 } }),
      writer: record({ name: 'user_id', type: ['null', 'long'] }),
    },
    // Null behind in a union that takes no int, or no array, before and after.
    {
      reader: record({ name: 'a', type: ['bytes', 'null'] }),
      writer: record({ name: 'a', type: ['bytes', 'int'] }),
    },
    {
      reader: record({ name: 'a', type: ['int', 'null'] }),
      writer: record({ name: 'a', type: { type: 'array', items: 'int' } }),
    },
    // Unions that are alike but for a namespace, and null behind.
    {
      reader: record({ name: 'a', type: [{ type: 'fixed', name: 'n1.F', size: 2 }, 'null'] }),
      writer: record({ name: 'a', type: [{ type: 'fixed', name: 'n3.F', size: 2 }, 'null'] }),
    },
  ];

  /** Where a field lacks a default, that comes before what else is said of its null. */
  const first = (findings: readonly Finding[]): readonly Finding[] =>
    findings.filter(
      ({ rule, at }) =>
        rule !== 'nullable-without-default' ||
        !findings.some(
          (one) => one.rule === 'field-default-missing' && isDeepStrictEqual(one.at, at),
        ),
    );

  it.each<
    readonly [
      string,
      (findings: readonly Finding[], text: string) => readonly Finding[],
      (text: string, finding: Finding) => string | undefined,
      number,
    ]
  >([
    // A rule about a pair does not see that the reader has another type of the name; LINT tells of it at once.
    [
      'what can be pasted mends its finding',
      first,
      (text, finding) => {
        const next = paste(text, finding);
        const isTaken = lintRules(next ?? text).includes('type-alias-of-sibling');
        return isTaken ? undefined : next;
      },
      80,
    ],
    [
      'what --fix does mends its finding',
      (findings, text) => chooseFixes(findings, typesOf(text)),
      (text, { edit, at }) => edit && applyFix(text, new SourceText('', text).offset(at), edit),
      80,
    ],
  ])('%s', (_, choose, apply, least) => {
    let tried = 0;
    fc.assert(
      fc.property(pairs, ({ reader, writer }) => {
        const text = JSON.stringify(reader);
        const before = findingsOrNone(text, writer);
        for (const finding of before.length === 0 ? [] : choose(before, text)) {
          const next = apply(text, finding);
          if (next === undefined) continue;
          tried++;
          expect([finding.fix, leftAfter(next, finding, { text, before, writer })]).toEqual([
            finding.fix,
            [],
          ]);
        }
      }),
      { numRuns: 600, examples: found.map((pair) => [pair]) },
    );
    expect(tried).toBeGreaterThan(least);
  });

  /** An edit may leave a name without its type: then there is nothing to mend. */
  function findingsOrNone(text: string, writer: Json): Finding[] {
    try {
      return findingsOf(text, writer);
    } catch (error) {
      if (error instanceof SchemaError) return [];
      throw error;
    }
  }
});
