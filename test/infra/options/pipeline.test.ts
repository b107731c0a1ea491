import { undefinedIsNotGiven } from '../../options/not-given.js';
import { pipelineRows } from './pipeline.js';

undefinedIsNotGiven(pipelineRows);
