import { csvLine, csvRows } from '../src/csv.ts';
import { assert, suite } from './harness.ts';

const test = suite('CSV');

test('what is written is read', () => {
  const lines = [
    ['a', 'b,c', '"d"'],
    ['', 'e\r\nf', '""'],
    ['ü 日', 'g"', ' '],
  ];
  const rows = csvRows(lines.map(csvLine).join(''));
  assert.equal(
    rows?.map(({ cells }) => cells),
    lines,
  );
  assert.equal(
    rows?.map(({ line }) => line),
    [1, 2, 4],
  );
});

// As RFC 4180 has it; spreadsheets leave out the last end of a line, and write a mark at first.
test('ends of lines of all systems are read, and empty lines are none', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const rows = csvRows(`\uFEFFa,b${end}${end}c,${end}"d"`);
    assert.equal(rows, [
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['c', ''] },
      { line: 4, cells: ['d'] },
    ]);
  }
  assert.equal(csvRows(''), []);
});

test('quotes that do not end, and what follows them, are no CSV', () => {
  for (const text of ['"a', 'a,"b\n', '"a"b', 'a"b', '""a']) assert.is(csvRows(text), null, text);
});

test('a cell of megabytes ends no stack', () => {
  const long = 'a""'.repeat(2e6);
  assert.is(csvRows(`"${long}"`)?.[0]?.cells[0]?.length, 4e6);
});

test.run();
