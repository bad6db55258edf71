import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { backOffMs, SupervisedChild } from './child.mjs'
import { isAlive, readPid } from './pids.mjs'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'bangban-child-'))
})
afterEach(() => rmSync(runDir, { recursive: true, force: true }))

function sleeper() {
  const launch = () => ({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] })
  return new SupervisedChild({ name: 'sleeper', runDir, launch, logFile: join(runDir, 'log') })
}

test('the pause before a restart doubles and has a ceiling', () => {
  expect([1, 2, 3, 4].map(backOffMs)).toEqual([250, 500, 1000, 2000])
  expect(backOffMs(40)).toBe(15_000)
})

test('a killed child comes back as another process; a stopped one does not', async () => {
  const child = sleeper()
  child.start()
  const first = child.pid
  const [again] = await Promise.all([once(child, 'up'), Promise.resolve(child.kill())])
  expect(again[0]).not.toBe(first)
  expect(isAlive(readPid(runDir, 'sleeper'))).toBe(true)
  await child.stop(2_000)
  expect(child.pid).toBeUndefined()
  expect(readPid(runDir, 'sleeper')).toBeUndefined()
})

test('a restart leaves exactly one child, although the end of the first is told late', async () => {
  const child = sleeper()
  const started: number[] = []
  child.on('up', (pid: number) => started.push(pid))
  child.start()
  const down = once(child, 'down')
  await child.restart(2_000)
  expect((await down)[0]).toMatchObject({ isStopping: true })
  expect(started).toHaveLength(2)
  expect(child.pid).toBe(started[1])
  await child.stop(2_000)
})

test('an adopted child is watched, and started anew when it dies', async () => {
  const parent = sleeper()
  parent.start()
  const heir = sleeper()
  heir.adopt(readPid(runDir, 'sleeper'))
  const adopted = heir.pid
  parent.life.isStopping = true // the first supervisor is gone and will not restart it
  const up = once(heir, 'up')
  parent.kill()
  expect((await up)[0]).not.toBe(adopted)
  await heir.stop(2_000)
})
