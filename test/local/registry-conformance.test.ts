/**
 * Runs against the dev registry, or against the one at TAVRO_TEST_REGISTRY. What that one is known
 * not to do is named, with commas, in TAVRO_TEST_REGISTRY_WITHOUT. Against Apicurio it runs in
 * registry-conformance.java.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { scenarios } from './registry-more-scenarios.js';
import { conform, setLevelForAll } from './registry-scenario.js';

const external = process.env.TAVRO_TEST_REGISTRY;
const without = new Set((process.env.TAVRO_TEST_REGISTRY_WITHOUT ?? '').split(','));

let server: RegistryServer | undefined;
beforeAll(async () => {
  if (external === undefined) server = await startRegistry();
  // Some start with another level for all.
  else await setLevelForAll(external, 'BACKWARD');
});
afterAll(async () => {
  await server?.stop();
});

describe(`the registry ${external ?? 'of our own'}`, () => {
  for (const scenario of scenarios) {
    const run = scenario.needs !== undefined && without.has(scenario.needs) ? it.skip : it;
    run(scenario.name, () => conform(external ?? server?.url ?? '', scenario));
  }
});

it('has a name of its own for each scenario', () => {
  const names = scenarios.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
