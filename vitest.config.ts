import { defineConfig } from 'vitest/config'

const folders = '{contract,drizzle,search,api,call-session,agent-console,citizen-widget,scripts}'

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // A busy machine is slow and not wrong: a condition is waited for, however long it takes.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    projects: [
      { extends: true, test: { name: 'sqlite', include: [`${folders}/**/*.test.ts`] } },
      {
        extends: true,
        test: { name: 'postgresql', include: ['api/**/*.store.test.ts'], env: { BANGBAN_DIALECT: 'pg' } },
      },
    ],
  },
})
