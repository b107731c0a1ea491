import { undefinedIsNotGiven } from '../../options/not-given.js';
import { accessRows } from './access.js';

undefinedIsNotGiven(accessRows);
