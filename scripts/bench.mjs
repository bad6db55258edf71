/** `npm run bench -- NAME`: builds, then runs bench/NAME.bench.ts; figures go to standard output. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePackages } from './setup/packages.mjs'
import { localBin, main, PlainError, ROOT, run } from './setup/shell.mjs'

/** Set-up speaks on standard error here: standard output holds one JSON line per figure and nothing else. */
function speakOnStandardError() {
  process.stdout.write = process.stderr.write.bind(process.stderr)
}

function benchmarks() {
  const folder = join(ROOT, 'bench')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => (name.endsWith('.bench.ts') ? [name.slice(0, -9)] : []))
}

await main(async () => {
  const [name, ...args] = process.argv.slice(2)
  if (!benchmarks().includes(name)) {
    const list = benchmarks().join(', ')
    throw new PlainError(
      `用法：npm run bench -- 名称。可用：${list}`,
      `Usage: npm run bench -- NAME, one of: ${list}`,
    )
  }
  speakOnStandardError()
  await ensurePackages()
  const { ensureBuild } = await import('./setup/build.mjs')
  await ensureBuild()
  process.exitCode = await run(localBin('tsx'), [join('bench', `${name}.bench.ts`), ...args])
})
