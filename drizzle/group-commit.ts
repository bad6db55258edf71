import type Sqlite from 'better-sqlite3'

/** Commands that waited together are committed together, but nobody waits longer than this for others. */
const maxGroupSize = 32
const maxGroupMs = 8

interface Waiting {
  task: () => Promise<unknown>
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** What became of a command, told only after the commit of its group. */
type Tell = () => void

/**
 * A queue of one before the writer that commits in groups: what has arrived meanwhile runs in one
 * `BEGIN IMMEDIATE … COMMIT`, each command within a savepoint of its own. A failing one is rolled back to its
 * savepoint and leaves the others. Nobody is answered before the commit, so an answer still means that it is
 * on the disk; where the commit fails, everybody in the group is told so.
 */
export const groupCommits = (writer: Sqlite.Database) => {
  const prepare = (sql: string) => writer.prepare(sql)
  const [begin, commit, rollback] = [prepare('BEGIN IMMEDIATE'), prepare('COMMIT'), prepare('ROLLBACK')]
  const savepoint = prepare('SAVEPOINT one')
  const release = prepare('RELEASE one')
  const rollbackToSavepoint = prepare('ROLLBACK TO one')
  const queue: Waiting[] = []
  let isRunning = false

  const runOne = async ({ task, resolve, reject }: Waiting): Promise<Tell> => {
    savepoint.run()
    try {
      const value = await task()
      release.run()
      return () => resolve(value)
    } catch (error) {
      // A full disk ends the whole transaction by itself: then the group is lost, not only this command.
      if (!writer.inTransaction) throw error
      rollbackToSavepoint.run()
      release.run()
      return () => reject(error)
    }
  }

  const runGroup = async (): Promise<void> => {
    const group: Waiting[] = []
    const tells: Tell[] = []
    try {
      begin.run()
      const start = performance.now()
      for (
        let next = queue.shift();
        next;
        next =
          group.length < maxGroupSize && performance.now() - start < maxGroupMs ? queue.shift() : undefined
      ) {
        group.push(next)
        tells.push(await runOne(next))
      }
      commit.run()
    } catch (error) {
      if (writer.inTransaction) rollback.run()
      // Where not even BEGIN succeeded, the first in the queue bears it, as if it had been alone.
      const failed = group.length > 0 ? group : queue.splice(0, 1)
      for (const { reject } of failed) reject(error)
      return
    }
    for (const tell of tells) tell()
  }

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await runGroup()
      // Answers go out and requests that have arrived come in before the next group.
      await new Promise(setImmediate)
    }
    isRunning = false
  }

  return <T>(task: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      queue.push({ task, resolve: resolve as Waiting['resolve'], reject })
      if (isRunning) return
      isRunning = true
      // Requests that arrived in the same turn of the event loop come into the first group.
      setImmediate(() => void run())
    })
}
