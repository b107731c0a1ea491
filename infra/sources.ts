/** Whether generated code is older than the schemas beside it: the last place to notice is synth. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { sourceHash } from '../runtime/source-hash.js';
import type { TopicContract } from './contract.js';
import { InfraError } from './errors.js';

const SCHEMAS_DEFAULT = 'schemas';

/**
 * Refuses contracts whose files have changed since. Where the schemas are not there at all, for
 * instance where generated code comes in a package, it warns: then whoever packs it must check.
 * @throws InfraError `STALE`, naming topics, files and the command to run.
 */
export function refuseStale(
  scope: Construct,
  topics: Readonly<Record<string, TopicContract>>,
  schemas: string = SCHEMAS_DEFAULT,
): void {
  const folder = path.resolve(schemas);
  const noted = Object.entries(topics).filter(([, { sources }]) => sources !== undefined);
  if (noted.length === 0) return;
  if (!existsSync(folder)) {
    Annotations.of(scope).addWarningV2(
      'tavro:schemas',
      `There is no folder ${folder}, so nobody checked that generated code matches the schemas. Set \`schemas\` to where they are.`,
    );
    return;
  }
  const changed = new Set(
    noted.flatMap(([topic, { sources = {} }]) =>
      Object.entries(sources).flatMap(([file, hash]) => {
        const state = stateOf(path.join(folder, file), hash);
        return state === undefined ? [] : [`${file} ${state} (topic '${topic}')`];
      }),
    ),
  );
  if (changed.size === 0) return;
  throw new InfraError(
    'STALE',
    `generated code does not match the schemas in ${folder}: ${[...changed].join(', ')}. Run \`npx tavro codegen\` and commit what it writes`,
    scope.node.path,
  );
}

function stateOf(file: string, hash: string): string | undefined {
  if (!existsSync(file)) return 'is gone';
  return sourceHash(readFileSync(file, 'utf8')) === hash ? undefined : 'has changed';
}
