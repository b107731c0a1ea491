/** A reader and a writer -> findings. */
import type { Schema } from '../model/schema.js';
import { type Origin, type Place, placeOf } from '../model/source-text.js';
import { type Finding, findingOf, type JavaFinding } from './finding.js';
import { type JavaAnswer, type JavaIncompatibility, javaFindings } from './java.js';
import { findSpots, originsOf, pathOf, type Spot } from './places.js';
import type { Category, Complaint, RuleFacts, RuleSet, Severity } from './rule.js';
import { selectRules } from './rules/index.js';
import { type Problem, walkPair } from './walk-pair.js';
import { Witnesses } from './witness.js';

/** A schema with the name that findings give it. */
export interface Side {
  readonly schema: Schema;
  /** Such as `v3`, or a file. */
  readonly name?: string;
}

export interface PairOptions {
  /** @default RULES of WIRE and SEMANTIC */
  readonly rules?: RuleSet;
  readonly subject?: string;
  readonly severityOf?: (rule: RuleFacts) => Severity;
  /** Which side findings point at first: the one that can be edited. @default 'reader' */
  readonly editable?: 'reader' | 'writer';
}

const BY_CATEGORY = new Map<string, RuleSet>();

/** The rules of some categories. */
export function rulesOf(categories: readonly Category[]): RuleSet {
  const key = categories.join();
  const known = BY_CATEGORY.get(key);
  if (known !== undefined) return known;
  const rules = selectRules((rule) => categories.includes(rule.category));
  BY_CATEGORY.set(key, rules);
  return rules;
}

/** Everything that the rules say of data of `writer` being read by `reader`. */
export function comparePair(reader: Side, writer: Side, options: PairOptions = {}): Finding[] {
  const result = walkPair(
    reader.schema,
    writer.schema,
    options.rules ?? rulesOf(['WIRE', 'SEMANTIC']),
  );
  if (result.troubled.length === 0) return [];
  return new Report({ reader, writer }, options).findings(findSpots(result));
}

/** Turns problems into findings; what only bad pairs need is made when first asked for. */
class Report {
  private readonly reader: Side;
  private readonly writer: Side;
  private readonly options: PairOptions;
  private witnesses: Witnesses | undefined;
  private java: JavaIndex | 'silent' | undefined;

  constructor({ reader, writer }: { reader: Side; writer: Side }, options: PairOptions) {
    this.reader = reader;
    this.writer = writer;
    this.options = options;
  }

  findings(spots: readonly Spot[]): Finding[] {
    return spots.flatMap((spot) =>
      spot.meeting.problems.map((problem) => this.finding(spot, problem)),
    );
  }

  private finding(spot: Spot, problem: Problem): Finding {
    const { rule, complaint } = problem;
    const { subject, editable = 'reader', severityOf } = this.options;
    const origins = originsOf(spot, problem);
    const [readerAt, writerAt] = [place(origins.reader), place(origins.writer)];
    const isReaders = editable === 'reader';
    const finding = findingOf(rule, isReaders ? complaint : ofWriter(complaint), {
      severity: severityOf?.(rule) ?? rule.severity,
      subject,
      reader: this.reader.name,
      writer: this.writer.name,
      path: pathOf(spot, problem),
      at: isReaders ? readerAt : writerAt,
      readerAt,
      writerAt,
    });
    return rule.category === 'WIRE' ? { ...finding, ...this.proof(spot, problem) } : finding;
  }

  private proof(spot: Spot, problem: Problem): Pick<Finding, 'java' | 'witness'> {
    this.witnesses ??= new Witnesses(this.writer.schema);
    const witness = this.witnesses.for(spot, problem);
    const java = this.javaOf(spot, problem);
    return {
      ...(java === undefined ? {} : { java }),
      ...(witness === undefined ? {} : { witness }),
    };
  }

  /** Java's word for a problem: within a union it has only one, and says it of the whole branch. */
  private javaOf({ meeting, way }: Spot, problem: Problem): JavaFinding | undefined {
    this.java ??= indexed(javaFindings(this.reader.schema, this.writer.schema));
    if (this.java === 'silent') return undefined;
    const union = [...way.map(({ from }) => from), meeting].findIndex(
      ({ reader }) => reader.kind === 'union',
    );
    const at = way[union]?.from ?? meeting;
    const step = way[union]?.step;
    const branch = step?.kind === 'branch' ? step.writer : problem.branch;
    const parts = this.java.get(at.reader)?.get(at.writer);
    const said =
      union >= 0
        ? (parts?.get(undefined)?.[0] ?? parts?.get(branch)?.[0])
        : parts
            ?.get(problem.field)
            ?.find(({ type, part }) => type === problem.rule.java || part !== undefined);
    return said && { type: said.type, location: said.location };
  }
}

/** Java's findings by the reader's schema, the writer's, and what part of them they are about. */
type JavaIndex = ReadonlyMap<
  Schema,
  ReadonlyMap<Schema, ReadonlyMap<JavaIncompatibility['part'], readonly JavaIncompatibility[]>>
>;

function indexed(answer: JavaAnswer): JavaIndex | 'silent' {
  if (typeof answer === 'string') return 'silent';
  const index = new Map<
    Schema,
    Map<Schema, Map<JavaIncompatibility['part'], JavaIncompatibility[]>>
  >();
  for (const one of new Set(answer)) {
    const writers = index.get(one.reader) ?? new Map();
    index.set(one.reader, writers);
    const parts = writers.get(one.writer) ?? new Map();
    writers.set(one.writer, parts);
    const known = parts.get(one.part);
    if (known === undefined) parts.set(one.part, [one]);
    else known.push(one);
  }
  return index;
}

function place(origin: Origin): Place {
  return placeOf(origin);
}

/** An edit is of the reader's file; so is most of what there is to do. */
function ofWriter({ edit, pastReader, ...complaint }: Complaint): Complaint {
  return pastReader === undefined ? complaint : { ...complaint, fix: pastReader };
}
