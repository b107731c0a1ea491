/**
 * `registryFromEnvironment` for who imports it by name. The code is elsewhere, since handlers load that on demand: where
 * the package's entry leads to it itself, bundlers put it among what is loaded at once.
 */
import type { Registry } from '../runtime/index.js';
import {
  type EnvironmentOptions,
  registryOfEnvironment,
  VARIABLES,
} from './registry-of-environment.js';

/** The environment variables that {@link registryFromEnvironment} reads. */
export const REGISTRY_VARIABLES: typeof VARIABLES = VARIABLES;

/**
 * The registry that the environment names. PEM files are read at once. Credentials are read when the registry is first asked,
 * so a function whose schema ids were known at build time never reads them; they are read again
 * when the registry answers 401, as after a rotation.
 * @throws ConsumerError `CONFIG`, naming every variable that is missing or cannot be used.
 */
export function registryFromEnvironment(options: EnvironmentOptions = {}): Registry {
  return registryOfEnvironment(options);
}
