import { undefinedIsNotGiven } from '../../options/not-given.js';
import { rolloutRows } from './rollout.js';

undefinedIsNotGiven(rolloutRows);
