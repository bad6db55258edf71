import { Worker } from 'node:worker_threads'

/**
 * Starts `NAME.worker.ts` beside the module whose `import.meta.url` is given. In the bundle every worker lies
 * beside main.js; from sources (tsx, vitest) the thread must learn TypeScript first.
 */
export const startWorkerThread = (moduleUrl: string, name: string, workerData: unknown): Worker => {
  if (!moduleUrl.endsWith('.ts')) return new Worker(new URL(`./${name}.worker.js`, moduleUrl), { workerData })
  const tsx = import.meta.resolve('tsx/esm/api')
  const file = new URL(`./${name}.worker.ts`, moduleUrl).href
  const load = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(file)}) })`
  return new Worker(load, { eval: true, execArgv: [], workerData })
}
