import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { didYouMean } from '../../runtime/nearest-name.js';
import { InfraError } from '../errors.js';

/** A file of the lock begins with the subject that it is of. */
const SUBJECT = /^\s*\{[^[]*?"subject"\s*:\s*("(?:[^"\\]|\\.)*")/;

/**
 * Refuses a subject that the lock does not have: the deployment would find out, after all that comes before it.
 * Without a lock of a file per subject nobody knows.
 * @throws InfraError `UNKNOWN`
 */
export function refuseSubjectsNotLocked(
  scope: Construct,
  schemas: string,
  subjects: readonly string[] = [],
): void {
  const known = subjectsOfLock(path.join(path.resolve(schemas), 'lock'));
  if (known.length === 0 || Token.isUnresolved(subjects)) return;
  const unknown = subjects.find((name) => !Token.isUnresolved(name) && !known.includes(name));
  if (unknown === undefined) return;
  throw new InfraError(
    'UNKNOWN',
    `the lock in ${schemas} has no subject '${unknown}'.${didYouMean(unknown, known)} Mend the name in \`subjects\`, or run \`npx tavro codegen\` where it is new`,
    scope.node.path,
  );
}

function subjectsOfLock(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const [, subject] = SUBJECT.exec(readFileSync(path.join(folder, name), 'utf8')) ?? [];
      return subject === undefined ? [] : [String(JSON.parse(subject))];
    });
}
