import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { giveUp, hold } from './locks.mjs'

const module = pathToFileURL(join(import.meta.dirname, 'locks.mjs')).href
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A process that waits for a word, asks for the lock, says whether it has it, and stays. */
const contender = (name: string) => {
  const script = `
    import { hold } from '${module}'
    process.stdout.write('here\\n')
    process.stdin.once('data', async () => process.stdout.write(String(await hold('${name}')) + '\\n'))
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  const said = async () => String((await once(child.stdout, 'data'))[0]).trim()
  return { child, said, go: () => child.stdin.write('go') }
}

test('of processes that ask at once one has the lock, and its death gives it to the next', async () => {
  const name = `test ${process.pid} ${Date.now()}`
  for (let round = 0; round < 2; round++) {
    const all = [1, 2, 3, 4, 5, 6].map(() => contender(name))
    for (const each of all) expect(await each.said()).toBe('here')
    const answers = Promise.all(all.map((each) => each.said()))
    for (const each of all) each.go()
    const got = await answers
    expect(got.filter((each) => each === 'true')).toHaveLength(1)
    expect(await hold(name)).toBe(false)
    // However it ends, nobody has to clean up after it.
    const winner = all[got.indexOf('true')]
    winner?.child.kill('SIGKILL')
    if (winner) await once(winner.child, 'exit')
    for (const each of all) each.child.kill('SIGKILL')
  }
  expect(await hold(name)).toBe(true)
  expect(await hold(name)).toBe(false)
  giveUp(name)
  expect(await Promise.all([hold(name), hold(name), hold(name)])).toEqual([true, false, false])
  giveUp(name)
})
