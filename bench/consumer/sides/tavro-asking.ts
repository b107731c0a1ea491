/** Ours, where the registry has to be asked what schema an id is: of a producer that is newer. */
import { userClicksAvro } from '../../../test/frozen/generated/topics.js';
import type { Open } from '../side.js';
import { handlerOf } from './tavro-handler.js';

export const open: Open = (take, looksAtAll) => handlerOf(userClicksAvro, { take, looksAtAll });
