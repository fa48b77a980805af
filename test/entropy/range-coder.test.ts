import fc from 'fast-check';
import { MAX_STRETCHED, squash, stretch } from '../../src/entropy/logistic.ts';
import { RangeDecoder, RangeEncoder } from '../../src/entropy/range-coder.ts';
import { LoecError } from '../../src/errors.ts';
import { seededRandom } from '../../src/field/random.ts';
import { assert, suite } from '../harness.ts';

const test = suite('range coder');

type Decision = readonly [bit: number, one: number];

function encoded(decisions: readonly Decision[]): Uint8Array {
  const encoder = new RangeEncoder();
  for (const [bit, one] of decisions) encoder.code(bit, one);
  return encoder.finish();
}

function checkRoundTrip(decisions: readonly Decision[]): void {
  const decoder = new RangeDecoder(encoded(decisions));
  for (const [bit, one] of decisions) assert.is(decoder.code(0, one), bit);
}

test('any bits with any probabilities come back', () => {
  const decision = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 1, max: 65535 }));
  fc.assert(fc.property(fc.array(decision, { maxLength: 400 }), checkRoundTrip), { numRuns: 200, seed: 2 });
});

test('carries run through any number of 0xFF bytes', () => {
  // A 0 of tiny probability of a 1 leaves low just under a power: the next byte is held back again and again.
  for (const tail of [0, 1]) {
    const nearCertain: Decision[] = Array.from({ length: 5000 }, () => [0, 1]);
    checkRoundTrip([...nearCertain, [tail, 65535], ...nearCertain, [1, 1]]);
  }
  const random = seededRandom(3);
  for (let trial = 0; trial < 50; trial++) {
    const skewed: Decision[] = Array.from({ length: 300 }, () => {
      const one = random() < 0.5 ? 1 : 65535;
      return [random() < 0.98 ? Number(one > 1) : Number(one === 1), one];
    });
    checkRoundTrip(skewed);
  }
});

test('the cost is the ideal one to a thousandth', () => {
  const random = seededRandom(4);
  let ideal = 0;
  const decisions = Array.from({ length: 60000 }, (): Decision => {
    const one = 1 + Math.floor(65534 * random() ** 3);
    const bit = Number(random() < one / 65536);
    ideal -= Math.log2(bit === 1 ? one / 65536 : 1 - one / 65536);
    return [bit, one];
  });
  const bits = 8 * encoded(decisions).length;
  assert.ok(bits < 1.001 * ideal + 16 && bits >= ideal, `${bits} of ${ideal}`);
});

test('nothing costs nothing, and a certain bit next to nothing', () => {
  assert.is(encoded([]).length, 0);
  assert.ok(encoded([[1, 65535]]).length <= 1);
});

test('a reader beyond the end is stopped', () => {
  const decoder = new RangeDecoder(Uint8Array.of(1, 2, 3));
  assert.throws(
    () => {
      for (let i = 0; i < 1000; i++) decoder.code(0, 32768);
    },
    (error: unknown) => error instanceof LoecError && error.code === 'E_FORMAT',
  );
});

test('the integer logistic function follows the real one, and stretch inverts it', () => {
  for (let d = -MAX_STRETCHED; d <= MAX_STRETCHED; d += 7) {
    const exact = 65536 / (1 + Math.exp(-d / 256));
    // Between knots ½ apart a chord is off by at most (½)²/8 of the curve's second derivative.
    assert.ok(Math.abs(squash(d) - exact) < Math.min(exact, 65536 - exact) / 32 + 1.5, String(d));
  }
  for (let p = 8; p < 65536; p += 97)
    assert.ok(Math.abs(squash(stretch(p)) - p) < 0.02 * Math.min(p, 65536 - p) + 20);
});

test.run();
