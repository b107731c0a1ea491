/** What a file that is no JSON says of itself: what is wrong, and at the place where it is mended. */
import { expect, it } from '@jest/globals';
import { parseJsonNode } from '../../../codegen/model/json.js';
import { Problems, printProblem } from '../../../codegen/model/problem.js';
import { SourceText } from '../../../codegen/model/source-text.js';

function said(text: string): string {
  const problems = new Problems();
  expect(parseJsonNode(new SourceText('a.avsc', text), problems)).toBeUndefined();
  return problems.list
    .map(printProblem)
    .join('\n')
    .replace(/^a\.avsc:(.*) error JSON_SYNTAX: Not JSON: /, '$1 ')
    .replace('\n    fix: ', ' ');
}

const REST =
  'text stands behind the end. Remove it. A file holds one value: put several schemas into files of their own, or into a list.';
const COLON = 'Write them behind it.';
const WORD = 'Put double quotes around text. Without them stand numbers, true, false and null.';

it.each([
  ['', '1:1: the file is empty. Write its JSON into it, or remove it.'],
  [' \n// nothing\n', '1:1: the file is empty. Write its JSON into it, or remove it.'],
  // Commas.
  ['{"a":1,}', '1:7: a trailing comma stands before "}". Remove the comma.'],
  ['[1,\n  2, // two\n]', '2:4: a trailing comma stands before "]". Remove the comma.'],
  ['\uFEFF{"a":1,}', '1:7: a trailing comma stands before "}". Remove the comma.'],
  ['[1,,2]', '1:4: a comma stands where none belongs. Remove the comma.'],
  ['{,"a":1}', '1:2: a comma stands where none belongs. Remove the comma.'],
  ['{"a":1 // one\n "b":2}', '1:7: a comma is missing before "b". Write "," here.'],
  ['[{}\n{}]', '1:4: a comma is missing before "{". Write "," here.'],
  // Brackets.
  [
    '{"a":[1,',
    '1:9: the file ends before the "[" at line 1, column 6 is closed. Finish it, and close what is open: ]}',
  ],
  [
    '{\n  "a": 1\n\n',
    '2:9: the file ends before the "{" at line 1, column 1 is closed. Finish it, and close what is open: }',
  ],
  [
    '[{"a":1]',
    '1:8: the "{" at line 1, column 2 is not closed before "]". Write "}" here, or remove the "]" at line 1, column 8.',
  ],
  ['{"a":1}}', '1:8: "}" closes nothing. Remove it.'],
  ['}', '1:1: "}" cannot stand here.'],
  ['{"a":1}\n{"b":2}', `2:1: ${REST}`],
  ['{"a":1} x', `1:9: ${REST}`],
  // Keys.
  ['{"a" 1}', `1:5: the key "a" has no colon and value. ${COLON}`],
  ['{"a":1,"b"}', `1:11: the key "b" has no colon and value. ${COLON}`],
  ['{"a":}', '1:6: a key has no value. Write one behind the colon.'],
  ['{"a":,"b":1}', '1:6: a key has no value. Write one behind the colon.'],
  ['{"a"=1}', '1:5: "=" stands in place of a colon. Write ":".'],
  ['{"a":"b":"c"}', '1:9: a colon stands where none belongs. Remove it.'],
  ['{1:2}', '1:2: "1" stands where a key belongs. Write "key": value.'],
  // Quotes.
  ["{'a':1}", '1:2: text stands in single quotes. Put double quotes around it.'],
  ['{"a":\'x\'}', '1:6: text stands in single quotes. Put double quotes around it.'],
  [
    '{"a":“x”}',
    '1:6: "“x”" begins with a quote that JSON does not have. Put the double quotes of a keyboard around it: ".',
  ],
  ['{a:1}', `1:2: "a" stands without quotes. ${WORD}`],
  ['{"a":True}', `1:6: "True" stands without quotes. ${WORD}`],
  [
    '{"a":"x\n"}',
    '1:6: this text has no closing quote on its line. Write " at its end. A line break within a text is \\n.',
  ],
  [
    '{"a":"\\q"}',
    '1:6: this text has a backslash before what needs none. Write \\\\ for a backslash.',
  ],
  [
    '{"a":"\\u12"}',
    '1:6: this text has a \\u without four hex digits. Write \\u0041, or \\\\ for a backslash.',
  ],
  ['{"a":"x\ty"}', '1:6: this text has a control character, such as a tab. Write \\t for a tab.'],
  // Comments, numbers, marks.
  ['# a\n{}', '1:1: # begins no comment. Begin it with //, or remove it.'],
  ['{} /* a', '1:4: this comment has no end. Write */ behind it.'],
  ['{"a":01}', '1:6: a number begins with 0. Remove the zero.'],
  ['{"a":.5}', '1:6: ".5" is no number as JSON has it. Numbers begin with a digit or "-".'],
  ['{"a":1.}', '1:6: this number has no digits at its end.'],
  ['{"a":1;}', '1:7: ";" behind a number. Remove it.'],
  ['{"a":"b";}', '1:9: ";" cannot stand here.'],
  [
    '\uFEFF\uFEFF{}',
    '1:1: a byte order mark stands within the text. Remove it: two files were put together, or the file begins with two marks.',
  ],
])('%j', (text, expected) => expect(said(text)).toBe(expected));

it('takes comments and a byte order mark at the start', () => {
  const problems = new Problems();
  const text = '\uFEFF// a\n{ /* b */ "type": "int" } // c\n';
  expect(parseJsonNode(new SourceText('a.avsc', text), problems)?.kind).toBe('object');
  expect(problems.list).toEqual([]);
});
