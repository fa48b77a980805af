/** @file The smallest module that only a machine with relaxed SIMD accepts. */

/** a ← a·a + a */
export function fuse(address: usize): void {
  const a = v128.load(address);
  v128.store(address, f32x4.relaxed_madd(a, a, a));
}
