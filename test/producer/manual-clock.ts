/** The clock of `tavro/testing`, where the tests of this room look for it. */
export { ManualClock, settled } from '../../local/manual-clock.js';
