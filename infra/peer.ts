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
  const [name] = module.split('/');
  try {
    require.resolve(module);
  } catch (cause) {
    const { code }: { code?: unknown } = Object(cause);
    // Other codes are of a version that has no such part.
    if (code !== 'MODULE_NOT_FOUND') throw notLoaded(module, cause);
    throw new InfraError(
      'PEER',
      `tavro/infra needs the package ${name}: run \`npm i -D aws-cdk-lib constructs\`.`,
    );
  }
  try {
    return require(module);
  } catch (cause) {
    throw notLoaded(module, cause);
  }
}

function notLoaded(module: string, cause: unknown): InfraError {
  const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  const message = `tavro/infra cannot load ${module}: ${why}. \`npm ls aws-cdk-lib constructs\` shows their versions.`;
  return Object.assign(new InfraError('PEER', message), { cause });
}
