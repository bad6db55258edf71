import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'
import { insertLetter, type LetterRow, nextLettersAt, takeLetters } from './letters.store'

let test: TestApp
let department: Awaited<ReturnType<typeof addDepartment>>
let agentId: string
beforeAll(async () => {
  test = await createTestApp()
  department = await addDepartment(test, '市')
})
afterAll(() => test.close())
beforeEach(async () => {
  agentId = (await addAgent(test, department, ['agent'], '王')).id
})

const add = async (more: Partial<LetterRow>): Promise<LetterRow> => {
  const row: LetterRow = {
    id: newId('ltr'),
    agentId,
    channel: 'email',
    kind: 'assigned',
    page: 'tickets',
    number: '20261120-00001',
    title: '中文 "quoted"',
    at: 1000,
    eventSeq: 1,
    quietUntil: 5000,
    ...more,
  }
  await test.db.write((tx) => insertLetter(tx, row))
  return row
}
const take = (now: number, channel: 'email' | 'sms' = 'email') =>
  test.db.write((tx) => takeLetters(tx, agentId, channel, now))

it('takes what is no longer to wait, once, in the order it happened, and of this person and channel alone', async () => {
  const third = await add({ at: 3000, eventSeq: 3 })
  const first = await add({ at: 1000, eventSeq: 7 })
  const second = await add({ at: 3000, eventSeq: 2 })
  const later = await add({ at: 500, quietUntil: 5001 })
  const other = await add({ channel: 'sms' })
  const stranger = await addAgent(test, department, ['agent'], '李')
  await add({ agentId: stranger.id })
  expect(await take(5000)).toEqual([first, second, third])
  expect(await take(5000)).toEqual([])
  expect(await test.db.read((tx) => nextLettersAt(tx, agentId, 'email'))).toBe(5001)
  expect(await take(9000)).toEqual([later])
  expect(await test.db.read((tx) => nextLettersAt(tx, agentId, 'email'))).toBeNull()
  expect(await take(9000, 'sms')).toEqual([other])
})
