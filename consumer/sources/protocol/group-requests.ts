/** What a member asks the coordinator of its group. */
import type { Position, SourceMember, SourcePartition } from '../../source.js';
import { byTopic } from './by-topic.js';
import type { AnswerReader, RequestWriter } from './encoding.js';
import { expectNone, Refused } from './refused.js';
import type { Request } from './request.js';

/** Where a broker is, as `host:port`. */
export function findCoordinator(group: string): Request<string> {
  return {
    apiKey: 10,
    apiVersion: 2,
    apiName: 'FindCoordinator',
    write: (to) => to.string(group).int8(0),
    read: (answer) => {
      answer.int32();
      expectNone(answer.int16(), answer.nullableString());
      answer.int32();
      return `${answer.string()}:${answer.int32()}`;
    },
  };
}

export interface Joining {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Empty of a new member. */
  readonly memberId: string;
  readonly groupInstanceId?: string | undefined;
  readonly protocol: string;
  readonly subscription: Uint8Array;
}

export interface Joined {
  readonly generationId: number;
  readonly memberId: string;
  /** Every member with its subscription, of the leader only. */
  readonly members: readonly { readonly memberId: string; readonly subscription: Uint8Array }[];
  readonly isLeader: boolean;
}

/** A member id that is to be joined with. */
export class MemberIdGiven extends Refused {
  readonly memberId: string;

  constructor(memberId: string) {
    super(79);
    this.memberId = memberId;
  }
}

const MEMBER_ID_REQUIRED = 79;

/** Answered when all members have joined, or their time is up. */
export function joinGroup(joining: Joining): Request<Joined> {
  return {
    apiKey: 11,
    apiVersion: 5,
    apiName: 'JoinGroup',
    write: (to) =>
      to
        .string(joining.groupId)
        .int32(joining.sessionTimeoutMs)
        .int32(joining.rebalanceTimeoutMs)
        .string(joining.memberId)
        .string(joining.groupInstanceId ?? null)
        .string('consumer')
        .array([joining], ({ protocol, subscription }) => {
          to.string(protocol).bytes(subscription);
        }),
    read: (answer) => {
      answer.int32();
      const code = answer.int16();
      const generationId = answer.int32();
      answer.nullableString();
      const leader = answer.string();
      const memberId = answer.string();
      if (code === MEMBER_ID_REQUIRED) throw new MemberIdGiven(memberId);
      expectNone(code);
      const members = answer.array(() => {
        const id = answer.string();
        answer.nullableString();
        return { memberId: id, subscription: answer.bytes() };
      });
      return { generationId, memberId, members, isLeader: leader === memberId };
    },
  };
}

/** Who gets what, by member; of the leader only. */
export type Assignments = ReadonlyMap<string, Uint8Array>;

/** Answers what this member gets. */
export function syncGroup(member: SourceMember, assignments: Assignments): Request<Uint8Array> {
  return {
    apiKey: 14,
    apiVersion: 3,
    apiName: 'SyncGroup',
    write: (to) =>
      writeMember(to, member).array([...assignments], ([memberId, assignment]) => {
        to.string(memberId).bytes(assignment);
      }),
    read: (answer) => {
      answer.int32();
      expectNone(answer.int16());
      return answer.bytes();
    },
  };
}

export function heartbeat(member: SourceMember): Request<void> {
  return {
    apiKey: 12,
    apiVersion: 3,
    apiName: 'Heartbeat',
    write: (to) => writeMember(to, member),
    read: (answer) => {
      answer.int32();
      expectNone(answer.int16());
    },
  };
}

export function leaveGroup({
  groupId,
  memberId,
}: Pick<SourceMember, 'groupId' | 'memberId'>): Request<void> {
  return {
    apiKey: 13,
    apiVersion: 3,
    apiName: 'LeaveGroup',
    write: (to) => to.string(groupId).array([memberId], (one) => to.string(one).string(null)),
    read: (answer) => {
      answer.int32();
      expectNone(answer.int16());
    },
  };
}

/** Answers the partitions that were refused. */
export function commitOffsets(
  member: SourceMember,
  positions: readonly Position[],
): Request<readonly RefusedPartition[]> {
  return {
    apiKey: 8,
    apiVersion: 7,
    apiName: 'OffsetCommit',
    write: (to) =>
      writeMember(to, member).array(byTopic(positions), ([topic, of]) => {
        to.string(topic).array(of, ({ partition, offset }) => {
          // No leader epoch, no metadata.
          to.int32(partition).int64(offset).int32(-1).string('');
        });
      }),
    read: (answer) => {
      answer.int32();
      return readPartitions(answer, () => answer.int16()).flatMap(({ value: code, ...at }) =>
        code === 0 ? [] : [{ ...at, error: new Refused(code) }],
      );
    },
  };
}

export interface RefusedPartition extends SourcePartition {
  readonly error: Refused;
}

/**
 * What the group committed; undefined where it did not. Offsets that a transaction is about to commit
 * are waited for: `UNSTABLE_OFFSET_COMMIT`.
 */
export function fetchOffsets(
  groupId: string,
  partitions: readonly SourcePartition[],
): Request<readonly (SourcePartition & { readonly offset: bigint | undefined })[]> {
  return {
    apiKey: 9,
    // The first that has `require_stable` (KIP-447), and a flexible one.
    apiVersion: 7,
    apiName: 'OffsetFetch',
    write: (to) =>
      to
        .tags()
        .compactString(groupId)
        .compactArray(byTopic(partitions), ([topic, of]) => {
          to.compactString(topic)
            .compactArray(of, ({ partition }) => to.int32(partition))
            .tags();
        })
        .boolean(true)
        .tags(),
    read: (answer) => {
      answer.tags();
      answer.int32();
      const found = answer.compactArray(() => {
        const topic = answer.compactString();
        const partitions = answer.compactArray(() => readCommitted(answer, topic));
        answer.tags();
        return partitions;
      });
      expectNone(answer.int16());
      return found.flat();
    },
  };
}

function readCommitted(answer: AnswerReader, topic: string) {
  const partition = answer.int32();
  const offset = answer.int64();
  answer.int32();
  answer.compactString();
  expectNone(answer.int16());
  answer.tags();
  return { topic, partition, offset: offset < 0n ? undefined : offset };
}

function writeMember(to: RequestWriter, member: SourceMember): RequestWriter {
  return to
    .string(member.groupId)
    .int32(member.generationId)
    .string(member.memberId)
    .string(member.groupInstanceId ?? null);
}

/** Topics with partitions, as most answers have them. */
function readPartitions<T>(answer: AnswerReader, read: () => T) {
  return answer
    .array(() => {
      const topic = answer.string();
      return answer.array(() => ({ topic, partition: answer.int32(), value: read() }));
    })
    .flat();
}
