import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * One configuration for the build and for the tests, which run on the same sources. Only the three native libraries
 * are `dependencies` and stay outside of the bundles. All files that Node runs lie in one folder: program.ts finds the
 * workers beside itself. Electron runs `main`, plain Node the others.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        input: {
          main: at('src-main/hosts/electron/main.ts'),
          service: at('src-main/hosts/web/service.ts'),
          cli: at('src-main/hosts/cli/main.ts'),
          'worker-inference': at('src-main/workers/inference.ts'),
          'worker-imaging': at('src-main/workers/imaging.ts'),
        },
        // `serve` builds the page with it in a checkout; a package has the page.
        external: ['vite'],
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        input: { preload: at('src-main/hosts/electron/preload.ts') },
        // A sandboxed preload script is CommonJS in one file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    plugins: [svelte({ configFile: false })],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      license: { fileName: 'licenses.md' },
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
