import { undefinedIsNotGiven } from '../../options/not-given.js';
import { clusterRows } from './cluster.js';

undefinedIsNotGiven(clusterRows);
