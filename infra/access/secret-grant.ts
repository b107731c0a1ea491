import * as iam from 'aws-cdk-lib/aws-iam';
import type { KeyedSecret } from './credentials.js';

/**
 * Lets a role read a secret, by the role's own policy alone. The library's `grantRead` puts the role
 * into the policy of the key, too, and so ends in a dependency cycle where key and role are of two stacks.
 * A key of another account must let that account in by its own policy.
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
  return read.combine(
    iam.Grant.addToPrincipal({ grantee, actions: ['kms:Decrypt'], resourceArns: [key.keyArn] }),
  );
}
