/** All scenarios; those that share a cluster stand together. */
import type { Scenario } from '../run.js';
import { frozen } from './frozen.js';
import { kill, killOnly } from './kill.js';
import { leaderLoss, minIsr, rollingRestart, sickPartition } from './leaders.js';
import { idle, password } from './logins.js';
import { blackhole, bounce, network, networkOfThree } from './network.js';
import { diskFull } from './small-disk.js';
import { partitionsAdded, recreated } from './topics.js';

export const SCENARIOS: readonly Scenario[] = [
  killOnly,
  network,
  blackhole,
  recreated,
  partitionsAdded,
  frozen,
  kill,
  networkOfThree,
  bounce,
  leaderLoss,
  rollingRestart,
  minIsr,
  sickPartition,
  password,
  idle,
  diskFull,
];
