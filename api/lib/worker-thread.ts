import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { projectRoot } from './project'

const bundled = new Map<string, string>()

/** The thread's program as one file. Bundling takes a tenth of what a thread needs that learns TypeScript itself. */
const bundle = (source: string, name: string): string => {
  const known = bundled.get(source)
  if (known) return known
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild')
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    write: false,
  })
  // Inside the project, so that packages are found.
  const folder = join(projectRoot, '.cache', 'threads')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.mjs`)
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, outputFiles[0]?.contents ?? '')
  renameSync(unfinished, file) // another process may be reading it
  bundled.set(source, file)
  return file
}

/**
 * Starts `NAME.worker.ts` beside the module whose `import.meta.url` is given. In the bundle every worker lies
 * beside main.js; from sources (tsx, vitest) it is bundled first, once a process.
 */
export const startWorkerThread = (moduleUrl: string, name: string, workerData: unknown): Worker => {
  if (!moduleUrl.endsWith('.ts')) return new Worker(new URL(`./${name}.worker.js`, moduleUrl), { workerData })
  const source = fileURLToPath(new URL(`./${name}.worker.ts`, moduleUrl))
  return new Worker(bundle(source, name), { execArgv: [], workerData })
}
