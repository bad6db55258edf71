import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { groupCommits } from './group-commit'

let directory: string
let path: string
let writer: Sqlite.Database
let log: string[]
let write: ReturnType<typeof groupCommits>

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bangban-group-'))
  path = join(directory, 'group.db')
  log = []
  writer = new Sqlite(path, { verbose: (sql) => log.push(String(sql)) })
  writer.pragma('journal_mode = WAL')
  writer.pragma('foreign_keys = ON')
  writer.exec('CREATE TABLE parents (id INTEGER PRIMARY KEY)')
  writer.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id))')
  write = groupCommits(writer)
  log.length = 0
})
afterEach(() => {
  writer.close()
  rmSync(directory, { recursive: true, force: true })
})

const add = (id: number) => writer.prepare('INSERT INTO notes (id) VALUES (?)').run(id)
const ids = () => writer.prepare('SELECT id FROM notes ORDER BY id').pluck().all()
const commits = () => log.filter((sql) => sql === 'COMMIT').length

describe('commands that waited together', () => {
  it('are committed together, in their order, and answered after the commit only', async () => {
    const order: string[] = []
    const all = [1, 2, 3].map((id) =>
      write(async () => {
        order.push(`runs ${id}`)
        add(id)
        await Promise.resolve()
        return id
      }).then((answer) => {
        order.push(`answer ${answer}`)
        // Another connection sees what was answered: it is committed.
        const other = new Sqlite(path, { readonly: true })
        expect(other.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(3)
        other.close()
      }),
    )
    await Promise.all(all)
    expect(commits()).toBe(1)
    expect(order).toEqual(['runs 1', 'runs 2', 'runs 3', 'answer 1', 'answer 2', 'answer 3'])
  })

  it('fail alone: the others stay, before and after the failing one', async () => {
    const results = await Promise.allSettled([
      write(async () => add(1)),
      write(async () => {
        add(2)
        throw new Error('refused')
      }),
      // A constraint fails one statement and with it this command.
      write(async () => {
        add(3)
        add(1)
      }),
      write(async () => add(4)),
    ])
    expect(results.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect((results[1] as PromiseRejectedResult).reason.message).toBe('refused')
    expect(ids()).toEqual([1, 4])
    expect(commits()).toBe(1)
  })

  it('are all told when the commit fails, leave nothing behind, and the next group works', async () => {
    const results = await Promise.allSettled([
      write(async () => add(1)),
      write(async () => {
        writer.pragma('defer_foreign_keys = ON')
        writer.prepare('INSERT INTO notes (id, parent) VALUES (2, 99)').run()
      }),
      write(async () => {
        throw new Error('refused')
      }),
    ])
    expect(results.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected'])
    for (const result of results)
      expect(String((result as PromiseRejectedResult).reason)).toContain('FOREIGN')
    expect(ids()).toEqual([])
    await write(async () => add(5))
    expect(ids()).toEqual([5])
  })

  it('are all told when the transaction ends under them, as on a full disk', async () => {
    const results = await Promise.allSettled([
      write(async () => add(1)),
      write(async () => {
        writer.exec('ROLLBACK')
        throw new Error('disk full')
      }),
      write(async () => add(3)),
    ])
    // The third had not begun: it goes with the next group.
    expect(results.map((each) => each.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(ids()).toEqual([3])
  })
})

it('a group is bounded: what does not fit goes with the next ones', async () => {
  await Promise.all(Array.from({ length: 100 }, (_, id) => write(async () => add(id))))
  expect(ids()).toHaveLength(100)
  expect(commits()).toBeGreaterThanOrEqual(4)
  expect(commits()).toBeLessThan(100)
})

it('slow commands do not make others wait for a long group', async () => {
  const slow = () =>
    write(async () => {
      const end = performance.now() + 5
      while (performance.now() < end);
    })
  await Promise.all(Array.from({ length: 6 }, slow))
  expect(commits()).toBeGreaterThanOrEqual(3)
})

it('whoever was told that it is done finds it after the process was killed', async () => {
  const program = `
    import Sqlite from 'better-sqlite3'
    import { writeSync } from 'node:fs'
    import { groupCommits } from ${JSON.stringify(join(import.meta.dirname, 'group-commit.ts'))}
    const writer = new Sqlite(${JSON.stringify(path)})
    writer.pragma('synchronous = FULL')
    const write = groupCommits(writer)
    const insert = writer.prepare('INSERT INTO notes (id) VALUES (?)')
    let id = 0
    const worker = async () => {
      for (;;) {
        const mine = ++id
        await write(async () => insert.run(mine))
        writeSync(1, mine + '\\n')
      }
    }
    for (let at = 0; at < 8; at++) void worker()`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: join(import.meta.dirname, '..'),
  })
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.length > 2000 && !child.killed) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  const told = said.split('\n').slice(0, -1).map(Number)
  expect(told.length).toBeGreaterThan(100)
  const kept = new Set(ids())
  expect(told.filter((id) => !kept.has(id))).toEqual([])
})
