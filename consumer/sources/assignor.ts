import type { SourcePartition } from '../source.js';
import type { MemberSubscription } from './protocol/subscription.js';

/**
 * Kafka's name for cooperative rebalancing (KIP-429), in which members keep what they have and only
 * what moves is given up first. Java's client and librdkafka have it by the same name.
 */
export const COOPERATIVE_STICKY = 'cooperative-sticky';

export interface AssignorInput {
  readonly members: ReadonlyMap<string, MemberSubscription>;
  /** How many partitions each topic has. */
  readonly partitions: ReadonlyMap<string, number>;
}

/**
 * Shares the partitions out: each member keeps what it has as far as all have about as much, and what
 * one has to give up is given to nobody yet. It says so by joining again without it.
 */
export function assignCooperatively({
  members,
  partitions,
}: AssignorInput): ReadonlyMap<string, readonly SourcePartition[]> {
  const owners = ownersOf(members);
  const given = new Map(
    [...members.keys()].sort().map((id) => [id, new Map<string, SourcePartition>()]),
  );
  const free: SourcePartition[] = [];
  for (const one of allOf(partitions)) {
    const owner = owners.get(keyOf(one));
    const isWanted = owner !== undefined && members.get(owner)?.topics.includes(one.topic) === true;
    if (isWanted) given.get(owner)?.set(keyOf(one), one);
    else free.push(one);
  }
  for (const one of free) lightest(one, { members, given })?.set(keyOf(one), one);
  even(members, given);
  return new Map(
    [...given].map(([id, of]) => [
      id,
      [...of.values()].filter((one) => (owners.get(keyOf(one)) ?? id) === id),
    ]),
  );
}

type Given = ReadonlyMap<string, Map<string, SourcePartition>>;

/** Who has what. Of two that claim the same, the one of the later generation is right, or none. */
function ownersOf(members: ReadonlyMap<string, MemberSubscription>): ReadonlyMap<string, string> {
  const claims = new Map<string, { id: string | undefined; generation: number }>();
  for (const [id, { owned, generation = -1 }] of members) {
    for (const one of owned) {
      const other = claims.get(keyOf(one));
      if (other === undefined || generation > other.generation) {
        claims.set(keyOf(one), { id, generation });
      } else if (generation === other.generation) {
        claims.set(keyOf(one), { id: undefined, generation });
      }
    }
  }
  return new Map([...claims].flatMap(([key, { id }]) => (id === undefined ? [] : [[key, id]])));
}

function* allOf(partitions: ReadonlyMap<string, number>): Generator<SourcePartition> {
  for (const [topic, count] of [...partitions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let partition = 0; partition < count; partition++) yield { topic, partition };
  }
}

interface Sharing {
  readonly members: ReadonlyMap<string, MemberSubscription>;
  readonly given: Given;
}

/** What the member has that wants the topic and has the least. */
function lightest({ topic }: SourcePartition, { members, given }: Sharing) {
  let found: Map<string, SourcePartition> | undefined;
  for (const [id, of] of given) {
    if (members.get(id)?.topics.includes(topic) !== true) continue;
    if (found === undefined || of.size < found.size) found = of;
  }
  return found;
}

/** Moves one partition after the other from who has two more than somebody who wants it. */
function even(members: Sharing['members'], given: Given): void {
  for (let moved = true; moved; ) {
    moved = false;
    for (const of of [...given.values()].sort((a, b) => b.size - a.size)) {
      for (const [key, one] of [...of].reverse()) {
        const to = lightest(one, { members, given });
        if (to === undefined || to.size + 1 >= of.size) continue;
        of.delete(key);
        to.set(key, one);
        moved = true;
      }
    }
  }
}

export function keyOf({ topic, partition }: SourcePartition): string {
  return `${partition} ${topic}`;
}
