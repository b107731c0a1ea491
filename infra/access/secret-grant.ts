import * as iam from 'aws-cdk-lib/aws-iam';
import { InfraError } from '../errors.js';
import { pathOf } from './cluster-access.js';
import type { KeyedSecret } from './credentials.js';

/**
 * Lets a role read a secret, by the role's own policy alone. The library's `grantRead` puts the role
 * into the policy of the key, too, and so ends in a dependency cycle where key and role are of two stacks.
 * The key's policy must leave it to the policies of roles who uses it, as that of a new key does; one of
 * another account must let that account in.
 *
 * @throws InfraError `ENCRYPTION_KEY` for an alias: policies are about keys
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function grantSecret(
  grantee: iam.IGrantable,
  { secret, encryptionKey }: KeyedSecret,
): iam.Grant {
  const read = iam.Grant.addToPrincipal({
    grantee,
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    // Of a secret imported by name, the pattern that its random suffix matches.
    resourceArns: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
  });
  const key = encryptionKey ?? secret.encryptionKey;
  if (key === undefined) return read;
  if ('aliasName' in key) {
    throw new InfraError(
      'ENCRYPTION_KEY',
      `${key.aliasName} is the alias of a key, and a policy takes effect for the key only; give the key itself, such as Key.fromKeyArn(…)`,
      pathOf(grantee),
    );
  }
  return read.combine(
    iam.Grant.addToPrincipal({ grantee, actions: ['kms:Decrypt'], resourceArns: [key.keyArn] }),
  );
}
