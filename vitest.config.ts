import { defineConfig } from 'vitest/config'

const folders = '{contract,drizzle,search,api,call-session,agent-console,citizen-widget,scripts}'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'sqlite', include: [`${folders}/**/*.test.ts`] } },
      {
        extends: true,
        test: { name: 'postgresql', include: ['api/**/*.store.test.ts'], env: { BANGBAN_DIALECT: 'pg' } },
      },
    ],
  },
})
