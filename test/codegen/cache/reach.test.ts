/** What an edit of one file reaches. */
import { describe, expect, it } from '@jest/globals';
import { type Outline, outlineOf } from '../../../codegen/cache/outline.js';
import { reachOf } from '../../../codegen/cache/reach.js';
import { type Json, printJson } from '../../../runtime/json.js';

const record = (name: string, fields: Readonly<Record<string, Json>> = {}): Json => ({
  type: 'record',
  name,
  namespace: 'm',
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});

const outlines = (files: Readonly<Record<string, Json>>): ReadonlyMap<string, Outline> =>
  new Map(Object.entries(files).map(([file, json]) => [file, outlineOf(printJson(json))]));

/** Money is mentioned by Order, which Cart mentions; Header stands in two files alike. */
const header = record('Header', { at: 'long' });
const FILES = {
  'cart.avsc': record('Cart', { orders: { type: 'array', items: 'Order' } }),
  'money.avsc': record('Money', { cents: 'long' }),
  'order.avsc': record('Order', { price: ['null', 'm.Money'], header }),
  'user.avsc': record('User', { header, id: 'string' }),
  'zone.avsc': record('Zone', { id: 'string' }),
};

function reach(edits: Readonly<Record<string, Json | undefined>>) {
  const changed = Object.entries(edits).flatMap(([file, json]): [string, Json][] =>
    json === undefined ? [] : [[file, json]],
  );
  const { touched, needed } = reachOf({
    before: outlines(FILES),
    changed: outlines(Object.fromEntries(changed)),
    removed: new Set(Object.keys(edits).filter((file) => edits[file] === undefined)),
    again: new Set(),
  });
  return { touched: [...touched].sort(), needed: [...needed].sort() };
}

describe('an edit reaches', () => {
  it('the file alone where nothing mentions it', () => {
    const edited = record('Zone', { id: 'long' });
    expect(reach({ 'zone.avsc': edited })).toEqual({
      touched: ['zone.avsc'],
      needed: ['zone.avsc'],
    });
  });

  it('who mentions it, and who mentions those; what they lead to is needed', () => {
    const { touched, needed } = reach({ 'money.avsc': record('Money', { euros: 'long' }) });
    expect(touched).toEqual(['cart.avsc', 'money.avsc', 'order.avsc']);
    expect(needed).toEqual(touched);
  });

  it('nobody else by what several files define alike', () => {
    const edited = record('User', { header, id: 'string', name: 'string' });
    // The first file that defines Header gives its name to all.
    expect(reach({ 'user.avsc': edited })).toEqual({
      touched: ['user.avsc'],
      needed: ['money.avsc', 'order.avsc', 'user.avsc'],
    });
  });

  it('all that define it where one of them defines it otherwise', () => {
    const edited = record('User', { header: record('Header', { at: 'int' }), id: 'string' });
    expect(reach({ 'user.avsc': edited }).touched).toEqual(['order.avsc', 'user.avsc']);
  });

  it('who mentions a name that a new file defines too, in whatever namespace and case', () => {
    const other = { type: 'enum', name: 'other.MONEY', symbols: ['EUR'] };
    expect(reach({ 'new.avsc': other }).touched).toEqual([
      'cart.avsc',
      'money.avsc',
      'new.avsc',
      'order.avsc',
    ]);
  });

  it('who mentioned what is gone', () => {
    expect(reach({ 'money.avsc': undefined })).toEqual({
      touched: ['cart.avsc', 'order.avsc'],
      needed: ['cart.avsc', 'order.avsc'],
    });
  });

  it('who mentions a type that stands within another', () => {
    const edited = record('Order', { header: record('Header', { at: 'Zone' }) });
    // Cart mentions Order, which is another now; User defines Header.
    expect(reach({ 'order.avsc': edited })).toEqual({
      touched: ['cart.avsc', 'order.avsc', 'user.avsc'],
      needed: ['cart.avsc', 'order.avsc', 'user.avsc', 'zone.avsc'],
    });
  });

  it('nobody through defaults, docs and symbols that look like names', () => {
    const kind = { type: 'enum', name: 'Kind', doc: 'Money', symbols: ['Order'], default: 'Order' };
    expect(outlineOf(printJson(kind)).mentions).toEqual([]);
  });
});

it('tells definitions apart by big numbers and by the namespace around them', () => {
  const of = (text: string) => outlineOf(text).defines;
  const long = (value: string) =>
    `{"type":"record","name":"A","fields":[{"name":"x","type":"long","default":${value}}]}`;
  expect(of(long('9007199254740993'))).not.toEqual(of(long('9007199254740992')));
  const within = (namespace: string) =>
    `{"type":"record","name":"B","namespace":"${namespace}","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":1}}]}`;
  expect(of(within('a')).f?.hash).not.toBe(of(within('b')).f?.hash);
});

it('has no outline of what is no JSON', () => {
  expect(outlineOf('{')).toEqual({ defines: {}, mentions: [] });
});
