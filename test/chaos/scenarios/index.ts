/** All scenarios; those that share a cluster stand together. */
import type { Scenario } from '../run.js';
import { frozen } from './frozen.js';
import { kill, killOnly } from './kill.js';
import {
  impatientLeaderLoss,
  leaderLoss,
  minIsr,
  rollingRestart,
  sickPartition,
} from './leaders.js';
import { idle, password } from './logins.js';
import { blackhole, bounce, impatient, network, networkOfThree } from './network.js';
import { diskFull } from './small-disk.js';
import { partitionsAdded, recreated } from './topics.js';

export const SCENARIOS: readonly Scenario[] = [
  killOnly,
  network,
  impatient,
  blackhole,
  recreated,
  partitionsAdded,
  frozen,
  kill,
  networkOfThree,
  bounce,
  leaderLoss,
  impatientLeaderLoss,
  rollingRestart,
  minIsr,
  sickPartition,
  password,
  idle,
  diskFull,
];
