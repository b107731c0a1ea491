/**
 * Props of the order in which a stack is deployed.
 *
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */
import { orderRollout } from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { contract } from './contract.js';

export const rolloutRows: Readonly<Record<string, Row>> = {
  'infra RolloutProps': row(
    {
      consumers: undefined,
      deployed: { s: 'v0' },
      producers: undefined,
      registration: undefined,
    },
    (props) => {
      const topics = { t: { partitions: 1, value: contract.value } };
      return orderRollout({ topics, ...props });
    },
  ),
};
