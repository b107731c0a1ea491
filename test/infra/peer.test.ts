import { expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { peer } from '../../infra/peer.js';

it('gives what a peer exports', () => {
  expect(peer('aws-cdk-lib')).toMatchObject({ Stack });
});

it('says what to install where a peer is missing', () => {
  const message =
    'tavro/infra needs the package no-such-peer: run `npm i -D aws-cdk-lib constructs`.';
  expect(() => peer('no-such-peer/part')).toThrow(
    expect.objectContaining({ name: 'InfraError', code: 'PEER', message }),
  );
});
