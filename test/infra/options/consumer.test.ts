import { undefinedIsNotGiven } from '../../options/not-given.js';
import { consumerRows } from './consumer.js';

undefinedIsNotGiven(consumerRows);
