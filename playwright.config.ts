import { defineConfig } from '@playwright/test'
import { chromiumPath, mediaFlags } from './e2e/support/browser'

/**
 * Journeys through the real program: a whole installation with its own LiveKit, database and demo data, and real
 * Chromium windows with a fake camera. One worker: two pictures encoded in software fill two cores.
 */
export default defineConfig({
  testDir: './e2e',
  testMatch: process.env.SCREENSHOTS ? '**/*.setup.ts' : '**/*.spec.ts',
  outputDir: './test-results/e2e',
  workers: 1,
  retries: 0,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    actionTimeout: 20_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
    locale: 'zh-CN',
    launchOptions: { executablePath: chromiumPath, args: mediaFlags },
  },
})
