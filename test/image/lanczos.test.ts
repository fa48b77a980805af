import { LANCZOS_RADIUS, lanczos3 } from '../../src/image/lanczos.ts';
import { assert, suite } from '../harness.ts';

const test = suite('lanczos3');

test('is the windowed sinc function, without the sine of the machine', () => {
  const sinc = (x: number) => Math.sin(Math.PI * x) / (Math.PI * x);
  for (let i = 1; i <= 3000; i++) {
    const d = i / 1000;
    assert.ok(Math.abs(lanczos3(d) - sinc(d) * sinc(d / 3)) < 1e-10, String(d));
  }
  assert.is(lanczos3(0), 1);
  assert.ok(Math.abs(lanczos3(2 ** -30) - 1) < 1e-12);
  assert.is(lanczos3(LANCZOS_RADIUS), 0);
});

test('weights of any place are of sum 1, nearly', () => {
  for (let t = 0; t < 1; t += 1 / 64) {
    const sum = [-2, -1, 0, 1, 2, 3].reduce((total, k) => total + lanczos3(Math.abs(k - t)), 0);
    assert.ok(Math.abs(sum - 1) < 0.011, `${t}: ${sum}`);
  }
});

test.run();
