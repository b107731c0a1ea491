/** Packages that the constructs are made of, which a project without a stack does not have. */
import { createRequire } from 'node:module';
import { InfraError } from './errors.js';

/**
 * What a peer exports. The build puts this in the place of imports of peers: one that is missing
 * would be an error of Node's, before a line of ours could say what to install.
 * @throws InfraError `PEER`
 */
export function peer(module: string): unknown {
  const require = createRequire(import.meta.url);
  try {
    require.resolve(module);
  } catch {
    const [name] = module.split('/');
    throw new InfraError(
      'PEER',
      `tavro/infra needs the package ${name}: run \`npm i -D aws-cdk-lib constructs\`.`,
    );
  }
  return require(module);
}
