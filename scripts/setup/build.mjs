/** Builds dist/: three front-end parts with Vite, the API with esbuild; each only when its sources changed. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { capture, localBin, PlainError, ROOT, say, secondsSince } from './shell.mjs'

const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, '.stamp.json')
const SERVER_FOLDERS = ['api', 'contract', 'drizzle', 'search', 'knowledge-base']
const SHARED = ['contract', 'call-session', 'vite.config.ts', 'package-lock.json', 'tsconfig.json']

/** What each part of dist/ is made from. `api` in a front-end is types only, which a bundle does not hold. */
const SOURCES = {
  console: ['agent-console', ...SHARED],
  panel: ['citizen-widget', ...SHARED],
  loader: ['citizen-widget', ...SHARED],
  api: [...SERVER_FOLDERS, 'package-lock.json', 'tsconfig.json'],
}
const RESULTS = {
  console: 'console/index.html',
  panel: 'panel/index.html',
  loader: 'loader/widget.js',
  api: 'api/main.js',
}

/** Every file below a path, sorted, so that a hash over them is stable. */
export function filesBelow(path) {
  const full = join(ROOT, path)
  if (!existsSync(full)) return []
  try {
    return readdirSync(full, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        if (entry.name === 'node_modules' || /\.test\.ts$/.test(entry.name)) return []
        const below = join(path, entry.name)
        return entry.isDirectory() ? filesBelow(below) : [below]
      })
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
}

function hashOf(part) {
  const hash = createHash('sha256')
  for (const file of SOURCES[part].flatMap(filesBelow)) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'))
  } catch {
    return {} // never built, or cut off while writing: build again
  }
}

function writeStamp(part, hash) {
  mkdirSync(DIST, { recursive: true })
  writeFileSync(STAMP, `${JSON.stringify({ ...readStamps(), [part]: hash }, null, 2)}\n`)
}

/**
 * The API's entries. A worker keeps its base name beside main.js, so that
 * `new URL('./name.worker.js', import.meta.url)` finds it from the bundle.
 */
export function apiEntries() {
  const entries = {}
  for (const name of ['main', 'admin']) {
    if (existsSync(join(ROOT, 'api', `${name}.ts`))) entries[name] = join(ROOT, 'api', `${name}.ts`)
  }
  for (const file of SERVER_FOLDERS.flatMap(filesBelow)) {
    if (file.endsWith('.worker.ts')) entries[basename(file, '.ts')] = join(ROOT, file)
  }
  return entries
}

async function buildApi() {
  const { build } = await import('esbuild')
  await build({
    entryPoints: apiEntries(),
    outdir: join(DIST, 'api'),
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  }).catch(() => {
    throw new PlainError('API 构建失败，原因见上。', 'The API build failed; see above.')
  })
}

async function buildFrontEnd(mode) {
  const { code, output } = await capture(localBin('vite'), ['build', '--mode', mode, '--logLevel', 'warn'])
  if (code === 0) return
  process.stderr.write(output)
  throw new PlainError(
    `前端构建失败（${mode}），原因见上。`,
    `The front-end build failed (${mode}); see above.`,
  )
}

/** Builds what is out of date. `only` limits it to some parts. */
export async function ensureBuild({ only = Object.keys(SOURCES) } = {}) {
  const stamps = readStamps()
  for (const part of only) {
    const hash = hashOf(part)
    if (stamps[part] === hash && existsSync(join(DIST, RESULTS[part]))) continue
    const start = performance.now()
    if (part === 'api') await buildApi()
    else await buildFrontEnd(part)
    if (!existsSync(join(DIST, RESULTS[part]))) {
      const missing = relative(ROOT, join(DIST, RESULTS[part]))
      throw new PlainError(`构建未生成 ${missing}。`, `The build did not produce ${missing}.`)
    }
    writeStamp(part, hash)
    say(`已构建 ${part}（${secondsSince(start)} 秒）`, `Built ${part} (${secondsSince(start)} s)`)
  }
}
