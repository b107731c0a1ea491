/** What an edit of one file reaches. */
import { describe, expect, it } from '@jest/globals';
import { type Outline, outlineOf } from '../../../codegen/cache/outline.js';
import { reachOf } from '../../../codegen/cache/reach.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { type Json, printJson } from '../../../runtime/json.js';
import { idlOf } from '../idl-text.js';

const record = (name: string, fields: Readonly<Record<string, Json>> = {}): Json => ({
  type: 'record',
  name,
  namespace: 'm',
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});

const outlines = (files: Readonly<Record<string, Json>>): ReadonlyMap<string, Outline> =>
  new Map(
    Object.entries(files).map(([file, json]) => [
      file,
      outlineOf(new SourceText(file, printJson(json))),
    ]),
  );

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
    expect(outlineOf(new SourceText('kind.avsc', printJson(kind))).mentions).toEqual([]);
  });
});

it('tells definitions apart by big numbers and by the namespace around them', () => {
  const of = (text: string) => outlineOf(new SourceText('a.avsc', text)).defines;
  const long = (value: string) =>
    `{"type":"record","name":"A","fields":[{"name":"x","type":"long","default":${value}}]}`;
  expect(of(long('9007199254740993'))).not.toEqual(of(long('9007199254740992')));
  const within = (namespace: string) =>
    `{"type":"record","name":"B","namespace":"${namespace}","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":1}}]}`;
  expect(of(within('a')).f?.hash).not.toBe(of(within('b')).f?.hash);
});

it('has no outline of what is no JSON', () => {
  expect(outlineOf(new SourceText('a.avsc', '{'))).toEqual({ defines: {}, mentions: [] });
});

describe('imports', () => {
  const idl = (name: string, paths: readonly string[]) => idlOf(record(name), 'm.P', paths);
  const files: Readonly<Record<string, string>> = {
    'a.avdl': idl('A', ['m/b.avdl']),
    'm/b.avdl': idl('B', ['../c.avpr', '../gone.avsc']),
    'c.avpr': printJson({ protocol: 'm.P', types: [record('C', { d: 'D' })] }),
    'd.avsc': printJson(record('D')),
    'e.avsc': printJson(record('E')),
    'z.avdl': idl('Z', []),
  };
  const outline = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, Outline> =>
    new Map(
      Object.entries(texts).map(([file, text]) => [file, outlineOf(new SourceText(file, text))]),
    );
  const reached = (edits: Readonly<Record<string, string>>, removed: readonly string[] = []) => {
    const { touched, needed } = reachOf({
      before: outline(files),
      changed: outline(edits),
      removed: new Set(removed),
      again: new Set(),
    });
    return { touched: [...touched].sort(), needed: [...needed].sort() };
  };

  it('take an edit to all that import the file, by others too, whatever was edited', () => {
    expect(reached({ 'c.avpr': `${files['c.avpr']}\n` })).toEqual({
      touched: ['a.avdl', 'c.avpr', 'm/b.avdl'],
      needed: ['a.avdl', 'c.avpr', 'd.avsc', 'm/b.avdl'],
    });
  });

  it('take the loss of a file, and its coming, to those', () => {
    const touched = ['a.avdl', 'm/b.avdl'];
    expect(reached({}, ['c.avpr']).touched).toEqual(touched);
    const come = printJson(record('Gone'));
    expect(reached({ 'gone.avsc': come }).touched).toEqual(['a.avdl', 'gone.avsc', 'm/b.avdl']);
  });

  it('are needed where the file is done again', () => {
    expect(reached({ 'a.avdl': idl('A', ['z.avdl', 'm/b.avdl']) })).toEqual({
      touched: ['a.avdl'],
      needed: ['a.avdl', 'c.avpr', 'd.avsc', 'm/b.avdl', 'z.avdl'],
    });
  });
});
