/** `npm run admin -- COMMAND …`: the administrator's commands (api/admin.ts), with .env as the server sees it. */
import { ensureBuild } from './setup/build.mjs'
import { dataDirectory, loadEnvironment } from './setup/env-file.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { main, run } from './setup/shell.mjs'

await main(async () => {
  await ensurePackages()
  await ensureBuild({ only: ['api'] })
  const env = loadEnvironment()
  const args = ['--enable-source-maps', 'dist/api/admin.js', ...process.argv.slice(2)]
  process.exitCode = await run(process.execPath, args, { env: { ...env, DATA_DIR: dataDirectory(env) } })
})
