/**
 * Runs against the dev registry, or against the one at TAVRO_TEST_REGISTRY. What that one is known
 * not to do is named, with commas, in TAVRO_TEST_REGISTRY_WITHOUT.
 */
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { moreScenarios } from './registry-more-scenarios.js';
import { play } from './registry-scenario.js';
import { coreScenarios } from './registry-scenarios.js';

const external = process.env.TAVRO_TEST_REGISTRY;
const without = new Set((process.env.TAVRO_TEST_REGISTRY_WITHOUT ?? '').split(','));

let server: RegistryServer | undefined;
beforeAll(async () => {
  if (external === undefined) {
    server = await startRegistry();
    return;
  }
  // Some start with another level for all.
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const body = '{"compatibility":"BACKWARD"}';
  await fetch(`${external}/config`, { method: 'PUT', headers, body });
});
afterAll(async () => {
  await server?.stop();
});

describe(`the registry ${external ?? 'of our own'}`, () => {
  for (const scenario of [...coreScenarios, ...moreScenarios]) {
    const run = scenario.needs !== undefined && without.has(scenario.needs) ? it.skip : it;
    run(scenario.name, () => play(external ?? server?.url ?? '', scenario));
  }
});
