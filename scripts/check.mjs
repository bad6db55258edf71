/** `npm run check [-- NAME…]`: everything that can be said about the code without running it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuild } from './setup/build.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { capture, localBin, PlainError, ROOT, secondsSince, words } from './setup/shell.mjs'

function tool(name, args) {
  return async () => {
    const { code, output } = await capture(localBin(name), args)
    return { ok: code === 0, output }
  }
}

const SHARED = ['contract', 'drizzle', 'search', 'knowledge-base', 'call-session']
const CRUISED = [...SHARED, 'api', 'agent-console', 'citizen-widget', 'e2e', 'bench']

async function dependencyRules() {
  const folders = CRUISED.filter((folder) => existsSync(join(ROOT, folder)))
  return tool('depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...folders])()
}

/** Each answers `{ok, output}`; `shows` prints the output even when all is well. */
const CHECKS = [
  { name: 'format and lint', run: tool('biome', ['ci', '--colors=off', '--max-diagnostics=60', '.']) },
  { name: 'types', run: tool('vue-tsc', ['--noEmit']) },
  { name: 'imports', run: dependencyRules },
  { name: 'dead code', run: tool('knip', ['--no-progress']) },
  { name: 'text', run: async () => (await import('./check/forbidden.mjs')).checkForbidden() },
  { name: 'translations', run: async () => (await import('./check/translations.mjs')).checkTranslations() },
  {
    name: 'sizes',
    shows: true,
    needsBuild: true,
    run: async () => (await import('./check/sizes.mjs')).checkSizes(),
  },
]

async function runCheck({ name, run, shows, needsBuild }) {
  const startedAt = performance.now()
  let result
  try {
    if (needsBuild) await ensureBuild()
    result = await run()
  } catch (error) {
    result = { ok: false, output: error instanceof PlainError ? error.message : error.stack }
  }
  process.stdout.write(`${result.ok ? '✓' : '✗'} ${name} (${secondsSince(startedAt)} s)\n`)
  if ((shows || !result.ok) && result.output) process.stdout.write(`${result.output.trimEnd()}\n`)
  return result.ok
}

/** Two at a time: the type checker alone keeps one core busy for most of it. */
async function runAll(checks) {
  const waiting = [...checks]
  const results = []
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await runCheck(next))
  }
  await Promise.all([worker(), worker()])
  return results.every(Boolean)
}

try {
  await ensurePackages()
  const names = process.argv.slice(2)
  const ok = await runAll(CHECKS.filter(({ name }) => names.length === 0 || names.includes(name)))
  process.stdout.write(
    ok ? words('检查全部通过\n', 'All checks passed\n') : words('检查未通过\n', 'Checks failed\n'),
  )
  process.exitCode = ok ? 0 : 1
} catch (error) {
  process.stderr.write(`✗ ${error instanceof PlainError ? error.message : error.stack}\n`)
  process.exitCode = 1
}
