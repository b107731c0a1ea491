import type { Facts, TypeOutline } from '../facts.js';
import type { ProjectRule } from '../rule.js';

/** A schema that is gone. */
export const subjectRemoved: ProjectRule<'gone'> = {
  id: 'subject-removed',
  category: 'SOURCE',
  severity: 'error',
  why: 'Generated code no longer has the type, while data of it may still be in the topic and consumers may still read it.',
  fix: "Keep the schema until nothing reads or writes it; then remove it with a waiver that says so. If a type was renamed, add the name it had to the new type's aliases.",
  example: {
    facts: {
      subject: 'acme.Refund',
      commit: 'main (1c0ffee)',
      type: { name: 'acme.Refund', fields: ['id', 'amount'] },
      isCarried: false,
      isKnown: false,
      added: [{ name: 'acme.Repayment', fields: ['id', 'amount'] }],
    },
    repaired: [
      {
        subject: 'acme.Refund',
        commit: 'main (1c0ffee)',
        type: { name: 'acme.Refund', fields: ['id', 'amount'] },
        isCarried: false,
        isKnown: true,
        added: [{ name: 'acme.Repayment', fields: ['id', 'amount'] }],
      },
    ],
  },
  check(gone) {
    if (gone.isCarried) return undefined;
    if (!('type' in gone)) return gone.released === 0 ? undefined : ofTopic(gone);
    if (gone.isKnown) return undefined;
    return `${gone.type.name} is in ${gone.commit} and is gone${renamed(gone)}.`;
  },
};

/** A topic is no type: under another name it is another one, and aliases say nothing of it. */
function ofTopic({
  subject,
  heirs = [],
}: Exclude<Facts['gone'], { type: TypeOutline }>): ReturnType<typeof subjectRemoved.check> {
  const what = `${subject} has released versions, and no topic of tavro.json has this subject any more`;
  const waiver = `a waiver: { "rule": "${subjectRemoved.id}", "subject": "${subject}", "path": "", "reason": "…", "expires": "…" }.`;
  const [heir] = heirs;
  return heir === undefined
    ? {
        message: `${what}.`,
        fix: `Keep its topic in tavro.json until nothing reads or writes it; then remove it with ${waiver}`,
      }
    : {
        message: `${what}; ${heir} is new and carries the same type.`,
        fix: `Renamed the topic? Its data and its consumers stay under the old name: keep the old entry of tavro.json beside the new one until nothing reads or writes it; then remove it with ${waiver}`,
      };
}

/** Where a record may have gone: an added one with the same fields. */
function renamed({ type, added }: Extract<Facts['gone'], { type: TypeOutline }>): string {
  const fields = type.fields?.join();
  const heir = added.find((other) => fields !== undefined && other.fields?.join() === fields);
  return heir === undefined
    ? ''
    : `; ${heir.name} looks like it under another name and has no alias that says so`;
}
