import { startWorkerThread } from '../../lib/worker-thread'
import type { ReportFile, ReportTask } from './report.worker'

const patienceMs = 60_000

/** Makes the file in a thread of its own, so that no request waits for it. Throws where the thread fails. */
export const makeReportFile = (task: ReportTask): Promise<ReportFile> =>
  new Promise((resolve, reject) => {
    const thread = startWorkerThread(import.meta.url, 'report', task)
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
