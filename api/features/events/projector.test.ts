import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Tx } from '../../../drizzle/database'
import { projectionFailures, settings } from '../../../drizzle/schema/index'
import { system } from '../../lib/actor'
import { createLogger } from '../../lib/logger'
import { fakeClock } from '../../testing/app'
import { openTestDatabase } from '../../testing/database'
import { type EventRow, writeEvent } from './events.store'
import { createProjector, type Projection } from './projector'

let db: Awaited<ReturnType<typeof openTestDatabase>>
const clock = fakeClock()
const logger = createLogger('silent')
beforeEach(async () => {
  db = await openTestDatabase()
})
afterEach(() => db.close())

const write = (count: number, type = 'x') =>
  db.write(async (tx) => {
    for (let at = 0; at < count; at++)
      await writeEvent(tx, { type, subject: 's', at: clock.now(), actor: system, audience: [] })
  })
/** A mark that can be made once only. */
const marking = (name: string, refuses: (row: EventRow) => boolean = () => false): Projection => ({
  name,
  handle: async (tx: Tx, rows) => {
    for (const row of rows) {
      await tx.insert(settings).values({ key: `${name}.${row.seq}`, value: '' })
      if (refuses(row)) throw new Error('cannot')
    }
  },
})
const marks = async (name: string) =>
  (await db.read((tx) => tx.select().from(settings)))
    .map((row) => row.key)
    .filter((key) => key.startsWith(`${name}.`))
    .map((key) => Number(key.split('.')[1]))
    .sort((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
const deps = (database: Database = db) => ({ db: database, clock, logger })

describe('the projector', () => {
  it('gives each event once to each projection, whenever it came', async () => {
    await write(450)
    await createProjector(deps(), [marking('a')]).run()
    await write(3)
    await createProjector(deps(), [marking('a'), marking('b')]).run()
    expect(await marks('a')).toEqual(upTo(453))
    expect(await marks('b')).toEqual(upTo(453))
  })

  it('two at once do nothing twice', async () => {
    await write(300)
    const projectors = [1, 2, 3].map(() => createProjector(deps(), [marking('a')]))
    await Promise.all(projectors.map((each) => each.run()))
    expect(await marks('a')).toEqual(upTo(300))
  })

  it('passes over an event it cannot digest, alone, and says which', async () => {
    await write(5)
    await createProjector(deps(), [marking('a', (row) => row.seq === 3), marking('b')]).run()
    expect(await marks('a')).toEqual([1, 2, 4, 5])
    expect(await marks('b')).toEqual(upTo(5))
    const failures = await db.read((tx) => tx.select().from(projectionFailures))
    expect(failures).toMatchObject([{ id: 'a:3', error: expect.stringContaining('cannot') }])
  })

  it('killed in a batch, it goes on where it was', async () => {
    await write(30)
    let writes = 0
    const dying: Database = {
      ...db,
      write: (work) => {
        if (++writes > 1) return Promise.reject(new Error('killed'))
        return db.write(async (tx) => {
          await work(tx)
          throw new Error('killed')
        })
      },
    }
    await expect(createProjector(deps(dying), [marking('a')]).run()).rejects.toThrow('killed')
    expect(await marks('a')).toEqual([])
    await createProjector(deps(), [marking('a')]).run()
    expect(await marks('a')).toEqual(upTo(30))
  })

  it('sees what projections themselves wrote', async () => {
    await write(1, 'first')
    const echo: Projection = {
      name: 'echo',
      handle: async (tx, rows) => {
        for (const row of rows.filter((each) => each.type === 'first'))
          await writeEvent(tx, {
            type: 'second',
            subject: row.subject,
            at: row.at,
            actor: system,
            audience: [],
          })
      },
    }
    expect(await createProjector(deps(), [marking('a'), echo]).run()).toBe(4)
    expect(await marks('a')).toEqual([1, 2])
  })
})
