import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, type Tx } from './database'
import { migrate } from './migrate'
import { agents, settings } from './schema/index'

const migrations = join(import.meta.dirname, 'migrations/sqlite')
let directory: string
let db: Database

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bangban-database-'))
  const path = join(directory, 'data', 'bangban.db')
  migrate(path, migrations, () => 0)
  db = openDatabase(path, { readers: 2 })
})
afterEach(async () => {
  await db.close()
  rmSync(directory, { recursive: true, force: true })
})

const put = async (tx: Tx, key: string, value: string) => {
  await tx
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } })
}
const get = async (tx: Tx, key: string) =>
  (await tx.select().from(settings).where(eq(settings.key, key)))[0]?.value ?? null

/** A promise and the function that keeps it. */
const gate = () => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

describe('write', () => {
  it('commits what succeeded and tells listeners, once, until they stop listening', async () => {
    let commits = 0
    const stop = db.onCommit(() => commits++)
    expect(await db.write((tx) => put(tx, 'a', '1').then(() => 'done'))).toBe('done')
    expect(await db.read((tx) => get(tx, 'a'))).toBe('1')
    expect(commits).toBe(1)
    stop()
    await db.write((tx) => put(tx, 'a', '2'))
    expect(commits).toBe(1)
  })

  it('rolls back the whole of what failed, tells nobody, and goes on', async () => {
    let commits = 0
    db.onCommit(() => commits++)
    await db.write((tx) => put(tx, 'a', '1'))
    const failing = db.write(async (tx) => {
      await put(tx, 'a', '2')
      await put(tx, 'b', '2')
      throw new Error('stop')
    })
    await expect(failing).rejects.toThrow('stop')
    expect(await db.read((tx) => get(tx, 'a'))).toBe('1')
    expect(await db.read((tx) => get(tx, 'b'))).toBeNull()
    expect(commits).toBe(1)
    await db.write((tx) => put(tx, 'b', '3'))
    expect(await db.read((tx) => get(tx, 'b'))).toBe('3')
  })

  it('rolls back a broken reference', async () => {
    const orphan = db.write((tx) =>
      tx.insert(agents).values({
        id: 'agt_1',
        username: 'a',
        name: 'a',
        passwordHash: null,
        roles: [],
        departmentId: 'dep_nowhere',
        isActive: true,
        createdAt: 0,
      }),
    )
    await expect(orphan).rejects.toThrow()
    expect(await db.read((tx) => tx.select().from(agents))).toEqual([])
  })

  it('refuses a write inside a write, at any depth, and rolls back', async () => {
    const nested = db.write(async (tx) => {
      await put(tx, 'a', '1')
      await Promise.resolve().then(() => db.write((inner) => put(inner, 'b', '1')))
    })
    await expect(nested).rejects.toThrow(/inside a write/)
    expect(await db.read((tx) => get(tx, 'a'))).toBeNull()
    expect(await db.read((tx) => get(tx, 'b'))).toBeNull()
  })

  it('queues: 200 concurrent increments lose none, and failures between them do no harm', async () => {
    await db.write((tx) => put(tx, 'n', '0'))
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, at) =>
        db.write(async (tx) => {
          const value = Number(await get(tx, 'n'))
          await Promise.resolve()
          await put(tx, 'n', String(value + 1))
          if (at % 4 === 3) throw new Error('rolled back')
        }),
      ),
    )
    expect(results.filter((each) => each.status === 'rejected')).toHaveLength(50)
    expect(await db.read((tx) => get(tx, 'n'))).toBe('150')
  })
})

describe('read', () => {
  it('sees one moment, whatever is committed meanwhile', async () => {
    await db.write((tx) => put(tx, 'a', 'old'))
    const [started, written] = [gate(), gate()]
    const reading = db.read(async (tx) => {
      const first = await get(tx, 'a')
      started.open()
      await written.opened
      return [first, await get(tx, 'a')]
    })
    await started.opened
    await db.write((tx) => put(tx, 'a', 'new'))
    expect(await db.read((tx) => get(tx, 'a'))).toBe('new')
    written.open()
    expect(await reading).toEqual(['old', 'old'])
  })

  it('sees nothing of a write that has not been committed', async () => {
    const [written, seen] = [gate(), gate()]
    const writing = db.write(async (tx) => {
      await put(tx, 'a', '1')
      written.open()
      await seen.opened
    })
    await written.opened
    expect(await db.read((tx) => get(tx, 'a'))).toBeNull()
    seen.open()
    await writing
    expect(await db.read((tx) => get(tx, 'a'))).toBe('1')
  })

  it('cannot write, and gives its connection back after a failure', async () => {
    for (let count = 0; count < 5; count++) await expect(db.read((tx) => put(tx, 'a', '1'))).rejects.toThrow()
    expect(await db.read((tx) => get(tx, 'a'))).toBeNull()
  })

  it('waits for a free connection where there are more readers than connections', async () => {
    const go = gate()
    let running = 0
    let most = 0
    const readers = Array.from({ length: 10 }, () =>
      db.read(async (tx) => {
        running++
        most = Math.max(most, running)
        await go.opened
        await get(tx, 'a')
        running--
      }),
    )
    go.open()
    await Promise.all(readers)
    expect(most).toBe(2)
  })
})
