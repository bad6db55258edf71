/**
 * `npm test [-- unit|api|schema|e2e [arguments of the runner]]`: sets up what tests need, runs them, and
 * ends with `N passed, N failed`.
 */
import { ensureBuild } from './setup/build.mjs'
import { ensureChromium } from './setup/chromium.mjs'
import { loadEnvironment } from './setup/env-file.mjs'
import { ensureLiveKit } from './setup/livekit.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { PlainError, say, secondsSince } from './setup/shell.mjs'
import { addCounts, resultLine } from './test/counts.mjs'
import { runPlaywright, runVitest } from './test/runners.mjs'
import { runSchemathesis } from './test/schemathesis.mjs'

/** What each part needs beyond packages, and how it runs. */
const PARTS = {
  unit: { run: (_, args) => runVitest('unit', ['--exclude', 'api/**', ...args]) },
  api: { livekit: true, run: (_, args) => runVitest('api', ['api/', ...args]) },
  vitest: { livekit: true, run: (_, args) => runVitest('vitest', args) },
  schema: { livekit: true, build: true, run: ({ livekit }) => runSchemathesis({ livekit }) },
  e2e: {
    livekit: true,
    build: true,
    chromium: true,
    run: ({ chromium }, args) => runPlaywright(chromium, args),
  },
}
const EVERYTHING = ['vitest', 'schema', 'e2e']

function chooseParts([part, ...args]) {
  if (part === undefined) return { parts: EVERYTHING, args: [] }
  if (part in PARTS) return { parts: [part], args }
  throw new PlainError(
    `未知的测试部分：${part}（unit、api、schema、e2e）`,
    `Unknown part: ${part} (unit, api, schema, e2e)`,
  )
}

/** Gets everything the parts need, each once. */
async function setUp(parts) {
  const startedAt = performance.now()
  const needs = (what) => parts.some((part) => PARTS[part][what])
  await ensurePackages()
  const livekit = needs('livekit') ? await ensureLiveKit(loadEnvironment()) : undefined
  const chromium = needs('chromium') ? await ensureChromium() : undefined
  // A front-end that does not build must not hide what the unit tests have to say.
  const buildError = needs('build') ? await ensureBuild().catch((error) => error) : undefined
  say(`测试准备用时 ${secondsSince(startedAt)} 秒`, `Set-up took ${secondsSince(startedAt)} s`)
  return { livekit, chromium, buildError }
}

/** A part that throws has failed; the others still run, because each failure is worth knowing. */
async function runPart(part, found, args) {
  const startedAt = performance.now()
  say(`测试：${part}`, `Tests: ${part}`)
  let counts
  try {
    if (PARTS[part].build && found.buildError) throw found.buildError
    counts = await PARTS[part].run(found, args)
  } catch (error) {
    process.stderr.write(`✗ ${part}: ${error.stack ?? error}\n`)
    counts = { passed: 0, failed: 1, skipped: 0 }
  }
  say(
    `${part}：${resultLine(counts)}（${secondsSince(startedAt)} 秒）`,
    `${part}: ${resultLine(counts)} (${secondsSince(startedAt)} s)`,
  )
  return counts
}

async function testEverything() {
  const { parts, args } = chooseParts(process.argv.slice(2))
  const found = await setUp(parts)
  const all = []
  for (const part of parts) all.push(await runPart(part, found, args))
  return addCounts(all)
}

// Leaving through exit() ends the installations that tests have started; a bare signal would orphan them.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

let total
try {
  total = await testEverything()
} catch (error) {
  process.stderr.write(`✗ ${error instanceof PlainError ? error.message : error.stack}\n`)
  total = { passed: 0, failed: 1 }
}
process.exitCode = total.failed > 0 ? 1 : 0
process.stdout.write(`${resultLine(total)}\n`)
