import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig } from '@playwright/test'

/** The browsers that Debian and Playwright's own installer leave behind; `npm run setup` installs Debian's. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

const electron = join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'dist')

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  globalSetup: './build-page.ts',
  outputDir: '../out/e2e',
  reporter: [['list']],
  // Two cores: a second browser would only make the first one late.
  workers: 1,
  timeout: 90_000,
  // A browser on two busy cores now and then comes late; what needs its second try is listed as flaky.
  retries: 1,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    locale: 'en-GB',
  },
  projects: [
    {
      name: 'web',
      testIgnore: '**/electron/**',
      use: {
        browserName: 'chromium',
        launchOptions: {
          ...(CHROMIUM ? { executablePath: CHROMIUM } : {}),
          args: ['--no-sandbox', '--force-color-profile=srgb'],
        },
      },
    },
    // The same specs in the real window, where Electron's binary is there.
    ...(existsSync(electron) ? [{ name: 'electron', metadata: { host: 'electron' } }] : []),
  ],
})
