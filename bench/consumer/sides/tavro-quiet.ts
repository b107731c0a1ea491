/** Ours, without the lines that it logs of each event. */
import { jsonLogger } from '../../../consumer/index.js';
import type { Open } from '../side.js';
import { handlerOf, published } from './tavro-handler.js';

export const open: Open = (take, looksAtAll) =>
  handlerOf(published, { take, looksAtAll, logger: jsonLogger({ level: 'WARN' }) });
