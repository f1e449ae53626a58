import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * One configuration for the build and for the tests, which run on the same sources. Only the three native libraries
 * are `dependencies` and stay outside of the bundles. All files of a build lie in one folder: program.ts finds the
 * workers beside itself.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: {
          cli: at('src-main/hosts/cli/main.ts'),
          'worker-inference': at('src-main/workers/inference.ts'),
          'worker-imaging': at('src-main/workers/imaging.ts'),
        },
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    plugins: [svelte({ configFile: false })],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      minify: true,
      // Small pictures stay files: the page's policy takes no scripts or styles from a data address.
      assetsInlineLimit: 0,
      rolldownOptions: { input: at('src-renderer/index.html') },
    },
  },
  ...(process.env.VITEST
    ? {
        test: {
          environment: 'node',
          include: ['src-{shared,main,renderer}/**/*.test.ts', 'e2e/**/*.test.ts'],
          testTimeout: 30_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      }
    : {}),
})
