import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import manifest from '../../package.json'
import { projectRoot } from '../lib/project'

/** How such a process ended, and whether it had said `done`. */
export interface Ended {
  signal: NodeJS.Signals | null
  isDone: boolean
}

/** Packages that are read from node_modules; the query builder's many files are quicker to start as one. */
const external = Object.keys(manifest.dependencies).filter((name) => name !== 'drizzle-orm')

/** A program of this folder as one file, so that many starts are quick. */
export const bundleProgram = async (entry: string) => {
  mkdirSync(join(projectRoot, '.cache'), { recursive: true })
  // Inside the project, so that packages are found.
  const folder = mkdtempSync(join(projectRoot, '.cache', 'killed-'))
  const program = join(folder, 'child.mjs')
  await build({
    entryPoints: [join(projectRoot, 'api/testing', entry)],
    outfile: program,
    bundle: true,
    external,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export const createKilledProcess = async (entry: string) => {
  const { program, remove } = await bundleProgram(entry)
  return {
    /** Starts it and waits for its end, whatever that is. */
    run: (...args: (string | number)[]): Promise<Ended> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [program, ...args.map(String)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let said = ''
        child.stdout.on('data', (data) => {
          said += String(data)
        })
        child.once('close', (_code, signal) => resolve({ signal, isDone: said.includes('done') }))
      }),
    remove,
  }
}
