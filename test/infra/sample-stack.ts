import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  type ConsumerDefinition,
  PipelineStack,
  type PipelineStackProps,
  type TopicContract,
} from '../../infra/index.js';

type Topic = 'user-clicks-avro';
type Topics = Readonly<Record<Topic, TopicContract>>;

const scratch = mkdtempSync(path.join(tmpdir(), 'tavro-infra-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/**
 * An app that neither bundles nor runs the WebAssembly validator: both take seconds. Nor does it note
 * what no test reads: where each resource was made (a sixth of the time), and the construct tree.
 */
export function quickApp(context: Readonly<Record<string, string>> = {}): App {
  return new App({
    outdir: mkdtempSync(path.join(scratch, 'app-')),
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    context: {
      ...context,
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-creation-stack-traces': true,
    },
  });
}

export function userClicks(
  overrides: Partial<ConsumerDefinition<Topic>> = {},
): ConsumerDefinition<Topic> {
  return {
    topic: 'user-clicks-avro',
    entry: fileURLToPath(import.meta.url),
    projectRoot: fileURLToPath(new URL('../../', import.meta.url)),
    ...overrides,
  };
}

/** The sample pipeline, with a registry that is not asked for. */
export function sampleStack(
  overrides: Partial<PipelineStackProps<Topics>> = {},
  app: App = quickApp(),
): PipelineStack<Topics> {
  return new PipelineStack(app, 'Clicks', {
    topics: { 'user-clicks-avro': { partitions: 3 } },
    consumers: { UserClicks: userClicks() },
    schemaRegistryUrl: 'https://registry.example.com',
    ...overrides,
  });
}

export function sampleTemplate(overrides: Partial<PipelineStackProps<Topics>> = {}): Template {
  return Template.fromStack(sampleStack(overrides));
}

/** The only resource of a type. */
export function onlyResource(template: Template, type: string): SynthesizedResource {
  const [resource, ...others] = Object.values(template.findResources(type));
  if (resource === undefined || others.length > 0) throw new Error(`not one resource of ${type}`);
  // Safe: the assertions read what was synthesized just now.
  return resource as SynthesizedResource;
}

interface SynthesizedResource {
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}
