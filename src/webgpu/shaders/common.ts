/** @file What the shaders have in common, as WGSL. */

/** Threads of kernels that do one thing per thread. */
export const THREADS = 64;

/**
 * WGSL: arrays in storage at bindings from `first` on.
 * @param arrays the access, the name and, where they are not floats, the type of the elements: `read pixels: u32`
 */
export function bindings(first: number, ...arrays: `${'read' | 'read_write'} ${string}`[]): string {
  return each(arrays.length, (i) => {
    const [access, name, element = 'f32'] = (arrays[i] as string).split(/:? /);
    return `@group(0) @binding(${first + i}) var<storage, ${access}> ${name}: array<${element}>;`;
  });
}

/** A number, exact as a float32. */
export function float(value: number): string {
  return `f32(${Math.fround(value)})`;
}

/** A line of WGSL for each of `count` things. */
export function each(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

/** A loop over `index` from 0 to `count` − 1, or what it does written out: the inner loop of a large tile is a sixth faster so (docs/performance.md). */
export function repeat(index: string, count: number, isWrittenOut: boolean, body: string): string {
  return isWrittenOut
    ? each(count, (i) => `{ const ${index} = ${i}u; ${body} }`)
    : `for (var ${index} = 0u; ${index} < ${count}u; ${index}++) { ${body} }`;
}

/**
 * WGSL: a workgroup fills `count` cells of its memory. Loads are under way side by side only where no branch and no loop lies between them, so
 * they are written out, and threads that are left over load what the last one does.
 * @param load `value` for cell `i`, an expression
 * @param store of `value` in cell `i`, a statement
 */
export function fill(threads: number, count: number, load: string, store: string): string {
  return each(Math.ceil(count / threads), (turn) => {
    const cell = `thread + ${threads * turn}u`;
    return threads * (turn + 1) <= count
      ? `{ let i = ${cell}; let value = ${load}; ${store} }`
      : `{ let i = min(${cell}, ${count - 1}u); let value = ${load}; if (i == ${cell}) { ${store} } }`;
  });
}

/** The entry point of a kernel that does one thing per thread, in as many rows of workgroups as `Gpu.spread` makes. */
export function perThread(name: string, index: string, count: number, body: string): string {
  return /* wgsl */ `
@compute @workgroup_size(${THREADS})
fn ${name}(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let ${index} = (group.y * groups.x + group.x) * ${THREADS}u + thread;
  if (${index} >= ${count}u) { return; }
${body}}
`;
}

/** The sum of `value` over a workgroup of `threads`, a power of two, for all of them. */
export function sumOverWorkgroup(threads: number): string {
  return /* wgsl */ `
var<workgroup> shares: array<f32, ${threads}>;
fn sumOverWorkgroup(thread: u32, value: f32) -> f32 {
  workgroupBarrier();
  shares[thread] = value;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { shares[thread] += shares[thread + half]; }
  }
  return workgroupUniformLoad(&shares[0]);
}
`;
}
