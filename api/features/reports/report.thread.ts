import { Worker } from 'node:worker_threads'
import type { ReportFile, ReportTask } from './report.worker'

const patienceMs = 60_000

/** In the bundle the thread lies beside main.js; from sources (tsx, vitest) it must learn TypeScript first. */
const startThread = (workerData: ReportTask): Worker => {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./report.worker.js', import.meta.url), { workerData })
  const tsx = import.meta.resolve('tsx/esm/api')
  const file = new URL('./report.worker.ts', import.meta.url).href
  const load = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(file)}) })`
  return new Worker(load, { eval: true, execArgv: [], workerData })
}

/** Makes the file in a thread of its own, so that no request waits for it. Throws where the thread fails. */
export const makeReportFile = (task: ReportTask): Promise<ReportFile> =>
  new Promise((resolve, reject) => {
    const thread = startThread(task)
    const timer = setTimeout(() => {
      reject(new Error('The report took too long'))
      void thread.terminate()
    }, patienceMs)
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) => {
      clearTimeout(timer)
      if (code !== 0) reject(new Error(`The report's thread ended with ${code}`))
    })
  })
