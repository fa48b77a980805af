// PROVISIONAL: only for RGB; another part replaces this file.
// prototype
import { type Picture } from '../image/raster.ts';
import type { Distortion, LocalModel, PictureDistortion } from './distortion.ts';
import { planarTargets } from './planar.ts';

export interface PlaneConfig { coef: number[]; scales: number[]; }
export interface Config {
  alpha: number; beta: number; planes: PlaneConfig[]; C2: number; sigma: number; lum: 'none' | 's2' | 'ssim';
  p: number; // exponent
  p1: number; pp: number; // shares of 1-norm and p-norm
  wscale?: number; curv?: number; xyb?: boolean; quad?: number;
  edge?: number;
}

class Blur {
  w: number; h: number; k: Float32Array; r: number; nx: Float32Array; ny: Float32Array; row: Float32Array; tmp: Float32Array;
  constructor(w: number, h: number, sigma: number) {
    this.w = w; this.h = h; this.r = Math.ceil(3 * sigma);
    this.k = new Float32Array(this.r + 1);
    let sum = 0;
    for (let i = -this.r; i <= this.r; i++) sum += Math.exp(-(i * i) / (2 * sigma * sigma));
    for (let i = 0; i <= this.r; i++) this.k[i] = Math.exp(-(i * i) / (2 * sigma * sigma)) / sum;
    const norm = (n: number) => {
      const o = new Float32Array(n);
      for (let x = 0; x < n; x++) { let s = 0; for (let t = -this.r; t <= this.r; t++) if (x + t >= 0 && x + t < n) s += this.k[Math.abs(t)]!; o[x] = 1 / s; }
      return o;
    };
    this.nx = norm(w); this.ny = norm(h);
    this.row = new Float32Array(w + 2 * this.r); this.tmp = new Float32Array(w * h);
  }
  raw(src: Float32Array, dst: Float32Array) {
    const { w, h, k, r, row, tmp } = this;
    for (let y = 0; y < h; y++) {
      const o = y * w;
      for (let x = 0; x < w; x++) row[r + x] = src[o + x]!;
      for (let x = 0; x < w; x++) {
        let s = k[0]! * row[r + x]!;
        for (let t = 1; t <= r; t++) s += k[t]! * (row[r + x - t]! + row[r + x + t]!);
        tmp[o + x] = s;
      }
    }
    for (let y = 0; y < h; y++) {
      const o = y * w; const k0 = k[0]!;
      for (let x = 0; x < w; x++) dst[o + x] = k0 * tmp[o + x]!;
      for (let t = 1; t <= r; t++) {
        const kt = k[t]!; const up = y - t >= 0, dn = y + t < h; const a = o - t * w, b = o + t * w;
        if (up) for (let x = 0; x < w; x++) dst[o + x]! += kt * tmp[a + x]!;
        if (dn) for (let x = 0; x < w; x++) dst[o + x]! += kt * tmp[b + x]!;
      }
    }
  }
  scale(a: Float32Array) { const { w, h, nx, ny } = this; for (let y = 0, i = 0; y < h; y++) { const s = ny[y]!; for (let x = 0; x < w; x++, i++) a[i]! *= s * nx[x]!; } }
  blur(src: Float32Array, dst: Float32Array) { this.raw(src, dst); this.scale(dst); }
  adjoint(src: Float32Array, dst: Float32Array) { this.scale(src); this.raw(src, dst); }
}

function half(src: Float32Array, w: number, h: number): Float32Array {
  const W = (w + 1) >> 1, H = (h + 1) >> 1; const o = new Float32Array(W * H);
  for (let y = 0, i = 0; y < H; y++) { const y0 = 2 * y * w, y1 = Math.min(2 * y + 1, h - 1) * w;
    for (let x = 0; x < W; x++, i++) { const x0 = 2 * x, x1 = Math.min(2 * x + 1, w - 1); o[i] = .25 * (src[y0 + x0]! + src[y0 + x1]! + src[y1 + x0]! + src[y1 + x1]!); } }
  return o;
}
function halfAdj(g: Float32Array, w: number, h: number, dst: Float32Array, f = .25) {
  const W = (w + 1) >> 1, H = (h + 1) >> 1;
  for (let y = 0, i = 0; y < H; y++) { const y0 = 2 * y * w, y1 = Math.min(2 * y + 1, h - 1) * w;
    for (let x = 0; x < W; x++, i++) { const x0 = 2 * x, x1 = Math.min(2 * x + 1, w - 1); const v = f * g[i]!; dst[y0 + x0]! += v; dst[y0 + x1]! += v; dst[y1 + x0]! += v; dst[y1 + x1]! += v; } }
}

