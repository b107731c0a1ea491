/** Ids of a registry that is local to a machine: whose they are, and who may trust them. */
import { describe, expect, it } from '@jest/globals';
import type { LockedVersion } from '../../../codegen/history/lock.js';
import {
  isLocalRegistry,
  recordedId,
  recordedNames,
  withRecordedNames,
} from '../../../codegen/history/recorded-ids.js';
import { onMachine, thisMachine } from '../../../runtime/registry/this-machine.js';

describe('a registry is local to a machine', () => {
  it.each([
    'http://localhost:8081',
    'http://127.0.0.1',
    'http://127.8.9.10:1/contexts/:.staging:',
    'http://[::1]:8081',
    'http://0.0.0.0:8081',
    'http://registry.localhost:8081',
    'http://schema-registry:8081',
    'http://laptop.local:8081',
    'http://registry.prod.svc.cluster.local',
    'http://host.docker.internal:8081',
  ])('at %s', (url) => expect(isLocalRegistry(url)).toBe(true));

  it.each([
    'https://registry.example',
    'https://psrc-1.eu-central-1.aws.confluent.cloud',
    'http://10.0.0.7:8081',
    'http://registry.prod.internal',
    'http://my127.example.com',
    'http://[2001:db8::1]:8081',
    'no URL',
  ])('but not at %s', (url) => expect(isLocalRegistry(url)).toBe(false));
});

describe('recorded ids', () => {
  const local = 'http://localhost:8081';
  const other = 'http://127.0.0.1:9000';
  const shared = 'https://registry.example';
  const fresh: LockedVersion = { version: 1, state: 'draft', identity: '', schema: '', ids: {} };

  it('hold where they were recorded', () => {
    const version = withRecordedNames(withRecordedNames(fresh, shared, { id: 7 }), local, {
      id: 1,
    });
    expect(version).toEqual({ ...fresh, ids: { [shared]: 7, [local]: 1 }, machine: thisMachine() });
    expect([shared, local, other].map((url) => recordedId(version, url))).toEqual([
      7,
      1,
      undefined,
    ]);
  });

  it('of local registries are nothing on another machine, which drops them for its own', () => {
    const theirs = { ...fresh, ids: { [shared]: 7, [local]: 1 }, machine: 'another' };
    expect(recordedId(theirs, shared)).toBe(7);
    expect(recordedId(theirs, local)).toBeUndefined();
    expect(withRecordedNames(theirs, shared, { id: 8 })).toEqual({
      ...theirs,
      ids: { [shared]: 8, [local]: 1 },
    });
    expect(withRecordedNames(theirs, other, { id: 4 })).toEqual({
      ...fresh,
      ids: { [shared]: 7, [other]: 4 },
      machine: thisMachine(),
    });
  });

  const guid = '4e4edcd2-844e-c10a-537b-f96ef9241304';

  it('come with GUIDs where the registry tells them', () => {
    const version = withRecordedNames(fresh, shared, { id: 7, guid });
    expect(version).toEqual({ ...fresh, ids: { [shared]: 7 }, guids: { [shared]: guid } });
    expect(recordedNames(version, shared)).toEqual({ id: 7, guid });
    expect(recordedNames(version, other)).toBeUndefined();
  });

  it('keep a GUID that is not told again, but not for another id', () => {
    const version = { ...fresh, ids: { [shared]: 7 }, guids: { [shared]: guid } };
    expect(withRecordedNames(version, shared, { id: 7 })).toEqual(version);
    expect(withRecordedNames(version, shared, { id: 8 })).toEqual({
      ...fresh,
      ids: { [shared]: 8 },
    });
  });

  it('of another machine go with their GUIDs', () => {
    const guids = { [shared]: guid, [local]: guid };
    const theirs = { ...fresh, ids: { [shared]: 7, [local]: 1 }, guids, machine: 'another' };
    expect(recordedNames(theirs, local)).toBeUndefined();
    expect(withRecordedNames(theirs, other, { id: 4 })).toEqual({
      ...fresh,
      ids: { [shared]: 7, [other]: 4 },
      guids: { [shared]: guid },
      machine: thisMachine(),
    });
  });

  it('without a machine are nobody’s', () => {
    expect(recordedId({ ...fresh, ids: { [local]: 1 } }, local)).toBeUndefined();
  });
});

describe('generated ids', () => {
  it('hold on the machine of the mark', () => {
    const ids = { 1: 'fingerprint' };
    expect(thisMachine()).toMatch(/^[0-9a-f]{12}$/);
    expect(onMachine(thisMachine(), ids)).toBe(ids);
    expect(onMachine('another', ids)).toEqual({});
    expect(onMachine('', ids)).toEqual({});
  });
});
