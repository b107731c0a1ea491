import { assignCooperatively } from './assignor.js';
import type { Cluster } from './cluster.js';
import type { Assignments, Joined } from './protocol/group-requests.js';
import { decodeSubscription, encodeAssignment } from './protocol/subscription.js';

/** What each member gets, by who leads the group. */
export async function shareOut(
  cluster: Cluster,
  topics: readonly string[],
  members: Joined['members'],
): Promise<Assignments> {
  const wanted = new Map(
    members.map(({ memberId, subscription }) => [memberId, decodeSubscription(subscription)]),
  );
  // Members of an older or newer release may want others.
  const all = [...wanted.values()].flatMap((one) => one.topics);
  await cluster.refresh([...new Set([...topics, ...all])]);
  const shares = assignCooperatively({ members: wanted, partitions: cluster.partitionCounts });
  return new Map([...shares].map(([id, partitions]) => [id, encodeAssignment(partitions)]));
}

/** Something that others wait for the end of. */
export interface Endable {
  readonly over: Promise<void>;
  end(): void;
}

export function endable(): Endable {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}
