/** @file What `--codec` accepts, what curves come of it, and what its errors say. */

import { type Curve, parseCodecs } from '../../src/bench/codec-spec.ts';
import { CODECS } from '../../src/bench/codecs/index.ts';
import { LoecError } from '../../src/errors.ts';
import { assert, suite } from '../harness.ts';

const test = suite('bench codec-spec');

const names = (curves: readonly Curve[]): string[] => curves.map(({ name }) => name);

function only(text: string): Curve {
  const [curve, ...others] = parseCodecs(text);
  if (!curve || others.length > 0) throw new Error(`${text} is not one curve`);
  return curve;
}

test('a codec alone is its sweep', () => {
  for (const [id, codec] of CODECS) {
    const curve = only(id);
    assert.is(curve.codec, codec);
    assert.is(curve.name, id);
    assert.equal(curve.settings, codec.sweep);
  }
});

test('every sweep obeys the rules of its codec', () => {
  for (const { parameters, rates, sweep } of CODECS.values()) {
    for (const setting of sweep) {
      for (const [name, value] of Object.entries(setting)) {
        assert.ok(rates.includes(name));
        assert.is(parameters[name]?.parse(String(value)), value);
      }
    }
  }
});

test('ranges hold both ends, in steps that decimals do not spoil', () => {
  const values = (text: string, rate: string) => only(text).settings.map((setting) => setting[rate]);
  assert.equal(values('jpeg:q=10..90/20', 'q'), [10, 30, 50, 70, 90]);
  assert.equal(values('jpeg:q=10..35/10', 'q'), [10, 20, 30]);
  assert.equal(values('loe:bpp=0.1..0.3/0.1', 'bpp'), [0.1, 0.2, 0.3]);
  assert.equal(values('jpeg:q=7..7/1', 'q'), [7]);
  assert.equal(values('jpeg:q=5+10..30/10+30+95', 'q'), [5, 10, 20, 30, 95]);
});

test('parameters that are not the rate go to every point and into the name, sorted', () => {
  const { name, settings } = only('loe:steps=20,preset=siren,bpp=0.1+0.2');
  assert.is(name, 'loe preset=siren steps=20');
  assert.equal(settings, [
    { steps: 20, preset: 'siren', bpp: 0.1 },
    { steps: 20, preset: 'siren', bpp: 0.2 },
  ]);
  assert.equal(
    only('jpeg:chroma=444').settings.map(({ q }) => q),
    CODECS.get('jpeg')?.sweep.map(({ q }) => q),
  );
});

test('each value of another parameter has a curve of its own', () => {
  const curves = parseCodecs('loe:effort=1+5,bpp=0.3');
  assert.equal(names(curves), ['loe effort=1', 'loe effort=5']);
  assert.equal(
    curves.map(({ settings }) => settings),
    [[{ effort: 1, bpp: 0.3 }], [{ effort: 5, bpp: 0.3 }]],
  );
});

test('commas part specifications and parameters', async () => {
  const curves = parseCodecs(
    'jpeg,mozjpeg, loe:effort=1,bpp=0.3,webp:q=50,effort=6,external:mine=./mine --fast,q=1+2',
  );
  assert.equal(names(curves), ['jpeg', 'mozjpeg', 'loe effort=1', 'webp effort=6', 'mine']);
  assert.is(await curves[4]?.codec.version(), './mine --fast');
  assert.equal(curves[4]?.settings, [{ q: '1' }, { q: '2' }]);
  assert.equal(only('jpeg,q=50').settings, [{ q: 50 }]);
});

const REFUSALS: readonly [text: string, message: RegExp][] = [
  ['', /^expected one of loe, jpeg, .*external:NAME=CMD for --codec, received nothing$/],
  ['jpg', /^expected one of loe, jpeg, .* received jpg$/],
  ['jpeg,,webp', /received nothing/],
  ['q=5', /received q=5/],
  ['jpeg:quality=5', /^expected q=… or chroma=… for --codec jpeg:quality=5, received quality=5$/],
  ['jpeg:toString=5', /expected q=… or chroma=…/],
  ['jpeg:', /received nothing/],
  ['jpeg:q', /received q$/],
  ['jpeg:q=', /^expected an integer from 1 to 100 for q in --codec jpeg:q=, received nothing$/],
  ['jpeg:q=0..100/20', /^expected an integer from 1 to 100 for q in .*, received 0$/],
  ['jpeg:q=high', /received high/],
  ['jpeg:q=1e999', /received 1e999/],
  ['jpeg:chroma=411', /^expected one of 420, 444 for chroma/],
  ['jpeg:q=10..90', /^expected LOW\.\.HIGH\/STEP .* received 10\.\.90$/],
  ['jpeg:q=10..90/0', /LOW\.\.HIGH\/STEP/],
  ['jpeg:q=10..90/-5', /LOW\.\.HIGH\/STEP/],
  ['jpeg:q=90..10/5', /LOW\.\.HIGH\/STEP/],
  ['jpeg:q=a..b/c', /LOW\.\.HIGH\/STEP/],
  ['loe:bpp=0..1e9/1e-9', /^expected at most 200 values for bpp/],
  ['loe:seed=1..50/1,bpp=0.1+0.2+0.3+0.4+0.5', /^expected at most 200 settings for .* received 250$/],
  ['jpeg:q=1,q=2', /^expected its values once, joined by \+, for q/],
  ['loe:bpp=0.3,psnr=30', /^expected bpp=… or quality=… or psnr=… or ssimulacra2=….* received bpp and psnr$/],
  ['jpeg:q=10,jpeg:q=20', /--codec names jpeg twice/],
  ['external:mine', /^expected external:NAME=CMD/],
  ['external:mine=', /^expected external:NAME=CMD/],
  ['external:a b=cmd', /^expected external:NAME=CMD/],
  ['external:jpeg=cmd,q=1', /jpeg is a codec of the bench/],
  ['external:mine=cmd', /^expected q=…, the settings to measure, for .* received none$/],
];

for (const [text, message] of REFUSALS) {
  test(`refused: "${text}"`, () => {
    assert.throws(
      () => parseCodecs(text),
      (error: unknown) => {
        assert.instance(error, LoecError);
        assert.is((error as LoecError).code, 'E_USAGE');
        assert.match((error as LoecError).message, message);
        return true;
      },
    );
  });
}

test.run();
