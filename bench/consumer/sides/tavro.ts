/** Ours, with nothing set. */
import type { Open } from '../side.js';
import { handlerOf, published } from './tavro-handler.js';

export const open: Open = (take, looksAtAll) => handlerOf(published, { take, looksAtAll });