class Scale {
  a: Float32Array; mua: Float32Array; vaa: Float32Array; blur: Blur; n: number;
  b = new Float32Array(0); mub: Float32Array; ebb: Float32Array; eab: Float32Array; t: Float32Array; d: Float32Array; g: Float32Array; cw: Float32Array;
  w: number; h: number; c: Config;
  constructor(a: Float32Array, w: number, h: number, c: Config) {
    this.a = a; this.w = w; this.h = h; this.c = c; this.n = w * h; this.blur = new Blur(w, h, c.sigma);
    const f = () => new Float32Array(this.n);
    this.mua = f(); this.vaa = f(); this.mub = f(); this.ebb = f(); this.eab = f(); this.t = f(); this.d = f(); this.g = f(); this.cw = f();
    this.blur.blur(a, this.mua); this.blur.blur(a.map((x) => x * x), this.vaa);
    for (let i = 0; i < this.n; i++) this.vaa[i]! -= this.mua[i]! ** 2;
  }
  /** adds to grad. returns D */
  eval(b: Float32Array, weight: number, curv: Float32Array | null): { D: number; g: Float32Array } {
    const { a, n, mua, vaa, mub, ebb, eab, t, d, g, c } = this; const { C2 } = c;
    this.blur.blur(b, mub);
    for (let i = 0; i < n; i++) t[i] = b[i]! * b[i]!;
    this.blur.blur(t, ebb);
    for (let i = 0; i < n; i++) t[i] = a[i]! * b[i]!;
    this.blur.blur(t, eab);
    let s1 = 0, sp = 0; const p = c.p;
    for (let i = 0; i < n; i++) {
      const ma = mua[i]!, mb = mub[i]!;
      const num = 2 * (eab[i]! - ma * mb) + C2; const den = vaa[i]! + ebb[i]! - mb * mb + C2; const cs = num / den;
      let l = 1; if (c.lum === 's2') l = 1 - (ma - mb) ** 2; else if (c.lum === 'ssim') l = (2 * ma * mb + 1e-4) / (ma * ma + mb * mb + 1e-4);
      const v = Math.max(1e-9, 1 - l * cs); d[i] = v; s1 += v; if (c.pp) sp += v ** p;
    }
    s1 /= n; const norm = c.pp ? (sp / n) ** (1 / p) : 0;
    const D = weight * (c.p1 * s1 + c.pp * norm);
    const f = c.pp ? norm ** (1 - p) : 0;
    // gradient
    for (let i = 0; i < n; i++) {
      const ma = mua[i]!, mb = mub[i]!;
      const num = 2 * (eab[i]! - ma * mb) + C2; const den = vaa[i]! + ebb[i]! - mb * mb + C2; const cs = num / den;
      let l = 1, dl = 0;
      if (c.lum === 's2') { l = 1 - (ma - mb) ** 2; dl = 2 * (ma - mb); }
      else if (c.lum === 'ssim') { const q = ma * ma + mb * mb + 1e-4; l = (2 * ma * mb + 1e-4) / q; dl = (2 * ma - l * 2 * mb) / q; }
      const G = (weight / n) * (c.p1 + (c.pp ? c.pp * f * d[i]! ** (p - 1) : 0));
      t[i] = -G * (l * (-2 * ma + 2 * cs * mb) / den + cs * dl);
      ebb[i] = G * l * num / (den * den);
      eab[i] = -G * l * 2 / den;
      this.cw[i] = G / den;
    }
    this.blur.adjoint(t, g);
    this.blur.adjoint(ebb, t); for (let i = 0; i < n; i++) g[i]! += 2 * b[i]! * t[i]!;
    this.blur.adjoint(eab, t); for (let i = 0; i < n; i++) g[i]! += a[i]! * t[i]!;
    if (curv) { this.blur.adjoint(this.cw, curv); }
    return { D, g };
  }
}

const toLin = (v: number) => { const s = Math.sign(v), a = Math.abs(v); return s * (a <= .04045 ? a / 12.92 : ((a + .055) / 1.055) ** 2.4); };
const dLin = (v: number) => { const a = Math.abs(v); return a <= .04045 ? 1 / 12.92 : 2.4 / 1.055 * ((a + .055) / 1.055) ** 1.4; };
const OPS = [[.3, .622, .078], [.23, .692, .078], [.24342268924547819, .20476744424496821, .5518098665095535]];
const BIAS = 0.0037930732552754493, CB = Math.cbrt(BIAS);

