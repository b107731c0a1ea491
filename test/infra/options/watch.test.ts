import { undefinedIsNotGiven } from '../../options/not-given.js';
import { watchRows } from './watch.js';

undefinedIsNotGiven(watchRows);
