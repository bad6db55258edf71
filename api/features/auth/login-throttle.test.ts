import { afterEach, beforeEach, expect, it } from 'vitest'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'
import { createLoginThrottle } from './login-throttle'

let test: TestApp
let account: string
beforeEach(async () => {
  test = await createTestApp()
  account = (await addAgent(test, await addDepartment(test, '市'), ['agent'])).id.toLowerCase()
})
afterEach(() => test.close())

const codeOf = (throttle: ReturnType<typeof createLoginThrottle>, address: string, name = account) =>
  throttle.attempt(name, address).then(
    () => null,
    (error: { code: string }) => error.code,
  )
const fail = async (times: number, address: string, name = account) => {
  for (let at = 0; at < times; at++) await codeOf(createLoginThrottle(test.deps), address, name)
}

it('closes an account for the address the failures came from, and for no other', async () => {
  await fail(10, '203.0.113.9')
  expect(await codeOf(createLoginThrottle(test.deps), '203.0.113.9')).toBe('auth.throttled')
  expect(await codeOf(createLoginThrottle(test.deps), '198.51.100.7')).toBeNull()
  test.clock.advance(15 * 60)
  expect(await codeOf(createLoginThrottle(test.deps), '203.0.113.9')).toBeNull()
})

it('takes a network of one IPv6 customer as one address', async () => {
  for (let at = 0; at < 10; at++) await fail(1, `2001:db8:1:2::${at + 1}`)
  expect(await codeOf(createLoginThrottle(test.deps), '2001:db8:1:2:abcd::9')).toBe('auth.throttled')
  expect(await codeOf(createLoginThrottle(test.deps), '2001:db8:1:3::1')).toBeNull()
})

it('slows guesses from many addresses, but never locks out where the owner signs in from', async () => {
  for (let at = 0; at < 300; at++) await fail(1, `10.1.${at >> 8}.${at & 255}`)
  expect(await codeOf(createLoginThrottle(test.deps), '10.9.9.9')).toBe('auth.throttled')
  expect(await codeOf(createLoginThrottle(test.deps), '127.0.0.1')).toBeNull()
  expect(await codeOf(createLoginThrottle(test.deps), '10.9.9.9', 'somebody')).toBeNull()
})

it('starts anew after a success, and limits an address whatever the account', async () => {
  const throttle = createLoginThrottle(test.deps)
  await fail(9, '203.0.113.9')
  await throttle.attempt(account, '203.0.113.9')
  await throttle.succeed(account, '203.0.113.9')
  expect(await codeOf(throttle, '203.0.113.9')).toBeNull()
  for (let at = 0; at < 100; at++) await fail(1, '192.0.2.1', `name${at}`)
  expect(await codeOf(throttle, '192.0.2.1', 'another')).toBe('auth.throttled')
})
