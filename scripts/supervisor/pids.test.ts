import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { endProcess, isAlive, processIdentity, readPid, removePid, writePid } from './pids.mjs'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'bangban-pids-'))
})
afterEach(() => rmSync(runDir, { recursive: true, force: true }))

test('a pid file names a living process and what its successor must know', () => {
  writePid(runDir, 'api', process.pid, { hash: 'abc' })
  const record = readPid(runDir, 'api')
  expect(record).toMatchObject({ pid: process.pid, hash: 'abc' })
  expect(isAlive(record)).toBe(true)
})

test('a reused pid is not taken for the process that had it before', async () => {
  const record = { ...writePid(runDir, 'api', process.pid), identity: 'an earlier process' }
  expect(isAlive(record)).toBe(false)
  await endProcess(record, 100) // would end this very test run if it believed the pid
  expect(processIdentity(process.pid)).toBeDefined()
})

test('a process that ended is not alive, a missing or broken file is no record', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  const record = writePid(runDir, 'gone', child.pid)
  await once(child, 'exit')
  expect(isAlive(record)).toBe(false)
  expect(readPid(runDir, 'nobody')).toBeUndefined()
  writeFileSync(join(runDir, 'broken.pid'), '{"pid":')
  expect(readPid(runDir, 'broken')).toBeUndefined()
  removePid(runDir, 'gone')
  expect(readPid(runDir, 'gone')).toBeUndefined()
})

test('a process that ignores SIGTERM is killed after the grace', async () => {
  const code = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')"
  const child = spawn(process.execPath, ['-e', code], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  const record = writePid(runDir, 'stubborn', child.pid)
  const ended = once(child, 'exit')
  await endProcess(record, 200)
  expect(await ended).toEqual([null, 'SIGKILL'])
})