export class Visual implements PictureDistortion {
  targets: Float32Array; w: number; h: number; c: Config; planes: { p: PlaneConfig; scales: Scale[] }[] = []; n: number;
  constructor(picture: Picture, c: Config) {
    this.c = c; this.targets = planarTargets(picture); this.w = picture.width; this.h = picture.height; this.n = this.w * this.h;
    const src = this.transform(this.targets, null);
    for (const p of c.planes) {
      const scales: Scale[] = []; let a: Float32Array = this.plane(src, p); let [w, h] = [this.w, this.h];
      for (let s = 0; s < p.scales.length; s++) {
        if (Math.min(w, h) < 8) break;
        if (s) { a = half(a, w, h); w = (w + 1) >> 1; h = (h + 1) >> 1; }
        scales.push(new Scale(a, w, h, c));
      }
      this.planes.push({ p, scales });
    }
  }
  /** values in [0,1] or LMS^1/3; J gets derivative rows 3x3 per pixel */
  transform(o: Float32Array, J: Float32Array | null): Float32Array {
    const n = this.n; const v = new Float32Array(3 * n);
    if (!this.c.xyb) { for (let i = 0; i < 3 * n; i++) v[i] = (o[i]! + 1) / 2; return v; }
    for (let i = 0; i < n; i++) {
      const rgb = [0, 1, 2].map((k) => (o[k * n + i]! + 1) / 2); const lin = rgb.map(toLin);
      for (let k = 0; k < 3; k++) {
        const m = Math.max(1e-6, OPS[k]![0]! * lin[0]! + OPS[k]![1]! * lin[1]! + OPS[k]![2]! * lin[2]! + BIAS); const r = Math.cbrt(m);
        v[k * n + i] = r - CB;
        if (J) for (let q = 0; q < 3; q++) J[(3 * k + q) * n + i] = OPS[k]![q]! * dLin(rgb[q]!) / (3 * r * r);
      }
    }
    return v;
  }
  plane(v: Float32Array, p: PlaneConfig): Float32Array {
    const n = this.n; const o = new Float32Array(n); const [r, g, b, k = 0] = p.coef as [number, number, number, number];
    for (let i = 0; i < n; i++) o[i] = r * v[i]! + g * v[n + i]! + b * v[2 * n + i]! + k;
    return o;
  }
  run(outputs: Float32Array, gradient: Float32Array | null, curv: Float32Array | null): number {
    const { c, n } = this; const m = 3 * n; const J = c.xyb ? new Float32Array(9 * n) : null;
    const v = this.transform(outputs, J); const gv = new Float32Array(m);
    let D = 0;
    for (const { p, scales } of this.planes) {
      const bs: Float32Array[] = [this.plane(v, p)];
      for (let s = 1; s < scales.length; s++) bs.push(half(bs[s - 1]!, scales[s - 1]!.w, scales[s - 1]!.h));
      let acc: Float32Array | null = null; let accC: Float32Array | null = null;
      for (let s = scales.length - 1; s >= 0; s--) {
        const cs = curv ? new Float32Array(scales[s]!.n) : null;
        const wt = c.beta * p.scales[s]!;
        const { D: d, g } = wt ? scales[s]!.eval(bs[s]!, wt, cs) : { D: 0, g: new Float32Array(scales[s]!.n) };
        D += d;
        if (acc) halfAdj(acc, scales[s]!.w, scales[s]!.h, g);
        if (cs && accC) halfAdj(accC, scales[s]!.w, scales[s]!.h, cs, c.curv ?? .25);
        acc = g; accC = cs;
      }
      const a0 = acc as Float32Array;
      for (let k = 0; k < 3; k++) { const f = p.coef[k]!; for (let i = 0; i < n; i++) gv[k * n + i]! += f * a0[i]!; }
      if (curv) for (let k = 0; k < 3; k++) { const f = p.coef[k]! ** 2; for (let i = 0; i < n; i++) {
        let w = f * accC![i]!;
        if (J) { w = 0; let d = 0; for (let q = 0; q < 3; q++) d += p.coef[q]! * J[(3 * q + k) * n + i]!; w = d * d * accC![i]!; }
        curv[k * n + i]! += .25 * w; } }
    }
    let mse = 0;
    for (let k = 0; k < 3; k++) for (let i = 0; i < n; i++) {
      const at = k * n + i; const e = (outputs[at]! - this.targets[at]!) / 2; mse += e * e;
      let g = 0;
      if (J) for (let q = 0; q < 3; q++) g += J[(3 * q + k) * n + i]! * gv[q * n + i]!; else g = gv[at]!;
      if (curv) curv[at]! += c.alpha / (4 * m);
      if (gradient) gradient[at] = c.alpha * e / m + .5 * g;
    }
    return D + c.alpha * mse / m;
  }
  evaluate(outputs: Float32Array, gradient: Float32Array | null): number { return this.run(outputs, gradient, null); }
  localModel(outputs: Float32Array): LocalModel {
    const g = new Float32Array(outputs.length), weights = new Float32Array(outputs.length);
    this.run(outputs, g, weights);
    const f = this.c.wscale ?? 1;
    const targets = g.map((x, i) => { weights[i]! *= f; return outputs[i]! - x / (2 * Math.max(1e-12, weights[i]!)); });
    return { weights, targets };
  }
}
const C: Config = { alpha: 0.15, beta: 0.0045, C2: 9e-4, sigma: 1.5, lum: 'none', p: 4, p1: 1, pp: 0, planes: [{ coef: [0.299, 0.587, 0.114], scales: [1.5, 1, 1, 0.7] }, { coef: [-0.1687, -0.3313, 0.5], scales: [0, 0.6, 0.4, 0] }, { coef: [0.5, -0.4187, -0.0813], scales: [0, 0.6, 0.4, 0] }] };
export const VISUAL: Distortion = { name: 'visual', fused: null, of: (p) => new Visual(p, C) };
