import { undefinedIsNotGiven } from '../../options/not-given.js';
import { subjectsRows } from './subjects.js';

undefinedIsNotGiven(subjectsRows);
