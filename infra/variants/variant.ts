import type { App } from 'aws-cdk-lib';
import type { PipelineSettings } from '../index.js';

/** A way to run the sample: adds its stacks to the app. */
export type Variant = (app: App, settings: PipelineSettings) => void;
