import { scaleOf } from '../../src/bench/scale.ts';
import { assert, suite } from '../harness.ts';

const test = suite('bench scales');

test('more is better on every scale, and labels say the unit', () => {
  const cases: readonly [metric: string, worse: number, better: number, label: string][] = [
    ['psnr', 30, 40, 'PSNR, dB'],
    ['ssim', 0.9, 0.99, 'SSIM, dB'],
    ['ms-ssim', 0.9, 0.99, 'MS-SSIM, dB'],
    ['ms-ssim-rgb', 0.9, 0.99, 'MS-SSIM-RGB, dB'],
    ['ssimulacra2', 50, 60, 'SSIMULACRA2'],
    ['butteraugli', 2, 0.2, '−10·log₁₀ butteraugli, dB'],
    ['butteraugli-max', 2, 0.2, '−10·log₁₀ butteraugli-max, dB'],
    ['dssim', 0.1, 0.01, '−10·log₁₀ dssim, dB'],
    ['mine', 1, 11, 'mine'],
  ];
  for (const [metric, worse, better, label] of cases) {
    const scale = scaleOf(metric);
    const difference = scale.qualityOf(better) - scale.qualityOf(worse);
    assert.ok(Math.abs(difference - 10) < 1e-9, metric);
    assert.is(scale.label, label);
    assert.is(label.endsWith(', dB'), scale.unit === 'dB');
  }
});

test.run();
