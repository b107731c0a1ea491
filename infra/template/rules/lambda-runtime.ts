import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { mapping, resource } from '../example.js';
import { functionOf, kafkaMappings } from '../mappings.js';
import { FUNCTION } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { unknownName } from '../unknown-name.js';
import { knownText } from '../values.js';

/** Those that Lambda makes no new functions with. The library goes on naming them. */
const RETIRED = [
  'dotnet5.0',
  'dotnetcore1.0',
  'dotnetcore2.0',
  'dotnetcore2.1',
  'dotnetcore3.1',
  'go1.x',
  'java8',
  'nodejs',
  'nodejs4.3',
  'nodejs6.10',
  'nodejs8.10',
  'nodejs10.x',
  'nodejs12.x',
  'nodejs14.x',
  'provided',
  'python2.7',
  'python3.6',
  'python3.7',
  'ruby2.5',
  'ruby2.7',
];

const on = (runtime: string): ExampleResources => ({
  Function: resource(FUNCTION, { Runtime: runtime }),
  Mapping: mapping(),
});

/** A runtime that Lambda does not have, or no longer makes functions with, of a function that Kafka feeds. */
export const lambdaRuntime: TemplateRule = {
  id: 'lambda-runtime',
  why: 'Lambda makes no function with this runtime.',
  fix: 'Use a current one, such as nodejs24.x; for one that is newer than your aws-cdk-lib, update that.',
  types: [FUNCTION],
  example: { refused: on('nodejs99.x'), accepted: on('nodejs24.x') },
  violation(found, template) {
    const runtime = knownText(found.properties.Runtime);
    if (runtime === undefined) return undefined;
    const isFed = kafkaMappings(template).some(
      (mapping) => functionOf(mapping, template) === found,
    );
    const known = Runtime.ALL.map(({ name }) => name).filter((name) => !RETIRED.includes(name));
    if (!isFed || known.includes(runtime)) return undefined;
    return { path: 'Runtime', detail: unknownName(runtime, known) };
  },
};
