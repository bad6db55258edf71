import { afterAll, beforeAll, expect, it } from 'vitest'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'
import { countAttempt, forgetAttempts, giveAttemptBack, isKnownAddress, tidyAttempts } from './attempts.store'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())
const count = (id: string, now: number, until = now + 100) =>
  test.db.write((tx) => countAttempt(tx, id, now, until)).then((row) => row.count)

it('counts within a window and begins anew after it', async () => {
  expect([await count('a', 0), await count('a', 50), await count('b', 50)]).toEqual([1, 2, 1])
  expect(await count('a', 99)).toBe(3)
  expect(await count('a', 100)).toBe(1)
})

it('gives back, forgets and tidies', async () => {
  await count('c', 0)
  await count('c', 0)
  await test.db.write((tx) => giveAttemptBack(tx, 'c'))
  expect(await count('c', 0)).toBe(2)
  await test.db.write((tx) => forgetAttempts(tx, 'c'))
  expect(await count('c', 0)).toBe(1)
  await test.db.write((tx) => giveAttemptBack(tx, 'never'))
  await test.db.write((tx) => tidyAttempts(tx, 100))
  expect(await count('c', 0)).toBe(1)
})

it('knows the addresses an account was signed in from', async () => {
  const { id } = await addAgent(test, await addDepartment(test, '市'), ['agent'])
  const known = (address: string) => test.db.read((tx) => isKnownAddress(tx, id.toLowerCase(), address))
  expect(await known('127.0.0.1')).toBe(true)
  expect(await known('203.0.113.9')).toBe(false)
})
