import type { Registry } from '../runtime/index.js';
import { once } from './once.js';

/** Variables that tell of certificates: their files are read at once, so that what is wrong is told at once. */
const OF_TLS = /^SCHEMA_REGISTRY_(CA|CERT|KEY)/;

/**
 * The registry of `registryFromEnvironment`, whose client is loaded when it is first asked: a function that knew all
 * its schema ids when its code was generated never does. Where the environment says more than an address
 * and who asks, or too little, it is read as a whole at once.
 * @throws ConsumerError `CONFIG`, as `registryFromEnvironment` does
 */
export async function registryOnDemand(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Registry> {
  const client = once(async () =>
    (await import('./registry-of-environment.js')).registryOfEnvironment({ env }),
  );
  const url = plainAddress(env);
  if (url === undefined) return client();
  return {
    url,
    schemaById: async (id) => (await client()).schemaById(id),
    schemaByGuid: async (guid) => {
      const { schemaByGuid } = await client();
      // Safe: the client of the environment has it.
      return (schemaByGuid as NonNullable<typeof schemaByGuid>)(guid);
    },
    register: async (...of) => (await client()).register(...of),
    lookup: async (...of) => (await client()).lookup(...of),
    guid: async (...of) => (await client()).guid?.(...of),
  };
}

/** The registry's address in the form of `Registry.url`, where nothing has to be checked besides. */
function plainAddress(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { SCHEMA_REGISTRY_URL: url = '', SCHEMA_REGISTRY_SECRET_ARN: arn } = env;
  const hasBoth = !env.SCHEMA_REGISTRY_API_KEY === !env.SCHEMA_REGISTRY_API_SECRET;
  if (!(arn || hasBoth) || Object.keys(env).some((name) => OF_TLS.test(name))) return undefined;
  // A comma may be between several addresses.
  if (!/^https?:[^,]*$/.test(url) || !URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return (origin + pathname).replace(/\/+$/, '') === url ? url : undefined;
}
