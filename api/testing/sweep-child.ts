/**
 * A process that sweeps until nothing is due, for the test that kills it: `DATABASE NOW DIE_AT`. Each job
 * makes a mark that can be made only once; at the job DIE_AT, if any, the process kills itself in the middle of
 * the transaction. Says `sweeping` before it begins and `done` at the end.
 */
import { openDatabase, type Tx } from '../../drizzle/database'
import { settings } from '../../drizzle/schema/index'
import { createSweeper } from '../features/due/sweeper'
import { createLogger } from '../lib/logger'

const [path = '', now = '0', dieAt = '0'] = process.argv.slice(2)
const db = openDatabase(path, { readers: 1 })
let count = 0
const mark = async (tx: Tx, subject: string): Promise<void> => {
  await tx.insert(settings).values({ key: subject, value: '' })
  count++
  if (count === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
}
const sweeper = createSweeper(
  { db, clock: { now: () => Number(now) }, logger: createLogger('silent') },
  { work: mark },
  {},
  {
    batch: async (tx, subjects) => {
      for (const subject of subjects) await mark(tx, subject)
    },
  },
)
process.stdout.write('sweeping\n')
while ((await sweeper.sweep()) > 0);
await sweeper.stop()
await db.close()
process.stdout.write('done\n')
