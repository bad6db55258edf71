import { defineConfig } from 'drizzle-kit'

const isPg = process.env.BANGBAN_DIALECT === 'pg'

export default defineConfig({
  dialect: isPg ? 'postgresql' : 'sqlite',
  schema: './drizzle/schema/index.ts',
  out: isPg ? './drizzle/migrations/postgresql' : './drizzle/migrations/sqlite',
})
