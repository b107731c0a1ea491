/** Refuses, at synth, an order that something else contradicts: the library only says that there is a cycle. */
import {
  AspectPriority,
  Aspects,
  CfnElement,
  CfnResource,
  DefaultTokenResolver,
  type IPostProcessor,
  type IResolvable,
  type IResolveContext,
  Reference,
  Stack,
  Stage,
  StringConcat,
  Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { InfraError } from '../errors.js';

/** Why something comes before something else. */
export interface Reason {
  readonly why: string;
  /** The prop by which the change is deployed already; undefined where no change is the reason. */
  readonly deployed?: string;
}

export interface Ordered extends Reason {
  readonly earlier: IConstruct;
  readonly later: IConstruct;
}

/** The first waits for the second. */
type Edge = readonly [IConstruct, IConstruct];

/** Whom each waits for. */
type Waits = ReadonlyMap<IConstruct, readonly IConstruct[]>;

/** By stage or root, what was ordered within: each root is looked at once. */
const ORDERED = new WeakMap<IConstruct, Ordered[]>();

/** Looks at one more pair when the app is synthesized: until then others may still be added. */
export function refuseCycles(ordered: Ordered): void {
  const root = Stage.of(ordered.later) ?? ordered.later.node.root;
  const known = ORDERED.get(root);
  if (known !== undefined) {
    known.push(ordered);
    return;
  }
  const all = [ordered];
  ORDERED.set(root, all);
  const visit = (node: IConstruct): void => {
    if (node === root) refuseAll(root, all);
  };
  Aspects.of(root).add({ visit }, { priority: AspectPriority.READONLY });
}

function refuseAll(root: IConstruct, all: readonly Ordered[]): void {
  const others = edgesOf(root, all);
  // What others say first: it is what can be changed.
  const contradicted = contradiction(all, others);
  if (contradicted !== undefined) {
    const { later, deployed } = contradicted;
    const twice =
      deployed === undefined
        ? ''
        : `, or deploy twice: first without the new code of ${later.node.path}, which is left out here, then with deployed: ${deployed}`;
    refuse(contradicted, `Move what they share to a stack of its own${twice}`);
  }
  const own = all.flatMap(({ earlier, later }) => pairs(unitsOf(later), unitsOf(earlier)));
  const opposite = contradiction(all, [...others, ...own]);
  if (opposite !== undefined) refuse(opposite, 'Deploy one of the changes, then release the other');
}

/** An order, and the way by which its first part waits for its last. */
interface Contradiction extends Ordered {
  readonly way: readonly IConstruct[];
}

function contradiction(all: readonly Ordered[], edges: readonly Edge[]): Contradiction | undefined {
  const byUnit = group(edges.filter(([from, to]) => homeOf(from) === homeOf(to)));
  const homes = edges.map(([from, to]) => [homeOf(from), homeOf(to)] as const);
  const byHome = group(homes.filter(([from, to]) => from !== to));
  for (const ordered of all) {
    const { earlier, later } = ordered;
    const [first, then] = [homeOf(earlier), homeOf(later)];
    const way =
      first === then
        ? wayBetween(unitsOf(earlier), unitsOf(later), byUnit)
        : wayBetween([first], [then], byHome);
    if (way !== undefined) return { ...ordered, way };
  }
  return undefined;
}

function refuse({ earlier, later, why, way }: Contradiction, cure: string): never {
  const paths = way.map(({ node }) => node.path).join(' -> ');
  throw new InfraError(
    'ROLLOUT',
    `${why}. So ${later.node.path} is to wait for this, which waits for it itself: ${paths}. ${cure}`,
    earlier.node.path,
  );
}

/** Who waits for whom, but for what was ordered: by dependencies of constructs, resources and stacks, and by references. */
function edgesOf(root: IConstruct, ordered: readonly Ordered[]): readonly Edge[] {
  return root.node.findAll().flatMap((source) => {
    const targets = source.node.dependencies
      .filter((one) => !ordered.some(({ earlier, later }) => later === source && earlier === one))
      .flatMap(unitsOf);
    const own: IConstruct[] = Stack.isStack(source) ? [...source.dependencies] : [];
    if (CfnResource.isCfnResource(source)) own.push(...source.obtainDependencies());
    if (CfnElement.isCfnElement(source)) own.push(...referencesOf(source));
    const edges = [
      ...(targets.length === 0 ? [] : pairs(unitsOf(source), targets)),
      ...(own.length === 0 ? [] : pairs([unitOf(source)], own.map(unitOf))),
    ];
    return edges.filter(([from, to]) => from !== to);
  });
}

function pairs(from: readonly IConstruct[], to: readonly IConstruct[]): readonly Edge[] {
  return from.flatMap((one) => to.map((other) => [one, other] as const));
}

/** What CloudFormation deploys of a construct: its resources, or its stack. */
function unitsOf(construct: IConstruct): readonly IConstruct[] {
  const inner = Stack.isStack(construct) ? [construct] : construct.node.findAll();
  const units = inner.filter((one) => Stack.isStack(one) || CfnResource.isCfnResource(one));
  return [...new Set(units.map(unitOf))];
}

/** What is in a nested stack is deployed with it. */
function unitOf(construct: IConstruct): IConstruct {
  const { nestedStackResource } = Stack.of(construct);
  return nestedStackResource === undefined ? construct : unitOf(nestedStackResource);
}

/** The stack that is deployed by itself. */
function homeOf(construct: IConstruct): Stack {
  return Stack.of(unitOf(construct));
}

/** Collects what tokens refer to, as the library does before it makes exports of it. */
class References extends DefaultTokenResolver {
  readonly found: IConstruct[] = [];

  override resolveToken(
    token: IResolvable,
    context: IResolveContext,
    postProcessor: IPostProcessor,
  ): unknown {
    if (Reference.isReference(token)) this.found.push(token.target);
    return super.resolveToken(token, context, postProcessor);
  }
}

function referencesOf(element: CfnElement): readonly IConstruct[] {
  const resolver = new References(new StringConcat());
  Tokenization.resolve(element._toCloudFormation(), {
    scope: element,
    resolver,
    preparing: true,
  });
  return resolver.found.filter((target) => target !== element);
}

function group(edges: readonly Edge[]): Waits {
  const waits = new Map<IConstruct, IConstruct[]>();
  for (const [from, to] of edges) {
    const known = waits.get(from);
    if (known === undefined) waits.set(from, [to]);
    else known.push(to);
  }
  return waits;
}

/** The shortest way from one of some to one of others, of one step at least. */
function wayBetween(
  from: readonly IConstruct[],
  to: readonly IConstruct[],
  waits: Waits,
): readonly IConstruct[] | undefined {
  const wanted = new Set(to);
  const seen = new Set(from);
  const ways: (readonly [IConstruct, ...IConstruct[]])[] = from.map((start) => [start]);
  for (const way of ways) {
    const [last] = way;
    // Both in one nested stack: CloudFormation looks into it, not we.
    if (way.length > 1 && wanted.has(last)) return [...way].reverse();
    for (const next of waits.get(last) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([next, ...way]);
    }
  }
  return undefined;
}
