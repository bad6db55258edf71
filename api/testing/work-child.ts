/**
 * A process that does what is due of the ticket desk until nothing is left, for the tests that kill it:
 * `DATABASE NOW DIE_AT`. In its write number DIE_AT, if any, it kills itself before the commit. Says `working`
 * before it begins and `done` at the end.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, openDatabase } from '../../drizzle/database'
import { dueJobs } from '../../drizzle/schema/index'
import type { SearchEngine } from '../../search/engine'
import { createSweeper } from '../features/due/sweeper'
import { importStep, stepImport } from '../features/imports/step.usecases'
import { bulkJob, bulkUndoJob, runBulk, runBulkUndo } from '../features/tickets/bulk.run.usecases'
import { createLogger } from '../lib/logger'

const [path = '', now = '0', dieAt = '0'] = process.argv.slice(2)
const opened = openDatabase(path, { readers: 2 })
let count = 0
const db: Database = {
  ...opened,
  write: (work) =>
    opened.write(async (tx) => {
      const result = await work(tx)
      count++
      if (count === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
      return result
    }),
}
const absent = async (): Promise<never> => {
  throw new Error('There is no search in this process')
}
const search: SearchEngine = {
  index: absent,
  remove: absent,
  search: absent,
  suggest: absent,
  rebuild: absent,
  stats: absent,
  close: absent,
}
const started = Date.now()
const deps = {
  db,
  clock: { now: () => Number(now) + Date.now() - started },
  logger: createLogger('silent'),
  search,
}
const sweeper = createSweeper(
  deps,
  { [importStep]: (tx, id) => stepImport(tx, deps, id) },
  { [bulkJob]: (id) => runBulk(deps, id), [bulkUndoJob]: (id) => runBulkUndo(deps, id) },
)
process.stdout.write('working\n')
// Work outside transactions goes on beside the sweep: its job is there until it is done.
while ((await db.read((tx) => tx.select({ id: dueJobs.id }).from(dueJobs).limit(1))).length > 0) {
  await sweeper.sweep()
  await pause(5)
}
await sweeper.stop()
await db.close()
process.stdout.write('done\n')
