import { undefinedIsNotGiven } from '../../options/not-given.js';
import { contractRows } from './contract.js';

undefinedIsNotGiven(contractRows);
