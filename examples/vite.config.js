import { svelte } from '@sveltejs/vite-plugin-svelte';
import react from '@vitejs/plugin-react';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** Vue would look for a component of this name. */
const isCustomElement = (tag) => tag.startsWith('loec-');

export default defineConfig({
  plugins: [react(), vue({ template: { compilerOptions: { isCustomElement } } }), svelte()],
  publicDir: '../public',
  // `loec` is the folder above, which Vite's server gives to nobody otherwise.
  server: { fs: { allow: ['../..'] } },
});
