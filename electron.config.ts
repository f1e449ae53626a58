import { defineConfig } from 'vitest/config'

/** Build of shell, service, workers and renderer, and the tests that run on the same sources. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['src-{shared,main}/**/*.test.ts', 'e2e/**/*.test.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
