/**
 * The suite of registry-conformance.test.ts against a registry of another make: that what the dev
 * registry is held to is what others do, too. No scenario is left out: apicurio-departures.ts has
 * every step that Apicurio answers otherwise, and a table that is out of date fails.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APICURIO_START_TIMEOUT_MS, type Apicurio, startApicurio } from '../peers/apicurio.js';
import { absent, departures } from './apicurio-departures.js';
import { scenarios } from './registry-more-scenarios.js';
import { conform, play, setLevelForAll } from './registry-scenario.js';

let apicurio: Apicurio;
beforeAll(async () => {
  apicurio = await startApicurio();
}, APICURIO_START_TIMEOUT_MS);
afterAll(() => apicurio?.stop());
// It starts with another level, and some scenarios may leave another one behind.
beforeEach(() => setLevelForAll(apicurio.url, 'BACKWARD'));

const isAbsent = ({ needs = '' }: { readonly needs?: string }): boolean => needs in absent;

describe('Apicurio', () => {
  for (const scenario of scenarios.filter((one) => !isAbsent(one))) {
    const known = departures[scenario.name];
    if (known === undefined) {
      it(scenario.name, () => conform(apicurio.url, scenario));
    } else {
      it(`${scenario.name}, but ${known.why}`, async () => {
        const found = await play(apicurio.url, scenario);
        expect(found.map(({ at }) => at)).toEqual(known.at);
      });
    }
  }
});

describe('Apicurio lacks what it takes to pass', () => {
  for (const scenario of scenarios.filter(isAbsent)) {
    it(`"${scenario.name}": it ${absent[scenario.needs ?? '']}`, async () => {
      expect(await play(apicurio.url, scenario)).not.toEqual([]);
    });
  }
});

it('is said to depart from scenarios that there are', () => {
  const names = scenarios.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(departures)));
  const needs = scenarios.map((scenario) => scenario.needs);
  expect(needs).toEqual(expect.arrayContaining(Object.keys(absent)));
});
