import { defineConfig } from '@playwright/test'
import { chromiumPath, mediaFlags } from './e2e/support/browser'

/**
 * Journeys through the real program: a whole installation with its own LiveKit, database and demo data, and real
 * Chromium windows with a fake camera. One at a time: pictures encoded in software fill two cores, and a call that
 * has to share them fails for reasons of its own. The desk's journeys have an installation of their own.
 */
const calls = ['accessibility', 'citizen', 'colleagues', 'main', 'resilience', 'take-over']
const callFiles = calls.map((name) => `**/${name}.spec.ts`)

export default defineConfig({
  testDir: './e2e',
  outputDir: './test-results/e2e',
  workers: 1,
  retries: 0,
  fullyParallel: false,
  forbidOnly: true,
  // A busy machine is slow and not wrong.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  projects: process.env.SCREENSHOTS
    ? [{ name: 'screenshots', testMatch: '**/*.setup.ts', workers: 1 }]
    : [
        { name: 'calls', testMatch: callFiles, workers: 1 },
        { name: 'desk', testMatch: '**/*.spec.ts', testIgnore: callFiles, workers: 1 },
      ],
  use: {
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    screenshot: 'only-on-failure',
    locale: 'zh-CN',
    launchOptions: { executablePath: chromiumPath, args: mediaFlags },
  },
})
